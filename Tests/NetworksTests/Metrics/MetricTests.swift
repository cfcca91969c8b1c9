import Datasets
import Networks
import Tensors
import TestSupport
import Testing

/// A metric as scikit-learn, Keras or NLTK compute it (Tests/Fixtures/metrics.py).
struct MetricFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let outputs, targets: Fixture.Numbers
    let weights: Fixture.Numbers?
    /// The loss that says what outputs mean.
    let loss: String?
    let value: Double

    var testDescription: String { name }
}

extension NetworksTests {
    @Suite struct MetricTests {
        static let metrics: [String: Metric] = [
            "accuracy": .accuracy, "accuracy of one-hot targets": .accuracy, "accuracy weighted": .accuracy,
            "accuracy of yes": .accuracy, "accuracy of probabilities": .accuracy, "accuracy of sequences": .accuracy,
            "accuracy of masked sequences": .accuracy, "topK": .topK(2),
            "precision": .precision, "precision weighted": .precision(.weighted), "precision of yes": .precision,
            "precision of a class": .precision(.ofClass(1)), "recall": .recall, "recall of yes": .recall,
            "recall of weighted examples": .recall, "f1": .f1, "f1 of yes": .f1, "iou": .iou,
            "iou of regions": .iou, "dice of regions": .dice, "kappa": .kappa,
            "matthewsCorrelation": .matthewsCorrelation, "matthewsCorrelation of yes": .matthewsCorrelation,
            "auc": .auc, "auc weighted": .auc, "auc of two classes": .auc, "auc of classes": .auc,
            "averagePrecision": .averagePrecision, "averagePrecision of classes": .averagePrecision,
            "rSquared": .rSquared, "rSquared weighted": .rSquared, "meanAbsoluteError": .meanAbsoluteError,
            "meanSquaredError": .meanSquaredError, "meanSquaredError weighted": .meanSquaredError,
            "rootMeanSquaredError": .rootMeanSquaredError, "huber": Metric(.huber),
            "perplexity": .perplexity, "perplexity without padding": .perplexity,
            "perplexity of probabilities": .perplexity, "bleu": .bleu(end: 0),
        ]
        static let losses: [String: Loss] = [
            "crossEntropy": .crossEntropy, "binaryCrossEntropy": .binaryCrossEntropy, "dice": .dice,
            "padded": .crossEntropy(ignoredLabel: 0),
        ]

        static func fixtures() throws -> [MetricFixture] { try Fixture.load("metric_values") }

        @Test func everyMetricIsCompared() throws {
            #expect(Set(try Self.fixtures().map(\.name)) == Set(Self.metrics.keys))
        }

        @Test(arguments: try fixtures())
        func agrees(_ fixture: MetricFixture) throws {
            let metric = try #require(Self.metrics[fixture.name])
            let loss = fixture.loss.flatMap { Self.losses[$0] }
            let value = metric(
                fixture.outputs.tensor, fixture.targets.tensor, weights: fixture.weights?.tensor, loss: loss)
            #expect(abs(value - fixture.value) < 1e-6)
        }

        /// The same over batches of uneven sizes, through a network that changes nothing.
        @Test(arguments: try fixtures())
        func addsUpOverBatches(_ fixture: MetricFixture) throws {
            let outputs = fixture.outputs.tensor.converted(to: .float32)
            let network = try Sequential(input: outputs.shape.removing(at: 0)) { Activation(.linear) }
            let examples = Examples(
                inputs: outputs, targets: fixture.targets.tensor, weights: fixture.weights?.tensor)
            // Without a loss outputs are what they are: any loss will do that says no more.
            let plain =
                examples.targets.dtype.isFloatingPoint ? Loss.meanSquaredError : .crossEntropy(fromLogits: false)
            let metric = try #require(Self.metrics[fixture.name])
            let measured = try network.evaluate(
                examples, batchSize: 3, loss: fixture.loss.flatMap { Self.losses[$0] } ?? plain, metrics: [metric])
            #expect(abs(measured.values[1] - fixture.value) < 1e-5)
        }

        @Test func lossOverBatchesCountsWeights() throws {
            let network = try Sequential(input: [1]) { Activation(.linear) }
            let examples = Examples(
                inputs: Tensor([[1], [2], [3]]), targets: Tensor([[0], [0], [0]]), weights: Tensor([1.0, 0.0, 3.0]))
            for batchSize in 1...3 {
                let measured = try network.evaluate(examples, batchSize: batchSize, loss: .meanSquaredError)
                #expect(abs(measured.values[0] - 7) < 1e-6)
            }
        }

        @Test func customState() throws {
            struct Largest: MetricState {
                var value: Double
                mutating func add(_ other: Largest) { value = max(value, other.value) }
            }
            let largest = Metric("largest") { batch in Largest(value: batch.outputs.max().item()) }
            let network = try Sequential(input: [1]) { Activation(.linear) }
            let examples = Examples(inputs: Tensor([[1], [7], [3]]), targets: Tensor([[0], [0], [0]]))
            let history = try network.evaluate(examples, batchSize: 1, loss: .meanSquaredError, metrics: [largest])
            #expect(history["largest"] == 7)
        }

        @Test func curvesAreScikitLearns() throws {
            struct Curves: Decodable {
                let scores: [Float], truth: [Int]
                let `false`, `true`, thresholds, precision, recall: [Double]
            }
            let fixtures: [Curves] = try Fixture.load("ranking_curves")
            let fixture = fixtures[0]
            let ranking = RankedScores(scores: Tensor(fixture.scores), isPositive: Tensor(fixture.truth))
            let roc = ranking.rocCurve, precisionRecall = ranking.precisionRecallCurve
            #expect(zip(roc.x, fixture.false).allSatisfy { abs($0 - $1) < 1e-12 } && roc.x.count == fixture.false.count)
            #expect(zip(roc.y, fixture.true).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(Array(roc.thresholds.dropFirst()) == fixture.thresholds)
            #expect(precisionRecall.x.count == fixture.recall.count)
            #expect(zip(precisionRecall.x, fixture.recall).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(zip(precisionRecall.y, fixture.precision).allSatisfy { abs($0 - $1) < 1e-12 })
        }

        @Test func aRankingOfOneKindHasNoArea() {
            #expect(RankedScores(scores: Tensor([0.1, 0.7]), isPositive: Tensor([1, 1])).auc.isNaN)
        }

        @Test func sentencesAreScoredAsNLTKDoes() throws {
            struct Scored: Decodable {
                struct Sentence: Decodable { let candidate: [String], references: [[String]] }
                let order: Int
                let text: [Sentence]
                let value: Double
            }
            let fixtures: [Scored] = try Fixture.load("bleu_scores")
            for fixture in fixtures {
                var bleu = BLEU(order: fixture.order)
                for sentence in fixture.text {
                    bleu.add(candidate: sentence.candidate, references: sentence.references)
                }
                #expect(abs(bleu.value - fixture.value) < 1e-12)
            }
        }

        @Test func aConfusionMatrixIsReadByClass() {
            let matrix = ConfusionMatrix(
                decisions: Tensor([0, 1, 1, 2, 1]), labels: Tensor([0, 1, 2, 2, 0]), classes: 4)
            #expect(matrix[label: 2, decision: 1] == 1)
            #expect(matrix.recall == [0.5, 1, 0.5, 0])
            #expect(matrix.precision == [1, 1.0 / 3, 1, 0])
            #expect(matrix.shares.scalars.prefix(4) == [0.5, 0.5, 0, 0])
            // The fourth class neither occurs nor is decided on: it has no part in the mean.
            #expect(abs(matrix.average(matrix.recall, .macro) - 2.0 / 3) < 1e-12)
        }
    }
}
