public import Tensors

/// The base class of ``SimpleRNN``, ``LSTM`` and ``GRU``: the input weights and the recurrent weights of all gates,
/// concatenated.
open class GatedRecurrent: Recurrent {
    /// The input's weights `[features, gates · units]`.
    @Parameter public final var kernel: Tensor
    /// The state's weights `[units, gates · units]`.
    @Parameter(.orthogonal()) public final var recurrentKernel: Tensor
    /// The biases of all gates.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of units: the length of h.
    public let units: Int
    let cell: RecurrentCell

    init(
        _ units: Int, cell: RecurrentCell, bias: WeightOptions, options: SequenceOptions, kernel: WeightOptions,
        recurrent: WeightOptions, activityRegularizer: Regularizer?, name: String?
    ) {
        self.units = units
        self.cell = cell
        super.init(
            returnSequences: options.returnSequences, goBackwards: options.goBackwards, stateful: options.stateful,
            truncation: options.truncation, dropout: options.dropout, recurrentDropout: options.recurrentDropout,
            name: name)
        $kernel.configure(kernel)
        $recurrentKernel.configure(recurrent)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The number of units, for every step or for the last one.
    public final override func outputShape(of input: Shape) throws -> Shape {
        guard units > 0 else { throw atLeastOne("units", units) }
        guard input.rank == 2 else {
            throw shapeError(
                [input], "\(typeName) takes sequences of shape [steps, features], not \(input)",
                hint: input.rank == 1
                    ? "a sequence of scalars has one feature, [\(input[0]), 1]; Embedding turns words into vectors; "
                        + "a recurrent layer before another one needs returnSequences: true"
                    : "flatten each step with TimeDistributed(Flatten())")
        }
        return returnsSequences ? [input[0], units] : [units]
    }

    /// Initializes the weights.
    public final override func build(_ input: Shape) {
        $kernel.initialize([input[1], cell.gates * units])
        $recurrentKernel.initialize([units, cell.gates * units])
        buildOthers()
    }

    /// Initializes the bias, and in subclasses further weights.
    func buildOthers() { $bias.initialize([cell.gates * units]) }

    /// The shape of h, and for an LSTM that of c.
    public final override func stateShapes(of input: Shape) -> [Shape] { Array(repeating: [units], count: cell.states) }

    /// The bias of the input's part of the gates.
    var inputBias: Tensor? { $bias.optionalValue }
    /// The weights that a step applies to the state.
    var recurrentWeights: RecurrentWeights { RecurrentWeights(recurrent: recurrentKernel, stateMask: stateMask) }

    /// Takes one step: the output is the new h.
    public final override func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
        let state = LayerPath.within(self) { checked(state, for: x) }
        let next = cell.step(x.linear(kernel, bias: inputBias), state, recurrentWeights)
        return (next[0], next)
    }

    final override func pass(
        _ x: Tensor, _ state: [Tensor], mask: Tensor?, reversed: Bool, allSteps: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        let recurrence = Recurrence(
            cell, isReversed: reversed, returnsSequences: allSteps, returnsCell: wantsState && cell.states > 1,
            mask: mask)
        let projected = x.floating.linear(kernel, bias: inputBias)
        let result = recurrence(projected, state: state, weights: recurrentWeights)
        guard wantsState else { return (result, []) }
        let steps = allSteps ? x.shape[1] : 1
        let output = result.split(sizes: [steps, result.shape[1] - steps], axis: 1)[0]
        return (output, [result[0..., reversed ? 0 : steps - 1]] + (cell.states > 1 ? [result[0..., steps]] : []))
    }
}

/// How a recurrent layer processes sequences.
struct SequenceOptions {
    var returnSequences: Bool
    var goBackwards: Bool
    var stateful: Bool
    var truncation: Int?
    var dropout: Double
    var recurrentDropout: Double
}
