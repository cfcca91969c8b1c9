internal import Tensors

/// Gated recurrent units: an update gate z interpolates between the old state and a candidate n, which sees the old
/// state through a reset gate r.
///
/// z = σ(xW + hU + b), likewise r; n = tanh(xW + b + r (hU + b')); h' = z h + (1 − z) n. `[steps, features]` →
/// `[units]`, the last h, or `[steps, units]` with `returnSequences`. The weights of the gates are concatenated in
/// Keras's order z, r, h.
/// ```swift
/// let layer = GRU(64)
/// let y = layer(.normal([8, 20, 5]))                                 // [8, 64]
/// ```
/// Source: Cho et al. 2014, section 2.3. It has fewer weights than ``LSTM``, which is often better on long sequences.
public final class GRU: GatedRecurrent {
    /// Whether the reset gate is applied after the product with the recurrent weights, or before.
    public let resetsAfter: Bool

    /// A layer of units.
    ///
    /// - Parameters:
    ///   - units: The number of units, at least 1.
    ///   - activation: The function of the candidate.
    ///   - recurrentActivation: The function of the gates.
    ///   - resetAfter: Whether the reset gate is applied after the product with the recurrent weights, which then have
    ///     a bias too (as in Keras, cuDNN and PyTorch): `[2, 3 · units]` in all. Otherwise it is applied before, as in
    ///     the paper: n = tanh(xW + b + (r h)U).
    ///   - bias: The options of the biases, or `false` for none.
    ///   - returnSequences: Whether the output has all steps, as the next recurrent layer needs, or only the last.
    ///   - goBackwards: Whether sequences are read in reverse.
    ///   - stateful: Whether the last state of a batch is the initial state of the next.
    ///   - truncation: The number of steps after which gradients no longer flow back; nil for all.
    ///   - dropout: The probability that training drops a feature of the input, in all steps of a sequence.
    ///   - recurrentDropout: The same for the state in the next step's products (Gal and Ghahramani 2016).
    ///   - initializer: The source of the input weights' initial value.
    ///   - regularizer: A penalty on the input weights.
    ///   - constraint: A constraint on the input weights, applied after each step.
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
