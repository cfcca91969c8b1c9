public import Tensors

/// How far outputs are from their targets: a number that training makes small.
public struct Loss: Sendable {
    /// The name, as in `.crossEntropy`.
    public let name: String
    /// How an output becomes a decision, which is what accuracy counts.
    let decision: Decision
    private let takesLabels: Bool
    private let function: @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor

    /// How an output becomes a decision.
    enum Decision {
        /// The unit with the largest output; of a single unit, whether it is above 1/2.
        case largest
        /// For every unit, whether it is above a threshold.
        case above(Double)
    }

    /// A loss of one's own: a scalar, made of differentiable operations. Targets come in the shape of the outputs.
    public init(_ name: String, function: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Tensor) {
        self.init(name, decision: .largest, takesLabels: false, function: function)
    }

    private init(
        _ name: String, decision: Decision, takesLabels: Bool, function: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) {
        self.name = name
        self.decision = decision
        self.takesLabels = takesLabels
        self.function = function
    }

    /// −log of the probability of the right class, as a mean. Outputs are logits: a last `Dense` layer without activation.
    ///
    /// Targets are class indices of an integer type, or probabilities in the shape of the outputs.
    public static let crossEntropy = Loss("crossEntropy", decision: .largest, takesLabels: true) { outputs, targets in
        guard !targets.dtype.isFloatingPoint else {
            return -(targets * outputs.logSoftmax(axis: -1)).sum(axes: -1).mean()
        }
        let classes = outputs.shape[outputs.rank - 1]
        return softmaxCrossEntropy(
            outputs.reshaped(to: [-1, classes]), targets.reshaped(to: [-1]).converted(to: .int32))
    }

    /// −log of the probability of the right answer, yes (1) or no (0), as a mean over all units. Outputs are logits: no activation.
    public static let binaryCrossEntropy = Loss("binaryCrossEntropy", decision: .above(0), takesLabels: false) {
        outputs, targets in
        (outputs.softplus() - outputs * targets).mean()
    }

    /// The mean of (output − target)².
    public static let meanSquaredError = Loss("meanSquaredError") { ($0 - $1).squared().mean() }

    /// The mean of |output − target|.
    public static let meanAbsoluteError = Loss("meanAbsoluteError") { abs($0 - $1).mean() }

    /// The loss of these outputs, as a scalar.
    public func callAsFunction(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
        function(outputs, aligned(targets, with: outputs))
    }

    /// The loss if the target is the same number everywhere: `bce(discriminator(real), 1)`.
    public func callAsFunction(_ outputs: Tensor, _ target: Double) -> Tensor {
        function(outputs, .full(outputs.shape, target, dtype: outputs.dtype))
    }

    /// Targets in the shape that the loss computes with. A column is never compared with a row: that would compare all with all.
    private func aligned(_ targets: Tensor, with outputs: Tensor) -> Tensor {
        if let problem = problem(targets: targets.shape, dtype: targets.dtype, outputs: outputs.shape) {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [outputs.shape, targets.shape], message: problem.message,
                    hint: problem.hint))
        }
        return isLabel(targets.dtype) ? targets : targets.reshaped(to: outputs.shape).converted(to: outputs.dtype)
    }

    private func isLabel(_ dtype: DType) -> Bool { takesLabels && !dtype.isFloatingPoint }

    /// What is wrong with the shape of targets, if anything.
    func problem(targets: Shape, dtype: DType, outputs: Shape) -> (message: String, hint: String)? {
        if isLabel(dtype) {
            guard outputs.rank > 1 else {
                return ("outputs \(outputs) have no axis of classes", "end the network with Dense(classes)")
            }
            let expected = outputs.removing(at: outputs.rank - 1)
            return targets == expected
                ? nil
                : (
                    "class indices \(targets) do not fit outputs \(outputs)",
                    "give one index for each output, in the shape \(expected)"
                )
        }
        if targets == outputs || Array(targets) + [1] == Array(outputs) { return nil }
        return (
            "targets \(targets) do not fit outputs \(outputs)",
            takesLabels && targets.rank + 1 == outputs.rank
                ? "class indices must be of an integer type: convert them with .converted(to: .int32)"
                : "make the last layer's output as large as a target"
        )
    }

    /// What is wrong with the values of targets, if anything: class indices must be below the number of classes.
    func problem(labels: Tensor, classes: Int) -> (message: String, hint: String)? {
        guard isLabel(labels.dtype), labels.count > 0 else { return nil }
        let (least, largest) = (Int(labels.min().item()), Int(labels.max().item()))
        guard least < 0 || largest >= classes else { return nil }
        return (
            "the labels go from \(least) to \(largest), but the network has \(classes) outputs, for the classes 0 to \(classes - 1)",
            least < 0
                ? "number the classes from 0"
                : "end the network with Dense(\(largest + 1)), or number the classes from 0"
        )
    }
}
