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
    ///   - units: The number of cells.
    ///   - activation: What the cell's input and output go through.
    ///   - recurrentActivation: What opens the gates.
    ///   - peepholes: Whether the gates see the cell (Gers and Schmidhuber 2000).
    ///   - unitForgetBias: Whether the forget gates begin open, with a bias of 1 (Jozefowicz et al. 2015).
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
        peepholes: Bool = false, unitForgetBias: Bool = true, bias: Bool = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false,
        truncation: Int? = nil, dropout: Double = 0, recurrentDropout: Double = 0,
        initializer: Initializer = .glorotUniform,
        recurrentInitializer: Initializer = .orthogonal(), biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, constraint: Constraint? = nil, recurrentConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        hasPeepholes = peepholes
        super.init(
            units,
            cell: RecurrentCell(
                .lstm, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: recurrentActivation.fused),
            bias: bias,
            options: RecurrentOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation,
                dropout: dropout, recurrentDropout: recurrentDropout),
            name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $recurrentKernel.configure(
            recurrentInitializer, regularizer: recurrentRegularizer, constraint: recurrentConstraint)
        $bias.configure(
            unitForgetBias ? .unitForgetBias(others: biasInitializer) : biasInitializer, regularizer: biasRegularizer,
            constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }

    override func buildOthers() {
        super.buildOthers()
        if hasPeepholes { $peepholes.initialize([3, units]) }
    }

    override var recurrentWeights: RecurrentWeights {
        RecurrentWeights(recurrent: recurrentKernel, peepholes: hasPeepholes ? peepholes : nil, stateMask: stateMask)
    }
}

extension Initializer {
    /// Of an LSTM's four biases for each unit, 1 for the second, the forget gate's.
    static func unitForgetBias(others: Initializer) -> Initializer {
        Initializer("unitForgetBias") { shape in
            let units = shape.elementCount / 4
            let (input, rest) = (others.makeValue([units]), others.makeValue([2 * units]))
            return Tensor.concatenate([input, .ones([units]), rest]).reshaped(to: shape)
        }
    }
}
