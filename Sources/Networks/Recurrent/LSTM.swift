public import Tensors

/// Long short-term memory: units with a cell that gates write to, keep and read (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
///
/// i = σ(xW + hU + b), likewise f and o; c' = f c + i tanh(xW + hU + b); h' = o tanh(c'). The weights of the gates lie side by side, in
/// Keras's order i, f, c, o; there are 4 · units · (features + units + 1) of them.
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
    ///   - peepholes: Whether the gates see the cell (Gers and Schmidhuber 2000).
    ///   - unitForgetBias: Whether the forget gates begin open, with a bias of 1 (Jozefowicz et al. 2015).
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
    /// Of the four biases of an LSTM's unit, 1 for the second, the forget gate's.
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
