public import Tensors

/// Long short-term memory: cells c that are written through an input gate i, kept by a forget gate f and read through
/// an output gate o.
///
/// i = σ(xW + hU + b), likewise f and o; c' = f c + i tanh(xW + hU + b); h' = o tanh(c'). `[steps, features]` →
/// `[units]`, the last h, or `[steps, units]` with `returnSequences`. The weights of the gates are concatenated in
/// Keras's order i, f, c, o: 4 · units · (features + units + 1) in all.
/// ```swift
/// let layer = LSTM(64, returnSequences: true)
/// let y = layer(.normal([8, 20, 5]))                                 // [8, 20, 64]
/// ```
/// Source: Hochreiter and Schmidhuber 1997; Gers et al. 2000 (forget gates). ``GRU`` has three quarters of its weights;
/// for images take ``ConvLSTM2D``.
public final class LSTM: GatedRecurrent {
    /// The weights of the cell in the gates i, f and o, `[3, units]`, if the layer has peepholes.
    @Parameter(.glorotUniform) public var peepholes: Tensor
    private let hasPeepholes: Bool

    /// A layer of cells.
    ///
    /// - Parameters:
    ///   - units: The number of cells, at least 1.
    ///   - activation: The function of the cell's input and output.
    ///   - recurrentActivation: The function of the gates.
    ///   - peepholes: Whether the gates depend on the cell too (Gers and Schmidhuber 2000).
    ///   - unitForgetBias: Whether the forget gates' initial bias is 1, so that they are open (Jozefowicz et al. 2015).
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
        peepholes: Bool = false, unitForgetBias: Bool = true, bias: WeightOptions = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, truncation: Int? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, recurrent: WeightOptions = true, activityRegularizer: Regularizer? = nil,
        name: String? = nil
    ) {
        hasPeepholes = peepholes
        super.init(
            units,
            cell: RecurrentCell(
                .lstm, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: recurrentActivation.fused),
            bias: unitForgetBias ? bias.withUnitForgetBias : bias,
            options: SequenceOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
                dropout: dropout, recurrentDropout: recurrentDropout),
            kernel: WeightOptions(initializer, regularizer: regularizer, constraint: constraint), recurrent: recurrent,
            activityRegularizer: activityRegularizer, name: name)
    }

    override func buildOthers() {
        super.buildOthers()
        if hasPeepholes { $peepholes.initialize([3, units]) }
    }

    override var recurrentWeights: RecurrentWeights {
        RecurrentWeights(recurrent: recurrentKernel, peepholes: hasPeepholes ? peepholes : nil, stateMask: stateMask)
    }
}

extension WeightOptions {
    /// These options with an initial value of 1 for the second of the four gates, the forget gate.
    var withUnitForgetBias: WeightOptions {
        var options = self
        let others = initializer ?? .zeros
        options.initializer = Initializer("unitForgetBias") { shape in
            let units = shape.elementCount / 4
            let (input, rest) = (others.makeValue([units]), others.makeValue([2 * units]))
            return Tensor.concatenate([input, .ones([units]), rest]).reshaped(to: shape)
        }
        return options
    }
}
