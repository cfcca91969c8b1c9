import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A loss as PyTorch or Keras computes it (Tests/Fixtures/losses.py).
struct LossFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [Fixture.Numbers]
    let targets: Fixture.Numbers
    let weights: Fixture.Numbers?
    /// Whether the output is the mean, not the terms.
    let reduced: Bool
    let output: Fixture.Numbers
    let gradients: [Fixture.Numbers]
    let second: [Fixture.Numbers]?

    var testDescription: String { name }
    /// The loss's name in the table: what follows a comma says only how it is used.
    var loss: String { String(name.prefix { $0 != "," }) }
}

extension NetworksTests {
    @Suite struct LossTests {
        static let losses: [String: Loss] = [
            "crossEntropy": .crossEntropy,
            "crossEntropy far apart": .crossEntropy,
            "crossEntropy of sequences": .crossEntropy,
            "crossEntropy of shares": .crossEntropy,
            "crossEntropy smoothed": .crossEntropy(labelSmoothing: 0.1),
            "crossEntropy of smoothed shares": .crossEntropy(labelSmoothing: 0.1),
            "crossEntropy of probabilities": .crossEntropy(fromLogits: false),
            "crossEntropy, padded": .crossEntropy(ignoredLabel: -1),
            "crossEntropy, weighted classes": .crossEntropy(classWeights: [0.5, 1, 2, 0.25]),
            "crossEntropy, all of it": .crossEntropy(classWeights: [0.5, 1, 2], ignoredLabel: -1),
            "binaryCrossEntropy": .binaryCrossEntropy,
            "binaryCrossEntropy far apart": .binaryCrossEntropy,
            "binaryCrossEntropy of shares": .binaryCrossEntropy,
            "binaryCrossEntropy smoothed": .binaryCrossEntropy(labelSmoothing: 0.2),
            "binaryCrossEntropy of rare answers": .binaryCrossEntropy(positiveWeight: 3),
            "binaryCrossEntropy of probabilities": .binaryCrossEntropy(fromLogits: false),
            "focal": .focal,
            "focal with numbers": .focal(gamma: 3, alpha: 0.25),
            "binaryFocal": .binaryFocal,
            "binaryFocal with numbers": .binaryFocal(gamma: 1.5, alpha: 0.25),
            "hinge": .hinge,
            "hinge of truth": .hinge,
            "squaredHinge": .squaredHinge,
            "categoricalHinge": .categoricalHinge,
            "meanSquaredError": .meanSquaredError,
            "meanAbsoluteError": .meanAbsoluteError,
            "meanAbsolutePercentageError": .meanAbsolutePercentageError,
            "meanSquaredLogarithmicError": .meanSquaredLogarithmicError,
            "huber": .huber,
            "huber of a third": .huber(delta: 1.0 / 3),
            "smoothL1 of a third": .smoothL1(delta: 1.0 / 3),
            "logCosh": .logCosh,
            "quantile": .quantile(0.9),
            "cosineSimilarity": .cosineSimilarity,
            "klDivergence": .klDivergence,
            "klDivergence of certainty": .klDivergence,
            "klDivergence of probabilities": .klDivergence(fromLogits: false),
            "poisson": .poisson,
            "poisson of rates": .poisson(fromLogarithms: false),
            "dice": .dice,
            "dice of classes": .dice,
            "dice of probabilities": .dice(fromLogits: false, smoothing: 0),
            "jaccard": .jaccard,
            "tversky": .tversky(alpha: 0.3, beta: 0.7),
            "tversky of probabilities": .tversky(alpha: 0.3, beta: 0.7, fromLogits: false, smoothing: 0),
            "triplet": .triplet,
            "triplet of little margin": .triplet(margin: 0.2),
            "contrastive": .contrastive(margin: 2),
            "ctc": .ctc,
            "ctc far apart": .ctc,
            "ctc of few steps": .ctc,
            "ctc with another blank": .ctc(blank: 3),
        ]

        static func fixtures() throws -> [LossFixture] { try Fixture.load("loss_functions") }

        /// The loss of a fixture as a function of its outputs.
        private func function(_ fixture: LossFixture) throws -> @Sendable (Tensor) -> Tensor {
            let loss = try #require(Self.losses[fixture.name] ?? Self.losses[fixture.loss], "no loss \(fixture.name)")
            let targets = fixture.targets.tensor, weights = fixture.weights?.tensor
            return { fixture.reduced ? loss($0, targets, weights: weights) : loss.terms($0, targets) }
        }

        @Test func everyLossIsCompared() throws {
            let fixtures = try Self.fixtures()
            let used = Set(fixtures.map { Self.losses[$0.name] == nil ? $0.loss : $0.name })
            #expect(used == Set(Self.losses.keys))
        }

        @Test(arguments: try fixtures())
        func agrees(_ fixture: LossFixture) throws {
            let function = try function(fixture)
            for (type, tolerance) in [(DType.float64, 1e-6), (.float32, 2e-5)] {
                let outputs = fixture.inputs[0].tensor.converted(to: type).tracked()
                let value = function(outputs)
                #expect(value.dtype == type)
                #expect(distance(value, fixture.output.tensor) < tolerance)
                let gradient = grad(weighted(value), of: outputs)
                #expect(gradient.dtype == type)
                #expect(distance(gradient, fixture.gradients[0].tensor) < tolerance)
            }
        }

        @Test(arguments: try fixtures())
        func agreesTwice(_ fixture: LossFixture) throws {
            let outputs = fixture.inputs[0].tensor.tracked()
            let gradient = grad(weighted(try function(fixture)(outputs)), of: outputs, createGraph: true)
            #expect(distance(gradient, fixture.gradients[0].tensor) < 1e-6)
            guard gradient.isTracked, let second = fixture.second else { return }
            #expect(distance(grad(gradient.squared().sum(), of: outputs), second[0].tensor) < 1e-6)
        }

        @Test(arguments: try fixtures())
        func agreesWithDifferences(_ fixture: LossFixture) throws {
            let report = gradCheck(at: fixture.inputs[0].tensor, tolerance: 1e-6, try function(fixture))
            #expect(report.passed, "\(report)")
        }

        @Test func oneTargetForAll() {
            // −log σ(0) = log 2, and −log σ(−2) = log(1 + e²).
            #expect(abs(Loss.binaryCrossEntropy(.zeros([3, 1]), 1).item() - 0.693147) < 1e-6)
            #expect(abs(Loss.binaryCrossEntropy(.full([3, 1], -2), 1).item() - 2.126928) < 1e-6)
        }

        @Test func columnAgainstVectorIsElementByElement() {
            #expect(Loss.meanSquaredError(Tensor([[1], [2]]), Tensor([1.0, 4.0])).item() == 2)
        }

        @Test func customLoss() {
            let huber = Loss("huber") { outputs, targets in
                let distance = abs(outputs - targets)
                return Tensor.select(distance .< 1, 0.5 * distance.squared(), distance - 0.5).mean()
            }
            #expect(huber(Tensor([[0.5], [3]]), Tensor([[0], [0]])).item() == (0.125 + 2.5) / 2)
        }

        /// PyTorch has no second derivatives of this one: finite differences of the first ones are the reference.
        @Test func alignmentsAreDifferentiatedTwice() {
            let logits = sin(Tensor.arange(0, 40, dtype: .float64)).reshaped(to: [2, 5, 4])
            let labels = Tensor([1, 2, 2, 3, 0, 0], shape: [2, 3])
            let report = gradCheck(at: logits, tolerance: 1e-6) { logits in
                grad(weighted(Loss.ctc.terms(logits, labels)), of: logits, createGraph: true).squared().sum()
            }
            #expect(report.passed, "\(report)")
        }

        /// Between N(μ, σ²) and N(0, 1): ½ (μ² + σ² − log σ² − 1).
        @Test func divergenceFromTheStandardNormal() {
            let mean = Tensor([[0, 1], [0, 0]]), logVariance = Tensor([[0, 0], [1, -1]])
            let expected = Tensor([0.5, 0.5 * (Foundation.exp(1) + Foundation.exp(-1) - 2)])
            #expect(distance(klDivergence(mean: mean, logVariance: logVariance), expected) < 1e-6)
        }

        @Test func anchorsAreNearerToTheirOwn() {
            let anchor = Tensor([[0, 0], [0, 0]]), positive = Tensor([[3, 4], [0, 1]]),
                negative = Tensor([[0, 5.5], [6, 8]])
            // 5 − 5.5 + 1 and max(0, 1 − 10 + 1).
            let loss = tripletLoss(anchor: anchor, positive: positive, negative: negative)
            #expect(abs(loss.item() - 0.25) < 1e-6)
        }

        @Test func stepsSpellLabels() {
            let steps = Tensor([0, 1, 1, 0, 1, 2, 2, 2, 0, 0], shape: [2, 5])
            #expect(ctcDecode(.oneHot(steps, classes: 3)) == [[1, 1], [2]])
        }

        @Test func allLeftOutIsNothing() {
            let logits = Tensor([[1, 2], [3, 4]]).tracked()
            let loss = Loss.crossEntropy(ignoredLabel: 0)(logits, Tensor([0, 0]))
            #expect(loss.item() == 0)
            #expect(grad(loss, of: logits).scalars == [0, 0, 0, 0])
        }

        @Test func aMaskLeavesOut() {
            let mask = Tensor([true, false, false, true], shape: [2, 2])
            let outputs: Tensor = [[[1, 1], [100, 100]], [[100, 100], [3, 3]]]
            #expect(Loss.meanSquaredError(outputs, .zeros(like: outputs), weights: mask).item() == 5)
        }

        /// Steps that are padding count neither in the loss nor in metrics.
        @Test func paddingIsLeftOut() throws {
            let words: Tensor = [[[1, 2], [3, 4], [0, 0]], [[5, 6], [0, 0], [0, 0]]]
            let tags = Tensor([0, 1, 1, 1, 0, 0], shape: [2, 3])
            let network = try Sequential(input: [3, 2]) {
                Masking()
                Dense(2)
            }
            let logits = network.predict(words)
            #expect(logits.sequenceMask != nil)
            let mask = Tensor([true, true, false, true, false, false], shape: [2, 3]),
                plain = Tensor(logits.scalars, shape: logits.shape)
            let expected = Loss.crossEntropy(plain, tags, weights: mask).item()
            #expect(abs(Loss.crossEntropy(logits, tags).item() - expected) < 1e-6)
            let measured = try network.evaluate(
                Examples(inputs: words, targets: tags), batchSize: 1, loss: .crossEntropy, metrics: [.accuracy])
            #expect(abs(measured.values[0] - expected) < 1e-6)
            #expect(abs(measured.values[1] - Metric.accuracy(plain, tags, weights: mask)) < 1e-6)
        }

        @Test func probabilitiesAreNoLogits() throws {
            let network = try Sequential("net", input: [2]) {
                Dense(3)
                Activation(.softmax)
            }
            let examples = Examples(inputs: .zeros([4, 2]), targets: Tensor([0, 1, 2, 0]))
            let message = text { try network.fit(examples, loss: .crossEntropy, showsProgress: false) }
            #expect(message.contains("the network ends with .softmax, but the loss .crossEntropy expects logits"))
            #expect(throws: Never.self) {
                try network.fit(examples, loss: .crossEntropy(fromLogits: false), showsProgress: false)
            }
        }

        @Test func mistakesAreExplained() async {
            await #expect(processExitsWith: .failure) {
                _ = Loss("sum") { ($0 - $1).sum() }(.zeros([2, 1]), .zeros([2, 1]), weights: .ones([2]))
            }
        }
    }
}
