public import Tensors

/// A layer that processes sequences step by step and carries a state: the base class of ``SimpleRNN``, ``LSTM``,
/// ``GRU`` and ``ConvLSTM2D``.
///
/// Sequences are `[batch, steps, features…]`. A custom recurrent layer defines the shapes of its state, and a step:
/// ```swift
/// final class LeakyIntegrator: Recurrent {
///     @Parameter var w;  @Parameter(.orthogonal()) var u;  let units: Int
///     init(_ units: Int) { self.units = units;  super.init(returnSequences: true) }
///     override func build(_ input: Shape) { $w.initialize([input[1], units]);  $u.initialize([units, units]) }
///     override func stateShapes(of input: Shape) -> [Shape] { [[units]] }
///     override func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
///         let h = 0.9 * state[0] + 0.1 * (x.matmul(w) + state[0].matmul(u)).tanh()
///         return (h, [h]) } }
/// ```
open class Recurrent: Layer {
    /// Whether the output has all steps, or only the last.
    public let returnsSequences: Bool
    /// Whether sequences are read in reverse. The output is then in reverse order too, as in Keras.
    public let goesBackwards: Bool
    /// Whether the last state of a batch is the initial state of the next.
    public let isStateful: Bool
    /// The number of steps after which gradients no longer flow back (truncated backpropagation through time); nil for
    /// all.
    public let truncation: Int?
    /// The probability that training drops a feature of the input, in all steps of a sequence.
    public let dropout: Double
    /// The probability that training drops a unit of the state, in the products of all steps of a sequence.
    public let recurrentDropout: Double
    /// The dropout mask of the state, which the recurrent weights see; nil if no units are dropped.
    private(set) final var stateMask: Tensor?
    /// The state that a stateful layer remembers; nil before its first batch, and after ``Layer/resetStates()``.
    public final var rememberedState: [Tensor]?

    /// A layer that processes sequences. Dropout drops the same units in all steps (Gal and Ghahramani 2016).
    public init(
        returnSequences: Bool = false, goBackwards: Bool = false, stateful: Bool = false, truncation: Int? = nil,
        dropout: Double = 0, recurrentDropout: Double = 0, name: String? = nil
    ) {
        if let truncation, truncation < 1 {
            Failure.raise(
                ValueError(
                    operation: "\(Self.self)", message: "truncation must be at least 1, got \(truncation)",
                    hint: "use nil to let gradients flow through all steps"))
        }
        self.returnsSequences = returnSequences
        self.goesBackwards = goBackwards
        self.isStateful = stateful
        self.truncation = truncation
        self.dropout = Self.checked(rate: dropout, in: "\(Self.self)")
        self.recurrentDropout = Self.checked(rate: recurrentDropout, in: "\(Self.self)")
        super.init(name: name)
    }

    // MARK: What a subclass defines

    /// The shapes of the state's tensors for one example, given that of a sequence.
    open func stateShapes(of input: Shape) -> [Shape] {
        Failure.raise(
            ValueError(
                operation: typeName, message: "this recurrent layer does not define its state",
                hint: "override stateShapes(of:) in its class"))
    }

    /// Takes one step: the output `[batch, …]` and the new state, from the step's input `[batch, features…]` and the
    /// old state.
    ///
    /// A trained layer is also called step by step, to generate text or to decode a translation.
    open func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
        Failure.raise(
            ValueError(
                operation: typeName, message: "this recurrent layer does not define a step",
                hint: "override step(_:_:) in its class"))
    }

    /// The previous output as this step's weights see it: in training, `recurrentDropout` drops some of its units.
    public final func dropped(_ h: Tensor) -> Tensor { stateMask.map { h * $0 } ?? h }

    /// Processes sequences from a state; steps that a mask excludes leave the state as it is.
    ///
    /// - Returns: `[batch, steps or 1, …]`, in the order of the sequence, and the last state if `wantsState`.
    func pass(
        _ x: Tensor, _ state: [Tensor], mask: Tensor?, reversed: Bool, allSteps: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        let steps = x.unstacked(axis: 1), masks = mask?.unstacked(axis: 1)
        var state = state
        var outputs: [Tensor] = []
        for t in reversed ? Array(steps.indices.reversed()) : Array(steps.indices) {
            var (output, next) = step(steps[t], state)
            if let mask = masks?[t] {
                let before = outputs.last ?? .zeros(like: output)
                output = Recurrence.select(mask, [output], [before])[0]
                next = Recurrence.select(mask, next, state)
            }
            outputs.append(output)
            state = next
        }
        if !allSteps { outputs.removeFirst(outputs.count - 1) }
        return (Tensor.stack(reversed ? outputs.reversed() : outputs, axis: 1), state)
    }

    /// The shape of the last step's output, or of all steps; by default that of a trial call.
    open override func outputShape(of input: Shape) throws -> Shape {
        defer { rememberedState = nil }
        return try super.outputShape(of: input)
    }

    // MARK: Processing sequences

    /// The output for a batch of sequences.
    public final override func forward(_ x: Tensor) -> Tensor {
        flipped(run(x, initialState: nil, mask: nil, reversed: goesBackwards, wantsState: false).output)
    }

    /// The output for a batch of sequences.
    ///
    /// - Parameters:
    ///   - x: `[batch, steps, features…]`.
    ///   - initialState: The state before the first step; nil for zeros, or the remembered state of a stateful layer.
    ///   - mask: `[batch, steps]`, false (or 0) for the steps to leave out; nil for the mask of the sequences, if any.
    public final func callAsFunction(_ x: Tensor, initialState: [Tensor]?, mask: Tensor? = nil) -> Tensor {
        call(x, initialState: initialState, mask: mask, wantsState: false).output
    }

    /// The output for a batch of sequences without the steps at which the mask, `[batch, steps]`, is false.
    public final func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor { self(x, initialState: nil, mask: mask) }

    private func call(
        _ x: Tensor, initialState: [Tensor]?, mask: Tensor?, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        computingWithState(on: x) {
            let (output, state) = run(
                x, initialState: initialState, mask: mask, reversed: goesBackwards, wantsState: wantsState)
            return (flipped(output), state)
        }
    }

    /// The output for sequences of different lengths, padded at the end: steps beyond a sequence's length are left out.
    public final func callAsFunction(_ x: Tensor, initialState: [Tensor]? = nil, lengths: [Int]) -> Tensor {
        self(x, initialState: initialState, mask: sequenceMask(lengths: lengths, of: x))
    }

    /// The output and the last state: that of an encoder is the initial state of its decoder.
    public final func outputAndState(
        of x: Tensor, initialState: [Tensor]? = nil, mask: Tensor? = nil
    ) -> (output: Tensor, state: [Tensor]) {
        call(x, initialState: initialState, mask: mask, wantsState: true)
    }

    /// The output and the last state of sequences of different lengths.
    public final func outputAndState(
        of x: Tensor, initialState: [Tensor]? = nil, lengths: [Int]
    ) -> (output: Tensor, state: [Tensor]) {
        outputAndState(of: x, initialState: initialState, mask: sequenceMask(lengths: lengths, of: x))
    }

    /// The initial state of a batch of sequences: zeros.
    public final func zeroState(batch: Int, dtype: DType = .float32) -> [Tensor] {
        guard let inputShape else {
            Failure.raise(
                ValueError(
                    operation: name, message: "the size of the state is unknown before the layer is built",
                    hint: "build its network with an input: shape, or call it on sequences first"))
        }
        return stateShapes(of: inputShape).map { .zeros($0.inserting(batch, at: 0), dtype: dtype) }
    }

    /// The output of a layer that goes backwards: its steps in the order in which they were computed.
    private func flipped(_ output: Tensor) -> Tensor {
        guard goesBackwards && returnsSequences else { return output }
        return output.flipped(1).withSequenceMask(output.sequenceMask?.flipped(1))
    }

    /// The output has its mask already, if it is one of sequences.
    override func outputMask(of inputs: [Tensor]) -> Tensor? { nil }

    /// Processes sequences under this layer's name, forwards or in reverse.
    final func read(
        _ x: Tensor, mask: Tensor?, reversed: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        computingWithState(on: x) {
            run(x, initialState: nil, mask: mask, reversed: reversed, wantsState: wantsState)
        }
    }

    /// The output in the order of the sequences, and the last state if it is wanted.
    final func run(
        _ x: Tensor, initialState: [Tensor]?, mask: Tensor?, reversed: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        checkRank(of: x)
        let mask = checked(mask ?? x.sequenceMask, for: x), x = mask.map { x.withoutPadding($0) } ?? x
        let first = checked(
            initialState ?? (x.shape[0] > 0 ? rememberedState : nil)
                ?? zeroState(batch: x.shape[0], dtype: x.floating.dtype),
            for: x)
        // One draw for all steps.
        func dropping(_ rate: Double, _ shape: Shape) -> Tensor? {
            Training.isActive && rate > 0 ? Tensor.ones(shape, dtype: x.floating.dtype).dropout(rate) : nil
        }
        let features = dropping(dropout, x.shape.removing(at: 1).inserting(1, at: 1))
        stateMask = first.first.flatMap { dropping(recurrentDropout, $0.shape) }
        defer { stateMask = nil }
        let (output, state) = passTruncated(
            features.map { x.floating * $0 } ?? x, first, mask: mask, reversed: reversed,
            wantsState: wantsState || isStateful)
        if isStateful && x.shape[0] > 0 { rememberedState = state.map { $0.detached() } }
        return (returnsSequences ? output.withSequenceMask(mask) : output.squeezed(axes: 1), state)
    }

    /// Processes the sequences in windows, between which no gradient flows.
    private func passTruncated(
        _ x: Tensor, _ state: [Tensor], mask: Tensor?, reversed: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        guard let truncation, truncation < x.shape[1] else {
            return pass(
                x, state, mask: mask, reversed: reversed, allSteps: returnsSequences, wantsState: wantsState)
        }
        let windows = Array(stride(from: 0, to: x.shape[1], by: truncation)).map {
            $0..<min($0 + truncation, x.shape[1])
        }
        var state = state
        var outputs: [Tensor] = []
        for window in reversed ? windows.reversed() : windows {
            let cut = { (t: Tensor) in t[0..., window] }
            let (output, next) = pass(
                cut(x), outputs.isEmpty ? state : state.map { $0.detached() }, mask: mask.map(cut),
                reversed: reversed, allSteps: returnsSequences, wantsState: true)
            outputs.append(output)
            state = next
        }
        guard returnsSequences else { return (outputs[outputs.count - 1], state) }
        return (.concatenate(reversed ? outputs.reversed() : outputs, axis: 1), state)
    }

    // MARK: Checks

    private func checkRank(of x: Tensor) {
        guard let inputShape, x.rank != inputShape.rank + 1 || x.shape[1] == 0 else { return }
        Failure.raise(
            shapeError(
                [x.shape],
                x.rank == inputShape.rank + 1
                    ? "sequences must have at least 1 step, got 0"
                    : "takes batches of sequences, [batch, steps, …] of rank \(inputShape.rank + 1), not \(x.shape)",
                hint: x.rank == inputShape.rank
                    ? "make one sequence a batch by expanded(at: 0), or scalars features by expanded(at: -1)"
                    : "give each sequence 1 step or more"))
    }

    private func checked(_ mask: Tensor?, for x: Tensor) -> Tensor? {
        guard let mask else { return nil }
        guard mask.rank == 2, mask.shape[0] == x.shape[0], mask.shape[1] == x.shape[1] else {
            Failure.raise(
                shapeError(
                    [x.shape, mask.shape],
                    "a mask of shape \(mask.shape) does not match sequences of shape \(x.shape)",
                    hint: "a mask is [batch, steps]: \([x.shape[0], x.shape[1]])"))
        }
        return mask.detached()
    }

    /// The state, if it is one of this layer's for as many sequences.
    final func checked(_ state: [Tensor], for x: Tensor) -> [Tensor] {
        guard let inputShape, x.rank > 0 else { return state }
        let wanted = stateShapes(of: inputShape).map { $0.inserting(x.shape[0], at: 0) }
        guard state.map(\.shape) == wanted else {
            Failure.raise(
                shapeError(
                    state.map(\.shape) + [x.shape],
                    "a state of \(state.map { "\($0.shape)" }.joined(separator: " and ")) does not match "
                        + "a batch of \(x.shape[0]) sequences",
                    hint: isStateful && rememberedState != nil
                        ? "a stateful layer takes batches of one size; resetStates() makes it forget"
                        : "the state is \(wanted.map { "\($0)" }.joined(separator: " and "))"))
        }
        return state
    }

    /// The mask of sequences of these lengths, padded at the end.
    final func sequenceMask(lengths: [Int], of x: Tensor) -> Tensor {
        guard x.rank > 1, lengths.count == x.shape[0], lengths.allSatisfy({ 0...x.shape[1] ~= $0 }) else {
            Failure.raise(
                shapeError(
                    [x.shape], "lengths of \(lengths) do not match sequences of shape \(x.shape)",
                    hint: "give one length for each sequence of the batch, none greater than its number of steps"))
        }
        return Tensor.sequenceMask(lengths: lengths, steps: x.shape[1])
    }
}

extension Layer {
    /// An output for a batch, with the last state beside it.
    final func computingWithState(
        on x: Tensor, body: () -> (output: Tensor, state: [Tensor])
    ) -> (output: Tensor, state: [Tensor]) {
        var state: [Tensor] = []
        let output = computing(on: x) {
            let result = body()
            state = result.state
            return result.output
        }
        return (output, state)
    }

    /// Resets the states of all stateful recurrent layers within: the next batch starts from zeros.
    public final func resetStates() {
        (self as? Recurrent)?.rememberedState = nil
        for child in children { child.layer.resetStates() }
    }

    /// The layers whose state goes from one batch to the next.
    final var statefulLayers: [Recurrent] {
        let own = (self as? Recurrent).map { $0.isStateful ? [$0] : [] } ?? []
        return own + children.flatMap { $0.layer.statefulLayers }
    }

    /// Runs a computation that begins with states of zeros, and puts the states back that there were before.
    final func withFreshStates<R>(_ body: () throws -> R) rethrows -> R {
        let layers = statefulLayers
        guard !layers.isEmpty else { return try body() }
        let before = layers.map(\.rememberedState)
        for layer in layers { layer.rememberedState = nil }
        defer { for (layer, state) in zip(layers, before) { layer.rememberedState = state } }
        return try body()
    }
}
