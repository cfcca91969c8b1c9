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
    ///   - initializer: How the input's weights begin.
    ///   - recurrentInitializer: How the state's weights begin.
    ///   - regularizer: What the input's weights add to the loss.
    ///   - recurrentRegularizer: What the state's weights add to the loss.
    ///   - constraint: What the input's weights are held to after each step.
    ///   - name: The layer's name; its kind's if nil.
    public init(
        _ units: Int, activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        peepholes: Bool = false, unitForgetBias: Bool = true, bias: Bool = true, returnSequences: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false,
        truncation: Int? = nil, initializer: Initializer = .glorotUniform,
        recurrentInitializer: Initializer = .orthogonal(),
        regularizer: Regularizer? = nil, recurrentRegularizer: Regularizer? = nil, constraint: Constraint? = nil,
        name: String? = nil
    ) {
        hasPeepholes = peepholes
        super.init(
            units,
            cell: RecurrentCell(
                .lstm, activation: activation.callAsFunction, fused: activation.fused,
                recurrentActivation: recurrentActivation.callAsFunction, recurrentFused: recurrentActivation.fused),
            bias: bias,
            weights: RecurrentInitializers(
                initializer: initializer, recurrentInitializer: recurrentInitializer, regularizer: regularizer,
                recurrentRegularizer: recurrentRegularizer, constraint: constraint),
            options: RecurrentOptions(
                returnSequences: returnSequences, goBackwards: goBackwards, stateful: stateful, truncation: truncation),
            name: name)
        if unitForgetBias { $bias.initializer = .unitForgetBias }
    }

    override func buildOthers() {
        super.buildOthers()
        if hasPeepholes { $peepholes[3, units] }
    }

    override var recurrentWeights: RecurrentWeights {
        RecurrentWeights(recurrent: recurrentKernel, peepholes: hasPeepholes ? peepholes : nil)
    }
}

extension Initializer {
    /// Of an LSTM's four biases for each unit, 1 for the second, the forget gate's.
    static let unitForgetBias = Initializer("unitForgetBias") { shape in
        let units = shape.elementCount / 4
        return Tensor.concatenate([.zeros([units]), .ones([units]), .zeros([2 * units])]).reshaped(to: shape)
    }
}
