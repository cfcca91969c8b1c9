import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Metrics of no class, one class, NaN, and of examples that are left out.
    @Suite struct MetricExtremeTests {
        private static let scores = Tensor([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3]])
        private static let answers = Tensor([[0.9], [0.2], [0.6]]), numbers = Tensor([[1.0], [2.5], [3]])
        private static let classes = Tensor([0, 2, 2]), truth = Tensor([1, 0, 0])
        /// Metrics with outputs and targets of three examples.
        static let samples: [String: (metric: Metric, outputs: Tensor, targets: Tensor)] = [
            "accuracy": (.accuracy, scores, classes), "accuracy of yes": (.accuracy, answers, truth),
            "topK": (.topK(2), scores, classes), "precision": (.precision, scores, classes),
            "recall": (.recall, scores, classes), "f1": (.f1, scores, classes), "f1 of yes": (.f1, answers, truth),
            "dice": (.dice, answers, truth), "iou": (.iou, scores, classes), "kappa": (.kappa, scores, classes),
            "matthewsCorrelation": (.matthewsCorrelation, scores, classes), "auc": (.auc, answers, truth),
            "averagePrecision": (.averagePrecision, answers, truth), "perplexity": (.perplexity, scores, classes),
            "meanAbsoluteError": (.meanAbsoluteError, answers, numbers),
            "meanSquaredError": (.meanSquaredError, answers, numbers),
            "rootMeanSquaredError": (.rootMeanSquaredError, answers, numbers),
            "rSquared": (.rSquared, answers, numbers),
        ]
        /// Metrics without weights, and the way to make one of a confusion matrix.
        private static let others: Set = ["bleu", "confusion"]

        @Test func everyMetricIsTried() throws {
            let names = try Extremes.names(in: "Networks/Metrics", #"\n    public static (?:let|func) (\w+)"#)
            let known = Set(Self.samples.keys.map { String($0.prefix { $0 != " " }) }).union(Self.others)
            #expect(names.count > 15)
            #expect(names.subtracting(known) == [])
        }

        @Test(arguments: samples.keys.sorted(), [Double.nan, .infinity, -.infinity])
        func whatIsLeftOutCountsForNothing(_ name: String, _ number: Double) {
            let (metric, outputs, targets) = Self.samples[name]!
            let row = Tensor.full([1, outputs.shape[1]], number)
            let value = metric(
                .concatenate([outputs, row]), .concatenate([targets, targets[0..<1]]), weights: Tensor([1.0, 1, 1, 0]))
            #expect(abs(value - metric(outputs, targets)) < 1e-6)
        }

        @Test(arguments: samples.keys.sorted())
        func unknownOutputsAreNeverGood(_ name: String) {
            let (metric, outputs, targets) = Self.samples[name]!
            let value = metric(.full(outputs.shape, .nan), targets)
            let best = metric.isLargerBetter ? 1.0 : 0
            #expect(value.isNaN || abs(value - best) > 0.1, "\(value)")
        }

        @Test func oneClass() {
            let right = Tensor([[0.9], [0.8]]), ones = Tensor([1, 1])
            #expect(Metric.accuracy(right, ones) == 1)
            #expect(Metric.f1(right, ones) == 1)
            #expect(Metric.kappa(right, ones) == 0)
            #expect(Metric.matthewsCorrelation(right, ones) == 0)
            #expect(Metric.auc(right, ones).isNaN)
            #expect(Metric.averagePrecision(right, ones) == 1)
            #expect(Metric.averagePrecision(right, Tensor([0, 0])).isNaN)
            #expect(Metric.rSquared(Tensor([[1.0], [1]]), Tensor([[1.0], [1]])) == 1)
        }

        @Test func perplexityIsExact() {
            let logits = Tensor([[0.0, -.infinity, 0]])
            #expect(abs(Metric.perplexity(logits.softmax(), Tensor([0])) - 2) < 1e-12)
            #expect(abs(Metric.perplexity(logits, Tensor([0]), loss: .crossEntropy) - 2) < 1e-6)
        }

        @Test func aThousandClassesAreToldApart() {
            let labels = Tensor([4_999, 4_998, 0]),
                matrix = ConfusionMatrix(decisions: labels, labels: labels, classes: 5_000)
            #expect(matrix.accuracy == 1)
            #expect(matrix[label: 4_999, decision: 4_999] == 1)
        }
    }
}
