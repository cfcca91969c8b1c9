internal import Tensors

/// A recurrent layer without gates: hₜ = activation(xₜ · kernel + hₜ₋₁ · recurrentKernel + bias).
///
/// `[steps, features]` → `[units]`, the last h, or `[steps, units]` with `returnSequences`.
/// ```swift
/// let layer = SimpleRNN(32)
/// let y = layer(.normal([8, 20, 5]))                                 // [8, 32]
/// ```
/// Source: Elman 1990. Its gradients vanish over long sequences: for those take ``LSTM`` or ``GRU``.
public final class SimpleRNN: GatedRecurrent {
    /// A layer of units that receive the input and the last outputs of all units.
    ///
    /// - Parameters:
    ///   - units: The number of units, at least 1.
    ///   - activation: The function of the sum.
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
        _ units: Int, activation: ActivationFunction = .tanh, bias: WeightOptions = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, truncation: Int? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, recurrent: WeightOptions = true, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        super.init(
            units,
            cell: RecurrentCell(
                .simple, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: activation.callAsFunction, recurrentFused: activation.fused),
            bias: bias,
            options: SequenceOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
                dropout: dropout, recurrentDropout: recurrentDropout),
            kernel: WeightOptions(initializer, regularizer: regularizer, constraint: constraint), recurrent: recurrent,
            activityRegularizer: activityRegularizer, name: name)
    }
}
