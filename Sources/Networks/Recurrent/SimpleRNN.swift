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
    ///   - dropout: The probability that a feature of the input is dropped, in all steps of a sequence, while the network is trained.
    ///   - recurrentDropout: The same for a unit of the state, where the next step's products see it (Gal and Ghahramani 2016).
    ///   - initializer: How the input's weights begin.
    ///   - recurrentInitializer: How the state's weights begin.
    ///   - biasInitializer: How the biases begin.
    ///   - regularizer: What the input's weights add to the loss.
    ///   - recurrentRegularizer: What the state's weights add to the loss.
    ///   - biasRegularizer: What the biases add to the loss.
    ///   - activityRegularizer: What the output adds to the loss.
    ///   - constraint: What the input's weights are held to after each step.
    ///   - recurrentConstraint: What the state's weights are held to after each step.
    ///   - biasConstraint: What the biases are held to after each step.
    ///   - name: The layer's name; its kind's if nil.
    public init(
        _ units: Int, activation: ActivationFunction = .tanh, bias: Bool = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false,
        truncation: Int? = nil, dropout: Double = 0, recurrentDropout: Double = 0,
        initializer: Initializer = .glorotUniform,
        recurrentInitializer: Initializer = .orthogonal(), biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, constraint: Constraint? = nil, recurrentConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            units,
            cell: RecurrentCell(
                .simple, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: activation.callAsFunction, recurrentFused: activation.fused),
            bias: bias,
            options: RecurrentOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
                dropout: dropout, recurrentDropout: recurrentDropout),
            name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $recurrentKernel.configure(
            recurrentInitializer, regularizer: recurrentRegularizer, constraint: recurrentConstraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
