import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Losses of very sure, very wrong, infinite and huge outputs: terms and gradients are right in both precisions.
    @Suite struct LossExtremeTests {
        static let losses: [String: Loss] = [
            "crossEntropy": .crossEntropy, "crossEntropy of shares": .crossEntropy,
            "crossEntropy smoothed": .crossEntropy(labelSmoothing: 0.25), "binaryCrossEntropy": .binaryCrossEntropy,
            "binaryCrossEntropy positiveWeight": .binaryCrossEntropy(positiveWeight: 3), "focal": .focal,
            "binaryFocal": .binaryFocal, "categoricalHinge": .categoricalHinge, "hinge": .hinge,
            "squaredHinge": .squaredHinge, "klDivergence": .klDivergence, "poisson": .poisson,
            "meanSquaredError": .meanSquaredError, "meanAbsoluteError": .meanAbsoluteError,
            "meanAbsolutePercentageError": .meanAbsolutePercentageError,
            "meanSquaredLogarithmicError": .meanSquaredLogarithmicError, "huber": .huber,
            "smoothL1": .smoothL1(delta: 2), "logCosh": .logCosh, "quantile": .quantile(0.9),
            "cosineSimilarity": .cosineSimilarity,
        ]

        struct Sample: Sendable {
            let loss: Loss
            let outputs: Shape
            let targets: Tensor
        }
        private static let labels = Tensor([0, 2, 3]), ones = Tensor.ones([3, 2]), one = Tensor.ones([3])
        private static let shares = Tensor([[1.0, 0], [0.5, 0.5], [0, 1]])
        /// Losses with the outputs' shape and targets of three examples. The third is left out.
        static let samples: [String: Sample] = [
            "crossEntropy": Sample(loss: .crossEntropy, outputs: [3, 4], targets: labels),
            "crossEntropy of shares": Sample(loss: .crossEntropy, outputs: [3, 2], targets: shares),
            "crossEntropy smoothed": Sample(
                loss: .crossEntropy(labelSmoothing: 0.1), outputs: [3, 4], targets: labels),
            "crossEntropy of probabilities": Sample(
                loss: .crossEntropy(fromLogits: false), outputs: [3, 4], targets: labels),
            "binaryCrossEntropy": Sample(loss: .binaryCrossEntropy, outputs: [3, 2], targets: ones),
            "binaryCrossEntropy of rare ones": Sample(
                loss: .binaryCrossEntropy(positiveWeight: 2), outputs: [3, 2], targets: ones),
            "binaryCrossEntropy of probabilities": Sample(
                loss: .binaryCrossEntropy(fromLogits: false), outputs: [3, 2], targets: ones),
            "focal": Sample(loss: .focal, outputs: [3, 4], targets: labels),
            "binaryFocal": Sample(loss: .binaryFocal(alpha: 0.25), outputs: [3, 1], targets: one),
            "categoricalHinge": Sample(loss: .categoricalHinge, outputs: [3, 4], targets: labels),
            "hinge": Sample(loss: .hinge, outputs: [3, 1], targets: one),
            "squaredHinge": Sample(loss: .squaredHinge, outputs: [3, 1], targets: one),
            "klDivergence": Sample(loss: .klDivergence, outputs: [3, 2], targets: shares),
            "klDivergence of probabilities": Sample(
                loss: .klDivergence(fromLogits: false), outputs: [3, 2], targets: shares),
            "poisson": Sample(loss: .poisson, outputs: [3, 1], targets: one),
            "poisson of rates": Sample(loss: .poisson(fromLogarithms: false), outputs: [3, 1], targets: one),
            "meanSquaredError": Sample(loss: .meanSquaredError, outputs: [3, 2], targets: ones),
            "meanAbsoluteError": Sample(loss: .meanAbsoluteError, outputs: [3, 2], targets: ones),
            "meanAbsolutePercentageError": Sample(loss: .meanAbsolutePercentageError, outputs: [3, 2], targets: ones),
            "meanSquaredLogarithmicError": Sample(loss: .meanSquaredLogarithmicError, outputs: [3, 2], targets: ones),
            "huber": Sample(loss: .huber, outputs: [3, 2], targets: ones),
            "smoothL1": Sample(loss: .smoothL1, outputs: [3, 2], targets: ones),
            "logCosh": Sample(loss: .logCosh, outputs: [3, 2], targets: ones),
            "quantile": Sample(loss: .quantile(0.9), outputs: [3, 2], targets: ones),
            "cosineSimilarity": Sample(loss: .cosineSimilarity, outputs: [3, 2], targets: ones),
            "contrastive": Sample(loss: .contrastive, outputs: [3, 1], targets: Tensor([1, 0, 1])),
            "dice": Sample(loss: .dice, outputs: [3, 2, 2, 1], targets: .ones([3, 2, 2, 1])),
            "jaccard": Sample(loss: .jaccard, outputs: [3, 2, 2, 1], targets: .ones([3, 2, 2, 1])),
            "tversky": Sample(
                loss: .tversky(), outputs: [3, 2, 2, 2], targets: .ones([3, 2, 2], dtype: .int32)),
            "ctc": Sample(loss: .ctc, outputs: [3, 4, 3], targets: Tensor([1, 2, 1, 0, 2, 2], shape: [3, 2])),
        ]
        /// Losses that compare examples with each other, and what the folder declares beside losses of one network.
        private static let others: Set = ["triplet", "nonSaturating", "minimax", "wasserstein", "leastSquares"]

        @Test func everyLossIsCompared() throws {
            let names = try Extremes.names(in: "Networks/Losses", #"\n    public static (?:let|func) (\w+)"#)
            let known = Set(Self.samples.keys.map { String($0.prefix { $0 != " " }) }).union(Self.others)
            #expect(names.count > 15)
            #expect(names.subtracting(known) == [])
            let fixture = try Extremes.load()
            #expect(Set(Self.losses.keys) == Set(fixture.losses.map(\.loss)))
        }

        @Test(arguments: losses.keys.sorted(), [DType.float32, .float64])
        func lossesAreRight(_ name: String, _ dtype: DType) throws {
            let loss = Self.losses[name]!
            let relative = dtype == .float32 ? 1e-5 : 1e-11
            for sample in try Extremes.load().losses where sample.loss == name {
                let shape: Shape = [sample.outputs.count, sample.outputs[0].count]
                let outputs = Tensor(sample.outputs.joined().map(\.value), shape: shape, dtype: dtype).tracked()
                var targets = Tensor(sample.targets.joined().map(\.value), shape: shape, dtype: dtype)
                if name == "crossEntropy" || name == "focal" { targets = targets.argMax() }
                let terms = loss.terms(outputs, targets)
                let names = terms.doubles.indices.map { row in
                    terms.count == sample.outputs.count
                        ? "\(outputs[row].doubles), \(targets[row].doubles)" : "\(outputs.doubles)"
                }
                let values = Tolerance(relative: relative, absolute: dtype == .float32 ? 1e-37 : 1e-300)
                #expect(values.differences(name, terms.doubles, sample.terms, dtype, of: names).problems == [])
                guard let right = sample.gradient else { continue }
                let slopes = Tolerance(
                    relative: relative, absolute: (dtype == .float32 ? 1e-6 : 1e-14) * (sample.scale ?? 1))
                let gradient = grad(terms.sum(), of: outputs).doubles
                let all = gradient.indices.map { names[$0 * names.count / gradient.count] }
                #expect(slopes.differences("slope of \(name)", gradient, right, dtype, of: all).problems == [])
            }
        }

        @Test(arguments: samples.keys.sorted(), [Double.nan, .infinity, -.infinity, 1e30])
        func whatIsLeftOutCountsForNothing(_ name: String, _ number: Double) throws {
            let sample = Self.samples[name]!, loss = sample.loss
            let numbers = (0..<sample.outputs.elementCount).map { 0.2 + 0.1 * Double($0 % 4) }
            var outputs = Tensor(numbers, shape: sample.outputs)
            let right = outputs[0..<2].tracked(), expected = loss(right, sample.targets[0..<2])
            outputs[2] = Tensor(number)
            let x = outputs.tracked(), value = loss(x, sample.targets, weights: Tensor([1.0, 1, 0]))
            #expect(distance(value, expected) < 1e-6)
            let gradient = grad(value, of: x)
            #expect(distance(gradient[0..<2], grad(expected, of: right)) < 1e-6)
            #expect(gradient[2].doubles.allSatisfy { $0 == 0 }, "\(gradient)")
        }

        @Test func indicesAndRowsAgree() {
            let logits = Tensor([[1e8, 1e8], [1e4, 1e4], [0, 0]])
            let byIndex = Loss.crossEntropy(logits, Tensor([1, 1, 1])).item()
            let byRow = Loss.crossEntropy(logits, Tensor([[0.0, 1], [0, 1], [0, 1]])).item()
            #expect(abs(byIndex - 0.6931472) < 1e-6 && abs(byRow - 0.6931472) < 1e-6)
            // A class that cannot be.
            let masked = Tensor([[0.0, -.infinity, 0]]).tracked()
            for targets in [Tensor([0]), Tensor([[1.0, 0, 0]])] {
                let loss = Loss.crossEntropy(masked, targets)
                #expect(abs(loss.item() - 0.6931472) < 1e-6)
                #expect(distance(grad(loss, of: masked), Tensor([[-0.5, 0, 0.5]])) < 1e-6)
            }
        }

        @Test(arguments: [(5, 0.0067153485), (10, 4.5398899e-05), (15, 3.0590227e-07), (20, 2.0611536e-09), (1e4, 0)])
        func sureAndRightAnswersKeepTheirDigits(_ logit: Double, _ right: Double) {
            let yes = Tensor([[logit]]), no = Tensor([[-logit]])
            for loss in [
                Loss.binaryCrossEntropy(yes, 1), Loss.binaryCrossEntropy(no, 0),
                Loss.binaryCrossEntropy(positiveWeight: 2)(yes, 1) / 2, Loss.binaryFocal(gamma: 0)(no, 0),
                Loss.crossEntropy(.concatenate([yes, .zeros([1, 1])], axis: 1), Tensor([0])),
                Loss.crossEntropy(.concatenate([yes, .zeros([1, 1])], axis: 1), Tensor([[1.0, 0]])),
                AdversarialLoss.nonSaturating.discriminator(real: yes, fake: Tensor([[-1e30]])),
                AdversarialLoss.nonSaturating.generator(fake: yes), -yes.logSigmoid(),
            ] {
                #expect(abs(loss.item() - right) <= 1e-5 * right)
            }
        }
    }
}
