public import Tensors

/// A layer that goes through sequences step by step and carries a state: the base class of ``SimpleRNN``, ``LSTM`` and ``GRU``.
///
/// Sequences are `[batch, steps, features…]`. One of one's own says what its state is and what a step does:
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
    /// Whether the output has all steps, or the last one alone.
    public let returnsSequences: Bool
    /// Whether sequences are read from their end; the output's first step is then that of the last one, as in Keras.
    public let goesBackwards: Bool
    /// Whether a batch begins with the state in which the one before it ended.
    public let isStateful: Bool
    /// The number of steps after which gradients no longer flow back (truncated backpropagation through time); nil for all.
    public let truncation: Int?
    /// The probability that a feature of the input is dropped from all steps of a sequence, while the network is trained.
    public let dropout: Double
    /// The probability that a unit of the state is hidden from the next step, in all steps of a sequence, while the network is trained.
    public let recurrentDropout: Double
    /// What units of the state are multiplied with where weights see them; nil if none are dropped.
    private(set) final var stateMask: Tensor?
    /// The state that a stateful layer remembers; nil before its first batch, and after ``Layer/resetStates()``.
    public final var rememberedState: [Tensor]?

    /// A layer that goes through sequences. Those that drop units drop the same ones in all steps (Gal and Ghahramani 2016).
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

    // MARK: What a layer says of itself

    /// The shapes of the state's tensors for one example, given that of a sequence.
    open func stateShapes(of input: Shape) -> [Shape] {
        Failure.raise(
            ValueError(
                operation: typeName, message: "this recurrent layer does not say what its state is",
                hint: "override stateShapes(of:) in its class"))
    }

    /// Takes one step: the output `[batch, …]` and the new state, from the step's input `[batch, features…]` and the old state.
    ///
    /// This is also how a trained layer is used one step at a time, to write a text or to decode a translation.
    open func step(_ x: Tensor, _ state: [Tensor]) -> (output: Tensor, state: [Tensor]) {
        Failure.raise(
            ValueError(
                operation: typeName, message: "this recurrent layer does not say what a step does",
                hint: "override step(_:_:) in its class"))
    }

    /// The output of the step before, as this step's weights see it: some units are dropped while a layer with `recurrentDropout` is trained.
    public final func dropped(_ h: Tensor) -> Tensor { stateMask.map { h * $0 } ?? h }

    /// Goes through sequences from a state, taking the steps that the mask has (all without one).
    ///
    /// - Returns: `[batch, steps or 1, …]`, in the order of the sequence, and the last state (if it is wanted).
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

    /// The shape of a step's output, or of all steps'. A layer that does not say is tried out.
    open override func outputShape(of input: Shape) throws -> Shape {
        defer { rememberedState = nil }
        return try super.outputShape(of: input)
    }

    // MARK: Going through sequences

    /// The output for a batch of sequences.
    public final override func forward(_ x: Tensor) -> Tensor {
        flipped(run(x, initialState: nil, mask: nil, reversed: goesBackwards, wantsState: false).output)
    }

    /// The output for a batch of sequences.
    ///
    /// - Parameters:
    ///   - x: `[batch, steps, features…]`.
    ///   - initialState: The state before the first step; nil for zeros (or the one remembered, if the layer is stateful).
    ///   - mask: `[batch, steps]`, false (or 0) for the steps to leave out; nil for the mask that comes with the sequences, if one does.
    public final func callAsFunction(_ x: Tensor, initialState: [Tensor]?, mask: Tensor? = nil) -> Tensor {
        call(x, initialState: initialState, mask: mask, wantsState: false).output
    }

    /// The output for a batch of sequences of which a mask, `[batch, steps]`, leaves out some steps.
    public final func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor { self(x, initialState: nil, mask: mask) }

    private func call(
        _ x: Tensor, initialState: [Tensor]?, mask: Tensor?, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        var state: [Tensor] = []
        let output = computing(on: x) {
            let result = run(
                x, initialState: initialState, mask: mask, reversed: goesBackwards, wantsState: wantsState)
            state = result.state
            return flipped(result.output)
        }
        return (output, state)
    }

    /// The output for sequences of different lengths, which end with padding: only so many steps of each are taken.
    public final func callAsFunction(_ x: Tensor, initialState: [Tensor]? = nil, lengths: [Int]) -> Tensor {
        self(x, initialState: initialState, mask: sequenceMask(lengths: lengths, of: x))
    }

    /// The output and the last state: an encoder's is what its decoder begins with.
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

    /// The state that a batch of this many sequences begins with: zeros.
    public final func zeroState(batch: Int, dtype: DType = .float32) -> [Tensor] {
        guard let inputShape else {
            Failure.raise(
                ValueError(
                    operation: name, message: "a layer that is not built yet does not know how large its state is",
                    hint: "build its network with an input: shape, or call it on sequences first"))
        }
        return stateShapes(of: inputShape).map { .zeros($0.inserting(batch, at: 0), dtype: dtype) }
    }

    /// What a layer that goes backwards answers with: its steps in the order in which they were taken.
    private func flipped(_ output: Tensor) -> Tensor {
        goesBackwards && returnsSequences ? output.flipped(1) : output
    }

    /// Goes through sequences under this layer's name, in the order of the sequence or from its end.
    final func read(
        _ x: Tensor, mask: Tensor?, reversed: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        var state: [Tensor] = []
        let output = computing(on: x) {
            let result = run(x, initialState: nil, mask: mask, reversed: reversed, wantsState: wantsState)
            state = result.state
            return result.output
        }
        return (output, state)
    }

    /// The output in the order of the sequences, and the last state if it is wanted.
    final func run(
        _ x: Tensor, initialState: [Tensor]?, mask: Tensor?, reversed: Bool, wantsState: Bool
    ) -> (output: Tensor, state: [Tensor]) {
        checkRank(of: x)
        let mask = checked(mask ?? x.sequenceMask, for: x)
        let first = checked(
            initialState ?? rememberedState ?? zeroState(batch: x.shape[0], dtype: x.floating.dtype), for: x)
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
        if isStateful { rememberedState = state.map { $0.detached() } }
        return (returnsSequences ? output : output.squeezed(axes: 1), state)
    }

    /// Goes through the sequences in windows, between which no gradient flows.
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
                    ? "sequences of no steps have no output"
                    : "takes batches of sequences, [batch, steps, …] of rank \(inputShape.rank + 1), not \(x.shape)",
                hint: x.rank == inputShape.rank
                    ? "one sequence is a batch of one: expanded(at: 0); single numbers are steps of one feature: expanded(at: -1)"
                    : "give every sequence one step at least"))
    }

    private func checked(_ mask: Tensor?, for x: Tensor) -> Tensor? {
        guard let mask else { return nil }
        guard mask.rank == 2, mask.shape[0] == x.shape[0], mask.shape[1] == x.shape[1] else {
            Failure.raise(
                shapeError(
                    [x.shape, mask.shape],
                    "a mask of shape \(mask.shape) does not go with sequences of shape \(x.shape)",
                    hint: "a mask is [batch, steps]: \([x.shape[0], x.shape[1]])"))
        }
        return mask.detached()
    }

    private func checked(_ state: [Tensor], for x: Tensor) -> [Tensor] {
        let wanted = stateShapes(of: inputShape!).map { $0.inserting(x.shape[0], at: 0) }
        guard state.map(\.shape) == wanted else {
            Failure.raise(
                shapeError(
                    state.map(\.shape) + [x.shape],
                    "a state of \(state.map { "\($0.shape)" }.joined(separator: " and ")) does not go with a batch of \(x.shape[0]) sequences",
                    hint: isStateful && rememberedState != nil
                        ? "a stateful layer takes batches of one size; resetStates() makes it forget"
                        : "the state is \(wanted.map { "\($0)" }.joined(separator: " and "))"))
        }
        return state
    }

    /// The mask of sequences that are so long, and padding after that.
    final func sequenceMask(lengths: [Int], of x: Tensor) -> Tensor {
        guard x.rank > 1, lengths.count == x.shape[0], lengths.allSatisfy({ 0...x.shape[1] ~= $0 }) else {
            Failure.raise(
                shapeError(
                    [x.shape], "lengths of \(lengths) do not go with sequences of shape \(x.shape)",
                    hint: "give one length for each sequence of the batch, none greater than its number of steps"))
        }
        return Tensor.sequenceMask(lengths: lengths, steps: x.shape[1])
    }
}

extension Layer {
    /// Makes all stateful recurrent layers within forget their states: the next batch begins anew.
    public final func resetStates() {
        (self as? Recurrent)?.rememberedState = nil
        for child in children { child.layer.resetStates() }
    }
}
