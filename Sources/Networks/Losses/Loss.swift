public import Tensors

/// A function of outputs and targets that training minimizes.
///
/// A loss is the mean of its ``terms(_:_:)``: one per example, per position of a sequence or an image, or per number,
/// as each loss says. Weights give some terms more influence, and a mask (weights of 0 and 1) leaves some out:
/// ```swift
/// let (logits, words, padding) = (Tensor.normal([2, 3, 5]), Tensor([[4, 2, 0], [1, 0, 0]]), 0.0)
/// let loss = Loss.crossEntropy(logits, words, weights: words .!= padding)
/// ```
/// A custom loss returns its terms, made of differentiable operations:
/// ```swift
/// let cubic = Loss("cubic") { outputs, targets in pow(abs(outputs - targets), 3) }
/// let loss = cubic(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))
/// ```
/// Where targets are not shaped as outputs are, `targets: .any` gives it them as they stand: a detector's boxes, or
/// values with their weights beside them.
/// ```swift
/// let weighted = Loss("weighted", targets: .any) { outputs, targets in
///     targets[0..., 1] * (outputs[0..., 0] - targets[0..., 0]).squared()
/// }
/// let loss = weighted(Tensor([[1.5], [2.0]]), Tensor([[1.0, 3], [2.5, 1]]))  // outputs [2, 1], targets [2, 2]
/// ```
public struct Loss: Sendable {
    /// The name, as in `.crossEntropy`.
    public let name: String
    /// How metrics interpret the outputs.
    let meaning: OutputMeaning
    let targets: Targets
    private let makeTerms: @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor
    private let classWeights: [Double]?
    /// The class index that is ignored, if there is one.
    let ignoredLabel: Int?
    /// Whether it is the library's: what a custom loss makes of outputs and targets is not known.
    let isOfLibrary: Bool

    /// The kind of targets of a loss.
    enum Targets {
        /// Numbers in the shape of the outputs.
        case values
        /// Class indices of an integer type, without the outputs' last axis; or probabilities in the shape of the
        /// outputs.
        case classes
        /// The class index of each example, of an integer type, whatever the outputs.
        case groups
        /// Sequences of class indices, `[n, length]`, shorter than the outputs, `[n, steps, classes]`.
        case sequences
        /// One row for each example, of any type and shape.
        case rows
    }

    /// The targets that a custom loss takes.
    public enum TargetShape: Sendable {
        /// Numbers in the shape of the outputs, `[n]` counting as `[n, 1]`.
        case ofOutputs
        /// One row for each example, of any type and shape; the loss gets them as they are.
        case any
    }

    /// A custom loss: a differentiable function that returns one term per example (or per number), or a scalar for the
    /// whole batch.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - targets: The shape of its targets.
    ///   - function: Computes the terms of outputs and targets.
    public init(
        _ name: String, targets: TargetShape = .ofOutputs,
        function: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor
    ) {
        self.init(name, targets == .any ? .rows : .values, isOfLibrary: false, terms: function)
    }

    init(
        _ name: String, _ targets: Targets, meaning: OutputMeaning = .values, classWeights: [Double]? = nil,
        ignoredLabel: Int? = nil, isOfLibrary: Bool = true,
        terms: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor
    ) {
        self.name = name
        self.meaning = meaning
        self.targets = targets
        self.classWeights = classWeights
        self.ignoredLabel = ignoredLabel
        self.isOfLibrary = isOfLibrary
        self.makeTerms = terms
    }

    /// The loss of outputs, a scalar: the mean of its terms.
    ///
    /// With weights it is Σ weight · term / Σ weight. Weights have the shape of the terms or of its first dimensions:
    /// `[n]` for examples, `[n, steps]` for positions of sequences. A weight of 0 (or false) leaves a term out, even
    /// one that is infinite or NaN; if all are left out, the loss is 0. Steps that the outputs' own mask
    /// (`Tensor.sequenceMask`) marks as padding are left out as well.
    public func callAsFunction(_ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil) -> Tensor {
        if meaning == .logits, Self.looksLikeProbabilities(outputs) {
            Notes.post(
                "probabilities", "the outputs of .\(name) look like probabilities, but it expects logits",
                hint: "leave softmax out: the loss does it")
        }
        let terms = terms(outputs, targets)
        // A custom loss may return a scalar, from which padding cannot be left out.
        guard terms.rank > 0 || weights != nil else { return terms }
        guard let weights = self.weights(for: targets, weights, outputs) else { return terms.mean() }
        return weightedMean(terms, weights)
    }

    /// Whether the first rows are distributions: numbers between 0 and 1 whose sum is 1. Every step asks: three rows.
    private static func looksLikeProbabilities(_ outputs: Tensor) -> Bool {
        guard outputs.rank == 2, outputs.dtype == .float32, outputs.shape[0] > 1, outputs.shape[1] > 1 else {
            return false
        }
        let (storage, classes) = (outputs.storage, outputs.shape[1])
        return withExtendedLifetime(storage) {
            let elements = storage.address.assumingMemoryBound(to: Float.self)
            return (0..<min(3, outputs.shape[0])).allSatisfy { row in
                var sum: Float = 0
                for element in row * classes..<(row + 1) * classes {
                    guard elements[element] >= 0, elements[element] <= 1 else { return false }
                    sum += elements[element]
                }
                return abs(sum - 1) < 1e-4
            }
        }
    }

    /// The loss if all targets are the same number: `bce(discriminator(real), 1)`.
    public func callAsFunction(_ outputs: Tensor, _ target: Double) -> Tensor {
        self(outputs, .full(outputs.shape, target, dtype: outputs.dtype))
    }

    /// The terms that the loss is the mean of, without weights. Their sum is `loss.terms(outputs, targets).sum()`.
    public func terms(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
        makeTerms(outputs.dtype.isFloatingPoint ? outputs : outputs.converted(to: .float32), aligned(targets, outputs))
    }

    private func weightedMean(_ terms: Tensor, _ weights: Tensor) -> Tensor {
        guard weights.rank <= terms.rank, terms.rank > 0, weights.shape.elementsEqual(terms.shape.prefix(weights.rank))
        else {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [terms.shape, weights.shape],
                    message: terms.rank == 0
                        ? "this loss returns a scalar for the whole batch, which cannot be weighted by \(weights.shape)"
                        : "weights \(weights.shape) do not match the terms \(terms.shape) of the loss",
                    hint: terms.rank == 0
                        ? "return one term per example: the mean is taken afterwards"
                        : "give one weight per example, [\(terms.shape[0])], or per term"))
        }
        let counts = Double(terms.count / max(weights.count, 1))
        let ones = Array(repeating: 1, count: terms.rank - weights.rank)
        let weights = weights.converted(to: terms.dtype)
        let total = counts * weights.sum().item()
        return weights.reshaped(to: Array(weights.shape) + ones).times(terms).sum() / (total == 0 ? 1 : total)
    }

    /// The weight of each example or position: the given one, 0 for padding and ignored labels, times that of its
    /// class; nil if all are 1.
    func weights(for targets: Tensor, _ given: Tensor?, _ outputs: Tensor) -> Tensor? {
        let kept = keptWeights(for: targets, given, outputs)
        guard let classWeights else { return kept }
        guard outputs.rank > 0, outputs.shape[outputs.rank - 1] == classWeights.count else {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [outputs.shape],
                    message:
                        "classWeights has \(classWeights.count) elements, which do not match outputs \(outputs.shape)",
                    hint: "give one weight per class, in the order of the outputs"))
        }
        let table = Tensor(classWeights)
        let weights: Tensor
        if isLabel(targets.dtype) {
            let labels = ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
            weights = table.gathered(labels)
        } else {
            weights = targets.times(table).sum(axes: -1)
        }
        return kept.map { weights * $0.converted(to: .float32) } ?? weights
    }

    /// The weights that metrics use: the given ones, 0 for padding and ignored labels.
    func keptWeights(for targets: Tensor, _ given: Tensor?, _ outputs: Tensor) -> Tensor? {
        var kept = given
        if countsPositions, let mask = outputs.sequenceMask { kept = Self.product(kept, mask) }
        if let ignoredLabel, isLabel(targets.dtype) { kept = Self.product(kept, targets .!= Double(ignoredLabel)) }
        return kept
    }

    /// Weights times a mask, which may have more dimensions.
    private static func product(_ weights: Tensor?, _ mask: Tensor) -> Tensor {
        guard let weights else { return mask }
        let ones = { Array(repeating: 1, count: max($0, 0)) }
        let (a, b) = (weights.converted(to: .float32), mask.converted(to: .float32))
        return a.reshaped(to: Array(a.shape) + ones(b.rank - a.rank))
            * b.reshaped(to: Array(b.shape) + ones(a.rank - b.rank))
    }

    /// Whether there is one term per position of a sequence.
    private var countsPositions: Bool {
        switch targets {
        case .values, .classes: true
        case .groups, .sequences, .rows: false
        }
    }

    /// Targets in the shape that the loss computes with. A column is never compared with a row, which would broadcast.
    private func aligned(_ targets: Tensor, _ outputs: Tensor) -> Tensor {
        if let problem = problem(targets: targets.shape, dtype: targets.dtype, outputs: outputs.shape) {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [outputs.shape, targets.shape], message: problem.message,
                    hint: problem.hint))
        }
        if case .rows = self.targets { return targets }
        guard isLabel(targets.dtype) else {
            return targets.reshaped(to: outputs.shape).converted(
                to: outputs.dtype.isFloatingPoint ? outputs.dtype : .float32)
        }
        return ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
    }

    func isLabel(_ dtype: DType) -> Bool {
        switch targets {
        case .values, .rows: false
        case .classes: !dtype.isFloatingPoint
        case .groups, .sequences: true
        }
    }
}

/// What a network's outputs mean, as far as its loss tells.
enum OutputMeaning {
    /// Numbers, such as probabilities: the prediction is the unit with the largest; a single unit predicts yes above ½.
    case values
    /// Numbers whose softmax is a probability distribution.
    case logits
    /// Numbers whose sigmoids are probabilities of independent units.
    case binaryLogits
    /// Probabilities of independent units.
    case binaryProbabilities
    /// Signed distances from a decision boundary, of independent units.
    case margins
    /// Logits of classes; those of a single unit, of yes or no.
    case regionLogits

    /// Whether an activation turns the outputs into probabilities.
    var isLogits: Bool {
        switch self {
        case .logits, .binaryLogits, .regionLogits: true
        case .values, .binaryProbabilities, .margins: false
        }
    }

    /// The threshold above which an independent unit predicts yes; nil where the largest unit is the prediction.
    func threshold(width: Int) -> Double? {
        switch self {
        case .values: width > 1 ? nil : 0.5
        case .regionLogits: width > 1 ? nil : 0
        case .logits: nil
        case .binaryLogits, .margins: 0
        case .binaryProbabilities: 0.5
        }
    }

    /// Outputs as probabilities, where they can be interpreted as such.
    func probabilities(_ outputs: Tensor) -> Tensor {
        switch self {
        case .logits: outputs.softmax()
        case .binaryLogits: outputs.sigmoid()
        case .regionLogits: outputs.shape[outputs.rank - 1] > 1 ? outputs.softmax() : outputs.sigmoid()
        case .values, .binaryProbabilities, .margins: outputs
        }
    }
}
