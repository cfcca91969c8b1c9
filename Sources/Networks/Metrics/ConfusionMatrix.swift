public import Tensors

/// Counts how often examples of each class were predicted as each class: the source of precision, recall and others.
///
/// ```swift
/// let outputs = Tensor([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]])
/// let matrix = ConfusionMatrix(decisions: outputs.argMax(axis: -1), labels: Tensor([0, 1, 1]), classes: 2)
/// print(matrix.recall[1], matrix.f1)
/// ```
/// A quotient 0 / 0, such as the precision of a class that was never predicted, is 0. For scores without a threshold
/// take ``RankedScores``.
public struct ConfusionMatrix: MetricState, CustomStringConvertible {
    /// The number of classes.
    public let classes: Int
    /// Numbers of examples (or sums of weights) in row-major order: those of class i predicted as j at i · classes + j.
    private var cells: [Double]

    /// A matrix of zeros.
    public init(classes: Int) {
        self.classes = classes
        cells = Array(repeating: 0, count: classes * classes)
    }

    /// Counts predictions.
    ///
    /// - Parameters:
    ///   - decisions: The predicted class indices, of any shape.
    ///   - labels: The right class indices, in the same shape.
    ///   - classes: The number of classes.
    ///   - weights: Weights that broadcast to that shape; nil for 1.
    public init(decisions: Tensor, labels: Tensor, classes: Int, weights: Tensor? = nil) {
        self.init(classes: classes)
        guard decisions.shape == labels.shape else {
            Failure.raise(
                ShapeError(
                    operation: "ConfusionMatrix", shapes: [decisions.shape, labels.shape],
                    message:
                        "decisions and labels must have the same shape, got \(decisions.shape) and \(labels.shape)",
                    hint: "give class indices for both, as in outputs.argMax(axis: -1)"))
        }
        for (indices, name) in [(labels, "label"), (decisions, "decision")] where indices.count > 0 {
            let (least, largest) = (Int(indices.min().item()), Int(indices.max().item()))
            guard least < 0 || largest >= classes else { continue }
            Failure.raise(
                ValueError(
                    operation: "ConfusionMatrix",
                    message: "\(name) \(least < 0 ? least : largest) is out of range for \(classes) classes",
                    hint: "class indices go from 0 to \(classes - 1)"))
        }
        let indices = (labels.converted(to: .int64) * Tensor([Int64(classes)]) + decisions.converted(to: .int64))
            .reshaped(to: [labels.count])
        let amounts = (weights ?? .ones([])).converted(to: .float64).broadcast(to: labels.shape)
        cells =
            Tensor.zeros([classes * classes], dtype: .float64)
            .scatterAdded(amounts.reshaped(to: [labels.count]), at: indices.converted(to: .int32), axis: 0).doubles
    }

    /// Counts a network's predictions.
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
                    message: "matrices must have the same number of classes, got \(classes) and \(other.classes)",
                    hint: "make both with the same classes:"))
        }
        for i in cells.indices { cells[i] += other.cells[i] }
    }

    /// How many examples of a class (label) were predicted as a class (decision).
    public subscript(label label: Int, decision decision: Int) -> Double {
        guard 0..<classes ~= label, 0..<classes ~= decision else {
            Failure.raise(
                ValueError(
                    operation: "ConfusionMatrix",
                    message: "label \(label) and decision \(decision) are out of range for \(classes) classes",
                    hint: "class indices go from 0 to \(classes - 1)"))
        }
        return cells[label * classes + decision]
    }

    /// The counts, `[classes, classes]`: a row for each label, a column for each decision.
    public var counts: Tensor { Tensor(cells, shape: [classes, classes]) }

    /// The counts divided by the sum of their row, `[classes, classes]`: of the examples of a class, the share
    /// predicted as each.
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

    /// The share of right predictions: Σ Cᵢᵢ / Σ Cᵢⱼ.
    public var accuracy: Double { share(right.reduce(0, +), total) }
    /// The ``accuracy``.
    public var value: Double { accuracy }

    /// Of the examples predicted as each class, the share that is right: TP / (TP + FP).
    public var precision: [Double] { shares(right, decided) }
    /// Of the examples of each class, the share that was found: TP / (TP + FN).
    public var recall: [Double] { shares(right, labelled) }
    /// The harmonic mean of ``precision`` and ``recall`` of each class: 2 TP / (2 TP + FP + FN), for regions the Dice
    /// coefficient.
    public var f1: [Double] { fScore(beta: 1) }
    /// The intersection over union of each class: TP / (TP + FP + FN).
    public var intersectionOverUnion: [Double] {
        shares(right, zip(zip(labelled, decided), right).map { $0.0 + $0.1 - $1 })
    }

    /// The F-score of each class, (1 + β²) TP / ((1 + β²) TP + β² FN + FP), in which recall counts β times as much as
    /// precision (van Rijsbergen 1979).
    public func fScore(beta: Double) -> [Double] {
        let b = beta * beta
        return shares(right.map { (1 + b) * $0 }, zip(labelled, decided).map { b * $0 + $1 })
    }

    /// Cohen's κ, the agreement corrected for chance: (p − pₑ) / (1 − pₑ), where p is the accuracy and pₑ that expected
    /// by chance (Cohen 1960).
    public var kappa: Double {
        let chance = zip(labelled, decided).reduce(0) { $0 + $1.0 * $1.1 } / max(total * total, .leastNormalMagnitude)
        return share(accuracy - chance, 1 - chance)
    }

    /// The correlation of labels and decisions, from −1 to 1 (Matthews 1975; for several classes Gorodkin 2004).
    public var matthewsCorrelation: Double {
        let both = zip(labelled, decided).reduce(0) { $0 + $1.0 * $1.1 }
        let spread = { (sums: [Double]) in total * total - sums.reduce(0) { $0 + $1 * $1 } }
        return share(right.reduce(0, +) * total - both, (spread(labelled) * spread(decided)).squareRoot())
    }

    /// The average of a value of each class, such as ``recall``.
    public func average(_ values: [Double], _ average: ClassAverage) -> Double {
        switch average {
        case .macro:
            // A class that neither occurs nor was predicted has no value.
            let present = (0..<classes).filter { labelled[$0] + decided[$0] > 0 }
            return share(present.reduce(0) { $0 + values[$1] }, Double(present.count))
        case .weighted: return share(zip(values, labelled).reduce(0) { $0 + $1.0 * $1.1 }, total)
        case .ofClass(let index):
            guard values.indices.contains(index) else {
                Failure.raise(
                    ValueError(
                        operation: "average", message: "class \(index) is out of range for \(values.count) classes",
                        hint: "class indices go from 0 to \(values.count - 1)"))
            }
            return values[index]
        }
    }

    private func shares(_ parts: [Double], _ wholes: [Double]) -> [Double] { zip(parts, wholes).map(share) }
    private func share(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }

    /// The counts as a table.
    public var description: String { "\(counts.converted(to: .int64))" }
}
