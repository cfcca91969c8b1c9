public import Tensors

/// Scores of positive and negative examples, with their ROC and precision-recall curves and the areas under these
/// (Fawcett 2006).
///
/// ```swift
/// let ranking = RankedScores(scores: Tensor([0.9, 0.4, 0.6, 0.1]), isPositive: Tensor([1, 1, 0, 0]))
/// print(ranking.auc, ranking.rocCurve)
/// ```
/// All scores are kept, so that areas are exact. For a fixed threshold take a ``ConfusionMatrix``.
public struct RankedScores: MetricState {
    private var scores: [Float]
    private var isPositive: [Bool]
    private var weights: [Float]?

    /// Scores of examples.
    ///
    /// - Parameters:
    ///   - scores: The scores, `[n]`, higher for examples that are more likely positive.
    ///   - isPositive: Whether each example is positive: 1 or true, 0 or false.
    ///   - weights: The weight of each example; nil if all are 1.
    public init(scores: Tensor, isPositive: Tensor, weights: Tensor? = nil) {
        guard scores.count == isPositive.count, weights == nil || weights?.count == scores.count else {
            Failure.raise(
                ShapeError(
                    operation: "RankedScores", shapes: [scores.shape, isPositive.shape],
                    message: "isPositive and weights must match scores \(scores.shape), got \(isPositive.shape)"
                        + (weights.map { " and \($0.shape)" } ?? ""),
                    hint: "give one element of each per score"))
        }
        self.scores = scores.scalars
        self.isPositive = (isPositive .> 0.5).ints.map { $0 != 0 }
        self.weights = weights.map { $0.converted(to: .float32).scalars }
    }

    /// Adds the scores of other examples.
    public mutating func add(_ other: RankedScores) {
        if weights != nil || other.weights != nil {
            weights = allWeights + other.allWeights
        }
        scores += other.scores
        isPositive += other.isPositive
    }

    private var allWeights: [Float] { weights ?? Array(repeating: 1, count: scores.count) }

    /// True: reading an area sorts all scores.
    public static var isCostly: Bool { true }
    /// The area under the ROC curve.
    public var value: Double { auc }

    /// The numbers of positives and of negatives at or above each threshold, from the highest score down.
    private var cumulative: [(threshold: Double, positives: Double, negatives: Double)] {
        let order = Tensor(scores).argSort(descending: true).ints
        var steps: [(threshold: Double, positives: Double, negatives: Double)] = []
        var positives = 0.0, negatives = 0.0
        for (rank, index) in order.enumerated() {
            let weight = weights.map { Double($0[index]) } ?? 1
            if isPositive[index] { positives += weight } else { negatives += weight }
            // Equal scores share a threshold.
            if rank + 1 < order.count && scores[order[rank + 1]] == scores[index] { continue }
            steps.append((Double(scores[index]), positives, negatives))
        }
        return steps
    }

    /// A curve, with the threshold at each of its points.
    public struct Curve: Sendable {
        /// The horizontal coordinates, from 0 to 1.
        public let x: [Double]
        /// The vertical coordinates, from 0 to 1.
        public let y: [Double]
        /// The scores from which on examples are predicted positive; infinite where none is.
        public let thresholds: [Double]
    }

    /// The receiver operating characteristic: the false positive rate (x) and the true positive rate (y).
    public var rocCurve: Curve {
        let steps = cumulative
        let positives = steps.last?.positives ?? 0, negatives = steps.last?.negatives ?? 0
        return Curve(
            x: [0] + steps.map { $0.negatives / negatives }, y: [0] + steps.map { $0.positives / positives },
            thresholds: [.infinity] + steps.map(\.threshold))
    }

    /// The recall (x) and the precision (y), from recall 0 with precision 1.
    public var precisionRecallCurve: Curve {
        let steps = cumulative, positives = steps.last?.positives ?? 0
        return Curve(
            x: [0] + steps.map { $0.positives / positives },
            // Above the first example that has a weight, precision is still 1.
            y: [1] + steps.map { $0.positives + $0.negatives == 0 ? 1 : $0.positives / ($0.positives + $0.negatives) },
            thresholds: [.infinity] + steps.map(\.threshold))
    }

    private var hasUnknownScores: Bool { scores.indices.contains { scores[$0].isNaN && weights?[$0] != 0 } }

    /// The area under the ROC curve: the probability that a positive example has a higher score than a negative one,
    /// ties counted half. NaN if there are only positives, or only negatives, or if a score is NaN.
    public var auc: Double {
        guard !hasUnknownScores else { return .nan }
        let curve = rocCurve
        return zip(curve.x.indices.dropFirst(), curve.x.indices).reduce(0) { area, pair in
            area + (curve.x[pair.0] - curve.x[pair.1]) * (curve.y[pair.0] + curve.y[pair.1]) / 2
        }
    }

    /// The average precision, Σ (rₖ − rₖ₋₁) pₖ over thresholds k with precision p and recall r: the area under the
    /// precision-recall curve. NaN if there are no positives, or if a score is NaN.
    public var averagePrecision: Double {
        guard !hasUnknownScores else { return .nan }
        let curve = precisionRecallCurve
        return zip(curve.x.indices.dropFirst(), curve.x.indices).reduce(0) { area, pair in
            area + (curve.x[pair.0] - curve.x[pair.1]) * curve.y[pair.0]
        }
    }
}

/// A ranking for each class against all others.
struct ClassRankings: MetricState {
    private var rankings: [RankedScores]
    private let read: @Sendable (RankedScores) -> Double

    init(_ batch: Predictions, read: @escaping @Sendable (RankedScores) -> Double) {
        self.read = read
        let probabilities = batch.probabilities, width = batch.width
        let scores = probabilities.reshaped(to: [-1, width])
        let weights = batch.weights(over: probabilities.shape.removing(at: probabilities.rank - 1)).map {
            $0.reshaped(to: [scores.shape[0]])
        }
        let truths: Tensor
        if batch.decidesYesOrNo || batch.targets.shape == batch.outputs.shape {
            truths = batch.values.reshaped(to: [-1, width])
        } else {
            truths = Tensor.oneHot(batch.labels.reshaped(to: [scores.shape[0]]), classes: width)
        }
        // Of two classes, the ranking of the second is enough.
        let columns = width == 2 && !batch.decidesYesOrNo ? 1..<2 : 0..<width
        let (scoreColumns, truthColumns) = (scores.unstacked(axis: 1), truths.unstacked(axis: 1))
        rankings = columns.map {
            RankedScores(scores: scoreColumns[$0], isPositive: truthColumns[$0], weights: weights)
        }
    }

    mutating func add(_ other: ClassRankings) {
        for i in rankings.indices { rankings[i].add(other.rankings[i]) }
    }

    /// The mean over the classes that have a value.
    var value: Double {
        let values = rankings.map(read).filter { !$0.isNaN }
        return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    static var isCostly: Bool { true }
}

extension Metric {
    /// The area under the ROC curve, ``RankedScores/auc``: that of yes or no, or the mean over classes of each against
    /// the others (Fawcett 2006).
    ///
    /// Outputs: scores of yes, of any shape, with targets 0 and 1; or `[n, classes]` with class indices.
    /// ```swift
    /// let value = Metric.auc(Tensor([[0.9], [0.4], [0.6]]), Tensor([1, 0, 0]))  // 1
    /// ```
    /// NaN as long as only one class has been seen. If positives are rare take ``averagePrecision``.
    public static let auc = Metric("auc", .decisions, isLargerBetter: true) { ClassRankings($0) { $0.auc } }

    /// The area under the precision-recall curve, ``RankedScores/averagePrecision``: that of yes or no, or the mean
    /// over classes of each against the others.
    ///
    /// Outputs: scores of yes, of any shape, with targets 0 and 1; or `[n, classes]` with class indices.
    /// ```swift
    /// let value = Metric.averagePrecision(Tensor([[0.9], [0.4], [0.6]]), Tensor([1, 0, 0]))  // 1
    /// ```
    /// For rare positives; if both classes are frequent take ``auc``. Of boxes: ``MeanAveragePrecision``.
    public static let averagePrecision = Metric("average_precision", .decisions, isLargerBetter: true) {
        ClassRankings($0) { $0.averagePrecision }
    }
}
