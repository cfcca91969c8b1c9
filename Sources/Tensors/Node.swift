internal import Synchronization

/// One operation in the graph: what it was computed from, and how a gradient flows back through it.
///
/// Pullbacks are written in the public, differentiable operations. Recording them while they run gives derivatives of derivatives.
/// They are handed the operands and the result rather than capturing them: closures without captures cost no allocation, and a result
/// that refers to its own node through the node (not through a closure) is no cycle.
package final class Node: @unchecked Sendable {
    /// How the gradient of a result becomes those of the operands. A gradient may still have the result's shape where an operand was
    /// broadcast: it is summed to the operand's shape afterwards.
    package enum Rule: Sendable {
        case leaf
        case unary(Unary)
        case binary(Binary, Binary)
        case many(Many)
    }
    /// (gradient of the result, operand, result) → gradient of the operand.
    package typealias Unary = @Sendable (_ dy: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor
    /// (gradient of the result, both operands, result) → gradient of one operand.
    package typealias Binary = @Sendable (_ dy: Tensor, _ a: Tensor, _ b: Tensor, _ y: Tensor) -> Tensor
    /// (gradient of the result, operands, result, which operands' gradients are wanted) → the gradients of those, nil for others.
    package typealias Many = @Sendable (_ dy: Tensor, _ inputs: [Tensor], _ y: Tensor, _ wanted: [Bool]) -> [Tensor?]

    /// What a node holds on to.
    struct Contents {
        var rule: Rule
        var first: Tensor?
        var second: Tensor?
        var rest: [Tensor]
    }

    /// The place in the order of creation: operands always come before results.
    let sequence: UInt64
    private(set) var contents: Contents
    /// The result, without its link to this node.
    private let storage: Storage
    private let shape: Shape

    private static let sequences = Atomic<UInt64>(0)

    init(_ contents: Contents, storage: Storage, shape: Shape) {
        self.sequence = Node.sequences.wrappingAdd(1, ordering: .relaxed).oldValue
        self.contents = contents
        self.storage = storage
        self.shape = shape
    }

    /// The operation's result.
    var output: Tensor { Tensor(storage: storage, shape: shape, node: self) }

    /// The nodes of the operands that have one, with their positions.
    func forEachInput(_ body: (_ position: Int, _ node: Node) -> Void) {
        if let node = contents.first?.node { body(0, node) }
        if let node = contents.second?.node { body(1, node) }
        for (position, tensor) in contents.rest.enumerated() {
            if let node = tensor.node { body(position, node) }
        }
    }

    deinit {
        let context = ThreadContext.current
        context.discarded.append(contents)
        contents = Contents(rule: .leaf, first: nil, second: nil, rest: [])
        guard !context.isDiscarding else { return }
        context.isDiscarding = true
        while context.discarded.popLast() != nil {}
        context.isDiscarding = false
    }
}

extension Tensor {
    /// The result of an operation of one operand, recorded if that is tracked.
    @inline(__always)
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from x: Tensor, pullback: @escaping Node.Unary
    ) -> Tensor {
        guard x.node != nil, ThreadContext.current.isRecording else {
            return Tensor(storage: storage, shape: shape, node: nil)
        }
        let contents = Node.Contents(rule: .unary(pullback), first: x, second: nil, rest: [])
        return Tensor(storage: storage, shape: shape, node: Node(contents, storage: storage, shape: shape))
    }

    /// The result of an operation of two operands, recorded if either is tracked. Each pullback runs only if it is needed.
    @inline(__always)
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from a: Tensor, _ b: Tensor, pullbacks first: @escaping Node.Binary,
        _ second: @escaping Node.Binary
    ) -> Tensor {
        guard a.node != nil || b.node != nil, ThreadContext.current.isRecording else {
            return Tensor(storage: storage, shape: shape, node: nil)
        }
        let contents = Node.Contents(rule: .binary(first, second), first: a, second: b, rest: [])
        return Tensor(storage: storage, shape: shape, node: Node(contents, storage: storage, shape: shape))
    }

    /// The result of an operation of any number of operands, recorded if one of them is tracked.
    package static func recorded(
        _ storage: Storage, _ shape: Shape, from inputs: [Tensor], pullback: @escaping Node.Many
    ) -> Tensor {
        guard inputs.contains(where: { $0.node != nil }), ThreadContext.current.isRecording else {
            return Tensor(storage: storage, shape: shape, node: nil)
        }
        let contents = Node.Contents(rule: .many(pullback), first: nil, second: nil, rest: inputs)
        return Tensor(storage: storage, shape: shape, node: Node(contents, storage: storage, shape: shape))
    }
}
