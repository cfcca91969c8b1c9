internal import Tensors

/// Gated recurrent units: an update gate mixes the old output with a new one, a reset gate decides what the new one knows of the old
/// (Cho et al. 2014).
///
/// z = σ(xW + hU + b), likewise r; n = tanh(xW + b + r (hU + b')); h' = z h + (1 − z) n. The weights of the gates lie side by side, in
/// Keras's order z, r, h.
public final class GRU: GatedRecurrent {
    /// Whether the reset gate works on the product with the state, or on the state.
    public let resetsAfter: Bool

    /// A layer of units.
    ///
    /// - Parameters:
    ///   - units: The number of units.
    ///   - activation: What the new output goes through.
    ///   - recurrentActivation: What opens the gates.
    ///   - resetAfter: Whether the reset gate comes after the product with the state, which then has biases of its own (as in Keras, cuDNN
    ///     and PyTorch): `[2, 3 · units]` in all. Otherwise it comes before, as in the paper: n = tanh(xW + b + (r h)U).
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
        _ units: Int, activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        resetAfter: Bool = true, bias: Bool = true, returnSequences: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false,
        truncation: Int? = nil, dropout: Double = 0, recurrentDropout: Double = 0,
        initializer: Initializer = .glorotUniform,
        recurrentInitializer: Initializer = .orthogonal(), biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, constraint: Constraint? = nil, recurrentConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        resetsAfter = resetAfter
        super.init(
            units,
            cell: RecurrentCell(
                resetAfter ? .gru : .gruResettingFirst, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: recurrentActivation.fused),
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

    override func buildOthers() {
        guard resetsAfter else { return super.buildOthers() }
        if hasBias { $bias.initialize([2, 3 * units]) }
    }

    override var inputBias: Tensor? { resetsAfter && hasBias ? bias[0] : super.inputBias }
    override var recurrentWeights: RecurrentWeights {
        RecurrentWeights(recurrent: recurrentKernel, bias: resetsAfter && hasBias ? bias[1] : nil, stateMask: stateMask)
    }
}
