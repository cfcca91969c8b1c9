public import Tensors

/// How often examples of each class were taken for each class: what precision, recall and the like are read from.
///
/// ```swift
/// let matrix = ConfusionMatrix(decisions: network.predict(test.inputs).argMax(), labels: test.targets, classes: 10)
/// print(matrix.recall[3], matrix.f1)
/// ```
/// A share of nothing, such as the precision of a class that was never decided on, is 0.
public struct ConfusionMatrix: MetricState, CustomStringConvertible {
    /// The number of classes.
    public let classes: Int
    /// Numbers of examples (or sums of their weights), row by row: those of class i that were taken for class j at i · classes + j.
    private var cells: [Double]

    /// A matrix of nothing yet.
    public init(classes: Int) {
        self.classes = classes
        cells = Array(repeating: 0, count: classes * classes)
    }

    /// Counts decisions, given what would have been right: class indices of one shape, and weights that broadcast to it.
    public init(decisions: Tensor, labels: Tensor, classes: Int, weights: Tensor? = nil) {
        self.init(classes: classes)
        guard decisions.shape == labels.shape else {
            Failure.raise(
                ShapeError(
                    operation: "ConfusionMatrix", shapes: [decisions.shape, labels.shape],
                    message: "decisions \(decisions.shape) and labels \(labels.shape) are not of one shape",
                    hint: "decide first, as in outputs.argMax(), and give class indices as labels"))
        }
        for (indices, name) in [(labels, "label"), (decisions, "decision")] where indices.count > 0 {
            let (least, largest) = (Int(indices.min().item()), Int(indices.max().item()))
            guard least < 0 || largest >= classes else { continue }
            Failure.raise(
                ValueError(
                    operation: "ConfusionMatrix",
                    message: "\(name) \(least < 0 ? least : largest) is none of the \(classes) classes",
                    hint: "they go from 0 to \(classes - 1)"))
        }
        let places = (labels.converted(to: .int32) * Double(classes) + decisions.converted(to: .int32))
            .reshaped(to: [labels.count])
        let amounts = (weights ?? .ones([])).converted(to: .float64).broadcast(to: labels.shape)
        cells =
            Tensor.zeros([classes * classes], dtype: .float64)
            .scatterAdded(amounts.reshaped(to: [labels.count]), at: places.converted(to: .int32), axis: 0).doubles
    }

    /// Counts a network's decisions.
    public init(_ predictions: Predictions) {
        let decisions = predictions.decisions
        self.init(
            decisions: decisions, labels: predictions.labels, classes: predictions.classCount,
            weights: predictions.weights(over: decisions.shape))
    }

    /// Adds the counts of other examples.
    public mutating func add(_ other: ConfusionMatrix) {
        guard classes == other.classes else {
            Failure.raise(
                ValueError(
                    operation: "ConfusionMatrix",
                    message: "matrices of \(classes) and \(other.classes) classes do not add up",
                    hint: "make both for as many classes"))
        }
        for place in cells.indices { cells[place] += other.cells[place] }
    }

    /// How many examples of a class were taken for another, or for itself.
    public subscript(label label: Int, decision decision: Int) -> Double {
        guard 0..<classes ~= label, 0..<classes ~= decision else {
            Failure.raise(
                ValueError(
                    operation: "ConfusionMatrix",
                    message:
                        "there is no place for label \(label) and decision \(decision) in a matrix of \(classes) classes",
                    hint: "classes count from 0"))
        }
        return cells[label * classes + decision]
    }

    /// The counts, `[classes, classes]`: a row for each class, a column for each decision.
    public var counts: Tensor { Tensor(cells, shape: [classes, classes]) }

    /// The counts as shares of their row: of the examples of a class, those that were taken for each.
    public var shares: Tensor {
        let counts = Tensor(cells, shape: [classes, classes], dtype: .float64)
        return (counts / counts.sum(axes: [1], keepDims: true).clipped(to: 1e-300...(.infinity))).converted(
            to: .float32)
    }

    private var right: [Double] { (0..<classes).map { self[label: $0, decision: $0] } }
    private var labelled: [Double] {
        (0..<classes).map { i in (0..<classes).reduce(0) { $0 + cells[i * classes + $1] } }
    }
    private var decided: [Double] {
        (0..<classes).map { j in (0..<classes).reduce(0) { $0 + cells[$1 * classes + j] } }
    }
    private var total: Double { cells.reduce(0, +) }

    /// The share of right decisions.
    public var accuracy: Double { share(right.reduce(0, +), total) }
    /// The share of right decisions.
    public var value: Double { accuracy }

    /// Of the decisions for each class, the share that is right.
    public var precision: [Double] { shares(right, decided) }
    /// Of the examples of each class, the share that was found.
    public var recall: [Double] { shares(right, labelled) }
    /// The harmonic mean of ``precision`` and ``recall`` of each class; for regions, Dice's coefficient.
    public var f1: [Double] { fScore(beta: 1) }
    /// Of all examples of each class or taken for it, the share that is both: the intersection over the union.
    public var intersectionOverUnion: [Double] {
        shares(right, zip(zip(labelled, decided), right).map { $0.0 + $0.1 - $1 })
    }

    /// The mean of precision and recall of each class in which recall counts β times as much (van Rijsbergen 1979).
    public func fScore(beta: Double) -> [Double] {
        let b = beta * beta
        return shares(right.map { (1 + b) * $0 }, zip(labelled, decided).map { b * $0 + $1 })
    }

    /// How much better than chance decisions agree with the labels: 1 always, 0 as often as by chance (Cohen 1960).
    public var kappa: Double {
        let chance = zip(labelled, decided).reduce(0) { $0 + $1.0 * $1.1 } / max(total * total, .leastNormalMagnitude)
        return share(accuracy - chance, 1 - chance)
    }

    /// The correlation of labels and decisions, from −1 to 1 (Matthews 1975; for more than two classes Gorodkin 2004).
    public var matthewsCorrelation: Double {
        let both = zip(labelled, decided).reduce(0) { $0 + $1.0 * $1.1 }
        let spread = { (sums: [Double]) in total * total - sums.reduce(0) { $0 + $1 * $1 } }
        return share(right.reduce(0, +) * total - both, (spread(labelled) * spread(decided)).squareRoot())
    }

    /// The average of values of the classes, such as ``recall``.
    public func average(_ values: [Double], _ average: ClassAverage) -> Double {
        switch average {
        case .macro:
            // A class that neither occurs nor was decided on has no value.
            let present = (0..<classes).filter { labelled[$0] + decided[$0] > 0 }
            return share(present.reduce(0) { $0 + values[$1] }, Double(present.count))
        case .weighted: return share(zip(values, labelled).reduce(0) { $0 + $1.0 * $1.1 }, total)
        case .ofClass(let index):
            guard values.indices.contains(index) else {
                Failure.raise(
                    ValueError(
                        operation: "average", message: "there is no class \(index) of \(values.count)",
                        hint: "classes count from 0"))
            }
            return values[index]
        }
    }

    private func shares(_ parts: [Double], _ wholes: [Double]) -> [Double] { zip(parts, wholes).map(share) }
    private func share(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }

    /// The counts as a table.
    public var description: String { "\(counts.converted(to: .int64))" }
}

/// How values of classes become one.
public enum ClassAverage: Sendable, Hashable {
    /// The mean over classes: each counts alike, however rare it is.
    case macro
    /// The mean over classes, each counting as often as it occurs.
    case weighted
    /// The value of one class.
    case ofClass(Int)

    /// The name's beginning in a history: nothing for the usual one.
    var prefix: String {
        switch self {
        case .macro: "macro_"
        case .weighted: "weighted_"
        case .ofClass(let index): "class_\(index)_"
        }
    }
}

extension Metric {
    /// A metric that is read from the decisions' confusion matrix.
    ///
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better ones.
    ///   - read: The metric of the matrix over all examples.
    public static func confusion(
        _ name: String, isLargerBetter: Bool = true, read: @escaping @Sendable (ConfusionMatrix) -> Double
    ) -> Metric {
        Metric(name, isLargerBetter: isLargerBetter) { batch in DerivedState(ConfusionMatrix(batch), read: read) }
    }

    private static func ofClasses(
        _ name: String, _ average: ClassAverage?, _ values: @escaping @Sendable (ConfusionMatrix) -> [Double]
    ) -> Metric {
        Metric((average?.prefix ?? "") + name, isLargerBetter: true) { batch in
            let usual: ClassAverage = batch.decidesYesOrNo ? .ofClass(1) : .macro
            return DerivedState(ConfusionMatrix(batch)) { $0.average(values($0), average ?? usual) }
        }
    }

    /// Of the decisions for a class, the share that is right: that of yes where units say yes or no, else the mean over classes.
    public static let precision = precision(nil)
    /// ``precision``, with classes averaged in a way of one's own.
    public static func precision(_ average: ClassAverage?) -> Metric { ofClasses("precision", average, \.precision) }

    /// Of the examples of a class, the share that was found: that of yes where units say yes or no, else the mean over classes.
    public static let recall = recall(nil)
    /// ``recall``, with classes averaged in a way of one's own.
    public static func recall(_ average: ClassAverage?) -> Metric { ofClasses("recall", average, \.recall) }

    /// The harmonic mean of precision and recall: that of yes where units say yes or no, else the mean over classes.
    public static let f1 = f1(nil)
    /// ``f1``, with classes averaged in a way of one's own.
    public static func f1(_ average: ClassAverage?) -> Metric { ofClasses("f1", average, \.f1) }

    /// Dice's coefficient 2 |A ∩ B| / (|A| + |B|) of regions, over all places of all examples: ``f1`` under segmentation's name.
    public static let dice = dice(nil)
    /// ``dice``, with classes averaged in a way of one's own.
    public static func dice(_ average: ClassAverage?) -> Metric { ofClasses("dice", average, \.f1) }

    /// The intersection over the union |A ∩ B| / |A ∪ B| of regions, over all places of all examples: that of yes where units say yes or no,
    /// else the mean over classes.
    public static let iou = iou(nil)
    /// ``iou``, with classes averaged in a way of one's own.
    public static func iou(_ average: ClassAverage?) -> Metric { ofClasses("iou", average, \.intersectionOverUnion) }

    /// How much better than chance decisions agree with the labels (Cohen 1960).
    public static let kappa = confusion("kappa") { $0.kappa }

    /// The correlation of labels and decisions (Matthews 1975).
    public static let matthewsCorrelation = confusion("matthews_correlation") { $0.matthewsCorrelation }
}
