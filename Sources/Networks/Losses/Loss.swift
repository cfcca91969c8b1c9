public import Tensors

/// How far outputs are from their targets: a number that training makes small.
///
/// A loss is the mean of its ``terms(_:_:)``: one for each example, for each position of a sequence or an image, or for each number,
/// as the loss defines. Weights let some of them count more, and a mask (weights of 0 and 1) leaves some out:
/// ```swift
/// let loss = Loss.crossEntropy(logits, words, weights: words .!= padding)
/// ```
public struct Loss: Sendable {
    /// The name, as in `.crossEntropy`.
    public let name: String
    /// What an output says, which is what metrics ask.
    let meaning: OutputMeaning
    private let targets: Targets
    private let makeTerms: @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor
    private let classWeights: [Double]?
    /// The class index that counts for nothing, if there is one.
    let ignoredLabel: Int?

    /// What a loss takes as targets.
    enum Targets {
        /// Numbers in the shape of the outputs.
        case values
        /// Class indices of an integer type, without the outputs' last axis; or probabilities in the shape of the outputs.
        case classes
        /// The number of each example's group, of an integer type.
        case groups
        /// Sequences of class indices of an integer type, shorter than the outputs: `[n, length]` for `[n, steps, classes]`.
        case sequences
    }

    /// A loss of one's own, made of differentiable operations: a term for each example (or for each number), or a single number for all.
    /// Targets come in the shape of the outputs.
    public init(_ name: String, function: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor) {
        self.init(name, .values, terms: function)
    }

    init(
        _ name: String, _ targets: Targets, meaning: OutputMeaning = .values, classWeights: [Double]? = nil,
        ignoredLabel: Int? = nil, terms: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor
    ) {
        self.name = name
        self.meaning = meaning
        self.targets = targets
        self.classWeights = classWeights
        self.ignoredLabel = ignoredLabel
        self.makeTerms = terms
    }

    /// The loss of these outputs, as a scalar: the mean of its terms.
    ///
    /// With weights it is Σ weight · term / Σ weight. They are of the shape of the terms, or of its first dimensions: `[n]` weighs
    /// examples, `[n, steps]` the positions of sequences. A weight of 0 (or false) leaves out. If nothing is left, the loss is 0.
    /// Padding that the outputs' own mask knows of (`Tensor.sequenceMask`) is left out as well.
    public func callAsFunction(_ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil) -> Tensor {
        let terms = terms(outputs, targets)
        // A loss of one's own may be a single number, which knows nothing of padding.
        guard terms.rank > 0 || weights != nil else { return terms }
        guard let weights = self.weights(for: targets, weights, outputs) else { return terms.mean() }
        return weightedMean(terms, weights)
    }

    /// The loss if the target is the same number everywhere: `bce(discriminator(real), 1)`.
    public func callAsFunction(_ outputs: Tensor, _ target: Double) -> Tensor {
        self(outputs, .full(outputs.shape, target, dtype: outputs.dtype))
    }

    /// What the loss is the mean of, without weights: a sum of one's own is `loss.terms(outputs, targets).sum()`.
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
                        ? "this loss gives one number for the whole batch, which weights \(weights.shape) cannot divide"
                        : "weights \(weights.shape) do not go with the loss's terms \(terms.shape)",
                    hint: terms.rank == 0
                        ? "let it return one for each example: .mean() is taken afterwards"
                        : "give one weight for each example, [\(terms.shape[0])], or for each term"))
        }
        let counts = Double(terms.count / max(weights.count, 1))
        let ones = Array(repeating: 1, count: terms.rank - weights.rank)
        let weights = weights.converted(to: terms.dtype)
        let total = counts * weights.sum().item()
        return (terms * weights.reshaped(to: Array(weights.shape) + ones)).sum() / (total == 0 ? 1 : total)
    }

    /// The weight of each example or position: that which was given, without padding and ignored labels, times that of its class; nil if
    /// all are 1.
    func weights(for targets: Tensor, _ given: Tensor?, _ outputs: Tensor) -> Tensor? {
        let kept = keptWeights(for: targets, given, outputs)
        guard let classWeights else { return kept }
        guard outputs.rank > 0, outputs.shape[outputs.rank - 1] == classWeights.count else {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [outputs.shape],
                    message: "weights of \(classWeights.count) classes do not go with outputs \(outputs.shape)",
                    hint: "give one weight for each class, in the order of the outputs"))
        }
        let table = Tensor(classWeights)
        let weights: Tensor
        if isLabel(targets.dtype) {
            let labels = ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
            weights = table.gathered(labels)
        } else {
            weights = (targets * table).sum(axes: -1)
        }
        return kept.map { weights * $0.converted(to: .float32) } ?? weights
    }

    /// The weights without padding and ignored labels, which is what metrics count with.
    func keptWeights(for targets: Tensor, _ given: Tensor?, _ outputs: Tensor) -> Tensor? {
        var kept = given
        if countsPositions, let mask = outputs.sequenceMask { kept = Self.product(kept, mask) }
        if let ignoredLabel, isLabel(targets.dtype) { kept = Self.product(kept, targets .!= Double(ignoredLabel)) }
        return kept
    }

    /// Weights of which those where a mask does not hold are 0; the mask may have more dimensions.
    private static func product(_ weights: Tensor?, _ mask: Tensor) -> Tensor {
        guard let weights else { return mask }
        let ones = { Array(repeating: 1, count: max($0, 0)) }
        let (a, b) = (weights.converted(to: .float32), mask.converted(to: .float32))
        return a.reshaped(to: Array(a.shape) + ones(b.rank - a.rank))
            * b.reshaped(to: Array(b.shape) + ones(a.rank - b.rank))
    }

    /// Whether each position of a sequence has a term of its own.
    private var countsPositions: Bool {
        switch targets {
        case .values, .classes: true
        case .groups, .sequences: false
        }
    }

    /// Targets in the shape that the loss computes with. A column is never compared with a row: that would compare all with all.
    private func aligned(_ targets: Tensor, _ outputs: Tensor) -> Tensor {
        if let problem = problem(targets: targets.shape, dtype: targets.dtype, outputs: outputs.shape) {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [outputs.shape, targets.shape], message: problem.message,
                    hint: problem.hint))
        }
        guard isLabel(targets.dtype) else {
            return targets.reshaped(to: outputs.shape).converted(
                to: outputs.dtype.isFloatingPoint ? outputs.dtype : .float32)
        }
        return ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
    }

    private func isLabel(_ dtype: DType) -> Bool {
        switch targets {
        case .values: false
        case .classes: !dtype.isFloatingPoint
        case .groups, .sequences: true
        }
    }
}

/// What a network's outputs say, as far as its loss knows.
enum OutputMeaning {
    /// Numbers, probabilities among them: the unit with the largest one decides; a single unit, by being above 1/2.
    case values
    /// Numbers whose softmax are probabilities.
    case logits
    /// Numbers whose sigmoids are probabilities, each unit's for itself.
    case binaryLogits
    /// Probabilities, each unit's for itself.
    case binaryProbabilities
    /// Signed distances from a border, each unit's for itself.
    case margins
    /// Numbers whose softmax are probabilities; those of a single unit, its sigmoid.
    case regionLogits

    /// Whether numbers stand for probabilities that a function makes of them.
    var isLogits: Bool {
        switch self {
        case .logits, .binaryLogits, .regionLogits: true
        case .values, .binaryProbabilities, .margins: false
        }
    }

    /// Above which number a unit says yes, where each decides for itself; nil where the largest one decides.
    func threshold(width: Int) -> Double? {
        switch self {
        case .values: width > 1 ? nil : 0.5
        case .regionLogits: width > 1 ? nil : 0
        case .logits: nil
        case .binaryLogits, .margins: 0
        case .binaryProbabilities: 0.5
        }
    }

    /// Outputs as probabilities, where they stand for such.
    func probabilities(_ outputs: Tensor) -> Tensor {
        switch self {
        case .logits: outputs.softmax()
        case .binaryLogits: outputs.sigmoid()
        case .regionLogits: outputs.shape[outputs.rank - 1] > 1 ? outputs.softmax() : outputs.sigmoid()
        case .values, .binaryProbabilities, .margins: outputs
        }
    }
}

// What is wrong with targets, said before a training begins.
extension Loss {
    /// What is wrong with the shape of targets, if anything.
    func problem(targets: Shape, dtype: DType, outputs: Shape) -> (message: String, hint: String)? {
        switch self.targets {
        case .classes where !dtype.isFloatingPoint: classProblem(targets, outputs)
        case .values, .classes: valueProblem(targets, outputs)
        case .groups:
            targets.rank == 1 && outputs.rank > 1 && targets[0] == outputs[0] && !dtype.isFloatingPoint
                ? nil
                : (
                    "groups \(targets) of \(dtype) do not fit outputs \(outputs)",
                    "give one integer for each example, the number of its group: [\(outputs.first ?? 0)]"
                )
        case .sequences:
            targets.rank == 2 && outputs.rank == 3 && targets[0] == outputs[0] && !dtype.isFloatingPoint
                ? nil
                : (
                    "sequences \(targets) of \(dtype) do not fit outputs \(outputs)",
                    "outputs are [n, steps, classes], targets integers [n, length]"
                )
        }
    }

    private func classProblem(_ targets: Shape, _ outputs: Shape) -> (message: String, hint: String)? {
        guard outputs.rank > 1 else {
            return ("outputs \(outputs) have no axis of classes", "end the network with Dense(classes)")
        }
        let expected = outputs.removing(at: outputs.rank - 1)
        guard targets != expected else { return nil }
        return (
            "class indices \(targets) do not fit outputs \(outputs)",
            targets == outputs
                ? "rows that are 1 for the right class are shares of classes: convert them with .converted(to: .float32)"
                : "give one index for each output, in the shape \(expected)"
        )
    }

    private func valueProblem(_ targets: Shape, _ outputs: Shape) -> (message: String, hint: String)? {
        if targets == outputs || Array(targets) + [1] == Array(outputs) { return nil }
        let wantsLabels = if case .classes = self.targets { targets.rank + 1 == outputs.rank } else { false }
        return (
            "targets \(targets) do not fit outputs \(outputs)",
            wantsLabels
                ? "class indices must be of an integer type: convert them with .converted(to: .int32)"
                : "make the last layer's output as large as a target"
        )
    }

    /// What is wrong with the network's last activation function, if anything: losses of logits take what comes before it.
    func problem(activation: ActivationFunction?) -> (message: String, hint: String)? {
        guard meaning.isLogits, let name = activation?.name, ["softmax", "sigmoid"].contains(name) else { return nil }
        return (
            "the network ends with .\(name), and the loss .\(self.name) takes logits, as they are before it",
            "leave that activation out (predict(x).\(name)() gives probabilities), or let the loss take them with fromLogits: false"
        )
    }

    /// What is wrong with the values of targets, if anything: class indices must be below the number of classes.
    func problem(labels: Tensor, classes: Int) -> (message: String, hint: String)? {
        guard case .classes = targets, isLabel(labels.dtype), labels.count > 0 else { return nil }
        let counted = ignoredLabel.map { labels.masked(labels .!= Double($0)) } ?? labels
        guard counted.count > 0 else { return nil }
        let (least, largest) = (Int(counted.min().item()), Int(counted.max().item()))
        guard least < 0 || largest >= classes else { return nil }
        return (
            "the labels go from \(least) to \(largest), but the network has \(classes) outputs, for the classes 0 to \(classes - 1)",
            least < 0
                ? "number the classes from 0"
                : "end the network with Dense(\(largest + 1)), or number the classes from 0"
        )
    }
}
