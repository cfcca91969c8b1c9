internal import Synchronization

/// What a tensor may carry beside its elements, in one reference: the node of a recorded operation, or a sequence mask,
/// which then holds the node. A second reference in every tensor made a small operation take 97 ns rather than 72.
package class Attachment: @unchecked Sendable {
    /// Whether it is a mask: told by the class, since a node has no byte to spare.
    @inline(__always)
    fileprivate final var isMask: Bool { type(of: self) == SequenceMask.self }
}

/// Whether operations are recorded. Within a pullback: whether second derivatives were asked for.
package var isRecordingGraph: Bool { ThreadContext.current.isRecording }

extension Tensor {
    /// The operation that computed this tensor, if that was recorded.
    package internal(set) var node: Node? {
        @inline(__always) get {
            guard let attachment else { return nil }
            if attachment.isMask { return maskedNode }
            return unsafeDowncast(attachment, to: Node.self)
        }
        set { attachment = mask.map { SequenceMask($0, newValue) } ?? newValue }
    }

    @inline(never)
    private var maskedNode: Node? { unsafeDowncast(attachment!, to: SequenceMask.self).node }

    /// Of sequences, the steps that are not padding, whatever the shape is now: see ``sequenceMask``.
    var mask: Tensor? {
        get {
            guard let attachment, attachment.isMask else { return nil }
            return unsafeDowncast(attachment, to: SequenceMask.self).steps
        }
        set { attachment = newValue.map { SequenceMask($0, node) } ?? node }
    }
}

/// One operation in the graph: what it was computed from, and how a gradient flows back through it.
///
/// Pullbacks are written in the public, differentiable operations. Recording them while they run gives second
/// derivatives. They receive the operands and the result rather than capture them: closures without captures cost no
/// allocation, and a result that refers to its own node through the node (not through a closure) is no cycle. A
/// gradient that a pullback returns may still have the result's shape where an operand was broadcast: it is summed to
/// the operand's shape afterwards.
///
/// Nodes do not change once made, except that a dying one releases its operands.
package class Node: Attachment, @unchecked Sendable {
    /// The position in the order of creation: operands always come before results.
    final let sequence: UInt64
    /// The result, without its link to this node.
    private final let storage: Storage
    private final let shape: Shape
    /// The function that made the result, as Swift names it: `exp(_:)`.
    private final let function: StaticString
    /// The layers in which it was computed, outermost first, if they are remembered (``LayerPath/isRemembered``).
    final let layerPath: [String]

    private static let sequences = Atomic<UInt64>(0)

    init(_ storage: Storage, _ shape: Shape, _ function: StaticString) {
        self.sequence = Node.sequences.wrappingAdd(1, ordering: .relaxed).oldValue
        self.storage = storage
        self.shape = shape
        self.function = function
        self.layerPath = LayerPath.isRemembered ? LayerPath.current : []
        super.init()
    }

    /// The operation's name, without the names of its arguments.
    final var operation: String { String("\(function)".prefix { $0 != "(" }) }

    /// The operation's operands.
    var operands: [Tensor] { [] }

    /// The operation's result.
    final var output: Tensor { Tensor(storage: storage, shape: shape, node: self) }

    /// Calls the body with the nodes of the operands, nil for those that have none.
    func forEachOperand(_ body: (_ node: Node?) -> Void) {}

    /// Delivers the gradients of those operands (by position) that are wanted.
    func propagate(
        _ dy: Tensor, _ isWanted: (Int) -> Bool,
        _ deliver: (_ position: Int, _ gradient: Tensor, _ operand: Tensor) -> Void
    ) {}
}

/// An operand of an operation. A node knows its own elements: a tensor that has one needs no second reference to them,
/// and each reference that is not taken saves two atomic operations.
struct Operand {
    fileprivate var node: Node?
    private let constant: Storage?
    private let shape: Shape

    @inline(__always)
    init(_ x: Tensor) {
        let node = x.node
        self.node = node
        constant = node == nil ? x.storage : nil
        shape = x.shape
    }

    var tensor: Tensor { node?.output ?? Tensor(storage: constant!, shape: shape) }

    /// Releases the graph without recursion: a chain of a million nodes must not need a stack a million deep.
    @inline(__always)
    fileprivate mutating func discardGraph() {
        guard isKnownUniquelyReferenced(&node) else { return }
        let context = ThreadContext.current
        context.discard(node: &node)
        context.emptyDiscarded()
    }
}

/// An input of the graph: a tracked tensor.
final class LeafNode: Node, @unchecked Sendable {}

/// An operation on one operand.
package class UnaryNode: Node, @unchecked Sendable {
    /// (gradient of the result, operand, result) → gradient of the operand.
    package typealias Pullback = @Sendable (_ dy: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor
    @exclusivity(unchecked) private var x: Operand
    private let pullback: Pullback

    init(
        _ storage: Storage, _ shape: Shape, _ function: StaticString, _ x: consuming Operand,
        _ pullback: @escaping Pullback
    ) {
        self.x = x
        self.pullback = pullback
        super.init(storage, shape, function)
    }

    final override var operands: [Tensor] { [x.tensor] }

    final override func forEachOperand(_ body: (Node?) -> Void) { body(x.node) }

    final override func propagate(_ dy: Tensor, _ isWanted: (Int) -> Bool, _ deliver: (Int, Tensor, Tensor) -> Void) {
        guard isWanted(0) else { return }
        let x = x.tensor
        deliver(0, pullback(dy, x, output), x)
    }

    deinit { x.discardGraph() }
}

/// An operation on one operand and a number, which a picture of the graph shows.
final class ScalarNode: UnaryNode, @unchecked Sendable {
    let number: Double
    /// Whether the number stands before the operation: 1 − x.
    let isNumberFirst: Bool

    init(
        _ storage: Storage, _ shape: Shape, _ function: StaticString, _ x: consuming Operand, number: Double,
        isFirst: Bool, _ pullback: @escaping Pullback
    ) {
        self.number = number
        isNumberFirst = isFirst
        super.init(storage, shape, function, x, pullback)
    }
}

/// An operation on two operands, with a pullback for each: a gradient that is not wanted is not computed.
package final class BinaryNode: Node, @unchecked Sendable {
    /// (gradient of the result, both operands, result) → gradient of one operand.
    package typealias Pullback = @Sendable (_ dy: Tensor, _ a: Tensor, _ b: Tensor, _ y: Tensor) -> Tensor
    @exclusivity(unchecked) private var a: Operand
    @exclusivity(unchecked) private var b: Operand
    private let pullbacks: (Pullback, Pullback)

    init(
        _ storage: Storage, _ shape: Shape, _ function: StaticString, _ a: consuming Operand, _ b: consuming Operand,
        _ first: @escaping Pullback, _ second: @escaping Pullback
    ) {
        self.a = a
        self.b = b
        self.pullbacks = (first, second)
        super.init(storage, shape, function)
    }

    override var operands: [Tensor] { [a.tensor, b.tensor] }

    override func forEachOperand(_ body: (Node?) -> Void) {
        body(a.node)
        body(b.node)
    }

    override func propagate(_ dy: Tensor, _ isWanted: (Int) -> Bool, _ deliver: (Int, Tensor, Tensor) -> Void) {
        let (a, b, output) = (a.tensor, b.tensor, output)
        if isWanted(0) { deliver(0, pullbacks.0(dy, a, b, output), a) }
        if isWanted(1) { deliver(1, pullbacks.1(dy, a, b, output), b) }
    }

    deinit {
        // Of y + y neither operand would be the only owner.
        if a.node === b.node { a.node = nil }
        a.discardGraph()
        b.discardGraph()
    }
}

/// An operation on any number of operands.
package final class ManyNode: Node, @unchecked Sendable {
    /// (gradient of the result, operands, result, which gradients are wanted) → the gradients of those operands, nil
    /// for others.
    package typealias Pullback =
        @Sendable (_ dy: Tensor, _ inputs: [Tensor], _ y: Tensor, _ wanted: [Bool]) -> [Tensor?]
    private var inputs: [Tensor]
    private var pullback: Pullback?

    init(
        _ storage: Storage, _ shape: Shape, _ function: StaticString, _ inputs: [Tensor], _ pullback: @escaping Pullback
    ) {
        self.inputs = inputs
        self.pullback = pullback
        super.init(storage, shape, function)
    }

    override var operands: [Tensor] { inputs }

    override func forEachOperand(_ body: (Node?) -> Void) {
        for input in inputs { body(input.node) }
    }

    override func propagate(_ dy: Tensor, _ isWanted: (Int) -> Bool, _ deliver: (Int, Tensor, Tensor) -> Void) {
        let gradients = pullback!(dy, inputs, output, inputs.indices.map(isWanted))
        for (position, gradient) in gradients.enumerated() where isWanted(position) {
            if let gradient { deliver(position, gradient, inputs[position]) }
        }
    }

    deinit {
        // A custom pullback may refer to the same nodes as the operands: both are released before any is freed.
        let context = ThreadContext.current
        for position in inputs.indices where inputs[position].isTracked {
            var node = inputs[position].node
            inputs[position].attachment = nil
            context.discard(node: &node)
        }
        context.discard(pullback: &pullback)
        context.emptyDiscarded()
    }
}

// Where operations make their outputs. None holds anything here that another thread waits for, so that an interrupted
// cell may end.
extension Tensor {
    /// The result of an operation without a gradient.
    @inline(__always)
    static func unrecorded(_ storage: Storage, _ shape: Shape) -> Tensor {
        Interruption.check(before: "compute tensors")
        return Tensor(storage: storage, shape: shape)
    }

    /// The result of an operation on one operand, recorded if that is tracked.
    @inline(__always)
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from x: Tensor, as function: StaticString = #function,
        pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        Interruption.check(before: "compute tensors")
        if NaNWatch.isOn { NaNWatch.inspect(storage, shape, function, from: [x]) }
        guard x.isTracked, ThreadContext.current.isRecording else { return Tensor(storage: storage, shape: shape) }
        return Tensor(storage: storage, shape: shape, node: UnaryNode(storage, shape, function, Operand(x), pullback))
    }

    /// The result of an operation on one operand and a number, recorded if the operand is tracked.
    @inline(__always)
    static func recorded(
        _ storage: Storage, _ shape: Shape, from x: Tensor, number: Double, isFirst: Bool, as function: StaticString,
        pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        Interruption.check(before: "compute tensors")
        if NaNWatch.isOn { NaNWatch.inspect(storage, shape, function, from: [x]) }
        guard x.isTracked, ThreadContext.current.isRecording else { return Tensor(storage: storage, shape: shape) }
        let node = ScalarNode(
            storage, shape, function, Operand(x), number: number, isFirst: isFirst, pullback)
        return Tensor(storage: storage, shape: shape, node: node)
    }

    /// The result of an operation on two operands, recorded if either is tracked.
    @inline(__always)
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from a: Tensor, _ b: Tensor, as function: StaticString = #function,
        pullbacks first: @escaping BinaryNode.Pullback, _ second: @escaping BinaryNode.Pullback
    ) -> Tensor {
        Interruption.check(before: "compute tensors")
        if NaNWatch.isOn { NaNWatch.inspect(storage, shape, function, from: [a, b]) }
        guard a.isTracked || b.isTracked, ThreadContext.current.isRecording else {
            return Tensor(storage: storage, shape: shape)
        }
        let node = BinaryNode(storage, shape, function, Operand(a), Operand(b), first, second)
        return Tensor(storage: storage, shape: shape, node: node)
    }

    /// The result of an operation on any number of operands, recorded if any of them is tracked.
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from inputs: [Tensor], as function: StaticString = #function,
        pullback: @escaping ManyNode.Pullback
    ) -> Tensor {
        Interruption.check(before: "compute tensors")
        if NaNWatch.isOn { NaNWatch.inspect(storage, shape, function, from: inputs) }
        guard inputs.contains(where: \.isTracked), ThreadContext.current.isRecording else {
            return Tensor(storage: storage, shape: shape)
        }
        return Tensor(storage: storage, shape: shape, node: ManyNode(storage, shape, function, inputs, pullback))
    }
}
