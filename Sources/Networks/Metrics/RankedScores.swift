public import Tensors

/// Scores of examples that are positive or not: what ROC and precision-recall curves are drawn from, and their areas.
///
/// ```swift
/// let ranking = RankedScores(scores: network.predict(test.inputs), isPositive: test.targets)
/// print(ranking.auc, ranking.rocCurve)
/// ```
/// All scores are kept: areas are exact, with ties as half.
public struct RankedScores: MetricState {
    private var scores: [Float]
    private var isPositive: [Bool]
    private var weights: [Float]?

    /// Scores, the higher the surer that an example is positive; whether it is (1, true, or 0, false); and what it counts.
    public init(scores: Tensor, isPositive: Tensor, weights: Tensor? = nil) {
        guard scores.count == isPositive.count, weights == nil || weights?.count == scores.count else {
            Failure.raise(
                ShapeError(
                    operation: "RankedScores", shapes: [scores.shape, isPositive.shape],
                    message: "scores \(scores.shape) and truths \(isPositive.shape) do not go together",
                    hint: "give one truth, and one weight, for each score"))
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

    /// Reading an area sorts all scores.
    public static var isCostly: Bool { true }
    /// The area under the ROC curve.
    public var value: Double { auc }

    /// What lies above each threshold, from the highest score down: how many positives, how many negatives.
    private var cumulative: [(threshold: Double, positives: Double, negatives: Double)] {
        let order = Tensor(scores).argSort(descending: true).ints
        var steps: [(threshold: Double, positives: Double, negatives: Double)] = []
        var positives = 0.0, negatives = 0.0
        for (rank, place) in order.enumerated() {
            let weight = weights.map { Double($0[place]) } ?? 1
            if isPositive[place] { positives += weight } else { negatives += weight }
            // Equal scores come together.
            if rank + 1 < order.count && scores[order[rank + 1]] == scores[place] { continue }
            steps.append((Double(scores[place]), positives, negatives))
        }
        return steps
    }

    /// A curve of two shares, with the score above which examples are taken for positive at each of its points.
    public struct Curve: Sendable {
        /// The shares along the horizontal axis.
        public let x: [Double]
        /// The shares along the vertical axis.
        public let y: [Double]
        /// The thresholds; infinite where nothing is taken for positive.
        public let thresholds: [Double]
    }

    /// The receiver's operating characteristic: of the negatives, the share taken for positive (x); of the positives, the share found (y).
    public var rocCurve: Curve {
        let steps = cumulative
        let positives = steps.last?.positives ?? 0, negatives = steps.last?.negatives ?? 0
        return Curve(
            x: [0] + steps.map { $0.negatives / negatives }, y: [0] + steps.map { $0.positives / positives },
            thresholds: [.infinity] + steps.map(\.threshold))
    }

    /// Of the positives, the share found (x); of what is taken for positive, the share that is (y). It begins with 0 found, at a precision
    /// of 1.
    public var precisionRecallCurve: Curve {
        let steps = cumulative, positives = steps.last?.positives ?? 0
        return Curve(
            x: [0] + steps.map { $0.positives / positives },
            y: [1] + steps.map { $0.positives / ($0.positives + $0.negatives) },
            thresholds: [.infinity] + steps.map(\.threshold))
    }

    /// The area under the ROC curve: how likely a positive example scores higher than a negative one (ties count half). NaN if there are
    /// only positives, or only negatives.
    public var auc: Double {
        let curve = rocCurve
        return zip(curve.x.indices.dropFirst(), curve.x.indices).reduce(0) { area, pair in
            area + (curve.x[pair.0] - curve.x[pair.1]) * (curve.y[pair.0] + curve.y[pair.1]) / 2
        }
    }

    /// The mean of the precisions at each step of the recall, weighted by the step: the area under the precision-recall curve. NaN if there
    /// are no positives.
    public var averagePrecision: Double {
        let curve = precisionRecallCurve
        return zip(curve.x.indices.dropFirst(), curve.x.indices).reduce(0) { area, pair in
            area + (curve.x[pair.0] - curve.x[pair.1]) * curve.y[pair.0]
        }
    }
}

/// A ranking for each class, against all others.
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
        // Of two classes the second one's ranking says it all.
        let columns = width == 2 && !batch.decidesYesOrNo ? 1..<2 : 0..<width
        let (scoreColumns, truthColumns) = (scores.unstacked(axis: 1), truths.unstacked(axis: 1))
        rankings = columns.map {
            RankedScores(scores: scoreColumns[$0], isPositive: truthColumns[$0], weights: weights)
        }
    }

    mutating func add(_ other: ClassRankings) {
        for place in rankings.indices { rankings[place].add(other.rankings[place]) }
    }

    /// The mean over the classes that have a value.
    var value: Double {
        let values = rankings.map(read).filter { !$0.isNaN }
        return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    static var isCostly: Bool { true }
}

extension Metric {
    /// The area under the ROC curve of yes against no; of several classes, the mean of each against the others. NaN as long as only one class
    /// has been seen.
    public static let auc = Metric("auc", isLargerBetter: true) { ClassRankings($0) { $0.auc } }

    /// The area under the precision-recall curve of yes against no; of several classes, the mean of each against the others.
    public static let averagePrecision = Metric("average_precision", isLargerBetter: true) {
        ClassRankings($0) { $0.averagePrecision }
    }
}
