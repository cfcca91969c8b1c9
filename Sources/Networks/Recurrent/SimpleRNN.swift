internal import Tensors

/// A recurrent layer without gates: h' = activation(x · kernel + h · recurrentKernel + bias) (Elman 1990).
public final class SimpleRNN: GatedRecurrent {
    /// A layer of units that see the input and each other's last outputs.
    ///
    /// - Parameters:
    ///   - units: The number of units.
    ///   - activation: What follows the sum.
    ///   - bias: Whether the gates have biases.
    ///   - returnSequences: Whether the output has all steps, or the last one alone. A recurrent layer before another needs it.
    ///   - goBackwards: Whether sequences are read from their end.
    ///   - stateful: Whether a batch begins with the state in which the one before it ended.
    ///   - truncation: The number of steps after which gradients no longer flow back; nil for all.
    ///   - initializer: How the input's weights begin.
    ///   - recurrentInitializer: How the state's weights begin.
    ///   - regularizer: What the input's weights add to the loss.
    ///   - recurrentRegularizer: What the state's weights add to the loss.
    ///   - constraint: What the input's weights are held to after each step.
    ///   - name: The layer's name; its kind's if nil.
    public init(
        _ units: Int, activation: ActivationFunction = .tanh, bias: Bool = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false,
        truncation: Int? = nil, initializer: Initializer = .glorotUniform,
        recurrentInitializer: Initializer = .orthogonal(),
        regularizer: Regularizer? = nil, recurrentRegularizer: Regularizer? = nil, constraint: Constraint? = nil,
        name: String? = nil
    ) {
        super.init(
            units,
            cell: RecurrentCell(
                .simple, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: activation.callAsFunction, recurrentFused: activation.fused),
            bias: bias,
            weights: RecurrentInitializers(
                initializer: initializer, recurrentInitializer: recurrentInitializer, regularizer: regularizer,
                recurrentRegularizer: recurrentRegularizer, constraint: constraint),
            options: RecurrentOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation),
            name: name)
    }
}
