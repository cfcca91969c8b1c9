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
    ///   - units: The number of units, at least 1.
    ///   - activation: The function of the new output.
    ///   - recurrentActivation: The function of the gates.
    ///   - resetAfter: Whether the reset gate comes after the product with the state, which then has its own biases (as in Keras, cuDNN
    ///     and PyTorch): `[2, 3 · units]` in all. Otherwise it comes before, as in the paper: n = tanh(xW + b + (r h)U).
    ///   - bias: The options of the biases, or `false` for none.
    ///   - returnSequences: Whether the output has all steps, or only the last. A recurrent layer before another needs it.
    ///   - goBackwards: Whether sequences are read from their end.
    ///   - stateful: Whether a batch begins with the state in which the one before it ended.
    ///   - truncation: The number of steps after which gradients no longer flow back; nil for all.
    ///   - dropout: The probability that a feature of the input is dropped, in all steps of a sequence, in training.
    ///   - recurrentDropout: The same for a unit of the state, where the next step's products see it (Gal and Ghahramani 2016).
    ///   - initializer: The source of the input weights' first value.
    ///   - regularizer: A penalty on the input weights.
    ///   - constraint: What the input weights are held to after each step.
    ///   - recurrent: The options of the state's weights.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ units: Int, activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        resetAfter: Bool = true, bias: WeightOptions = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, truncation: Int? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, recurrent: WeightOptions = true, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        resetsAfter = resetAfter
        super.init(
            units,
            cell: RecurrentCell(
                resetAfter ? .gru : .gruResettingFirst, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: recurrentActivation.fused),
            bias: bias,
            options: SequenceOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
                dropout: dropout, recurrentDropout: recurrentDropout),
            kernel: WeightOptions(initializer, regularizer: regularizer, constraint: constraint), recurrent: recurrent,
            activityRegularizer: activityRegularizer, name: name)
    }

    override func buildOthers() {
        guard resetsAfter else { return super.buildOthers() }
        $bias.initialize([2, 3 * units])
    }

    override var inputBias: Tensor? { resetsAfter && $bias.isPresent ? bias[0] : super.inputBias }
    override var recurrentWeights: RecurrentWeights {
        RecurrentWeights(
            recurrent: recurrentKernel, bias: resetsAfter && $bias.isPresent ? bias[1] : nil, stateMask: stateMask)
    }
}
