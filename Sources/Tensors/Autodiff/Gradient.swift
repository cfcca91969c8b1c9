/// The gradient ∂output/∂input, of the input's shape; if the output has several elements, the gradient of their sum
/// (PyTorch's `autograd.grad`).
///
/// ```swift
/// let x = Tensor(3).tracked()
/// print(grad(x * x, of: x))  // 6
/// ```
/// The input must be tracked, and the output must depend on it: one that was computed before `tracked()`, or from
/// numbers that `item()` or `doubles` returned, is an error. With `createGraph` the result can be differentiated again.
/// For the full matrix of a vector output see ``jacobian(at:createGraph:_:)``.
public func grad(_ output: Tensor, of input: Tensor, createGraph: Bool = false) -> Tensor {
    grad(output, of: [input], createGraph: createGraph)[0]
}

/// The gradients of an output with respect to several inputs, in their order and of their shapes. Those of inputs that
/// the output does not depend on are zero; if it depends on none of them, that is an error.
///
/// ```swift
/// let a = Tensor(2).tracked(), b = Tensor(3).tracked()
/// print(grad(a * b, of: [a, b]))  // [3, 2]
/// ```
public func grad(_ output: Tensor, of inputs: [Tensor], createGraph: Bool = false) -> [Tensor] {
    grad(output, of: inputs, along: nil, createGraph: createGraph)
}

/// The gradients of Σᵢ directionᵢ · outputᵢ, a vector-Jacobian product. The direction has the output's shape; without
/// one all its elements are 1.
///
/// ```swift
/// let x = Tensor([1.0, 2]).tracked()
/// print(grad(x * x, of: [x], along: Tensor([1.0, 10])))  // [[2, 40]]
/// ```
/// For a function instead of an output see ``vjp(at:along:createGraph:_:)``.
public func grad(_ output: Tensor, of inputs: [Tensor], along direction: Tensor?, createGraph: Bool = false) -> [Tensor]
{
    for input in inputs where !input.isTracked {
        Failure.raise(
            ValueError(
                operation: "grad", message: "an input of shape \(input.shape) is not tracked",
                hint: "call `x.tracked()` first, and compute the output from its result"))
    }
    if let direction, direction.shape != output.shape {
        Failure.raise(
            ShapeError(
                operation: "grad", shapes: [output.shape, direction.shape],
                message: "the direction must have the shape of the output, \(output.shape), got \(direction.shape)",
                hint: "pass one number for each element of the output"))
    }
    let (gradients, dependsOnAny) = gradients(of: output, for: inputs, along: direction, createGraph: createGraph)
    if !inputs.isEmpty, !dependsOnAny {
        Failure.raise(
            ValueError(
                operation: "grad",
                message: "the output does not depend on "
                    + (inputs.count == 1
                        ? "the input of shape \(inputs[0].shape)" : "any of the \(inputs.count) inputs"),
                hint: "compute it, with tensor operations, from the tensor that tracked() returned: what was computed "
                    + "before, or went through detached(), item() or doubles, has no derivative"))
    }
    return gradients
}

/// As ``grad(_:of:along:createGraph:)``, but zero also where the output depends on none of the inputs: a function may
/// be constant.
func gradOfFunction(
    _ output: Tensor, of inputs: [Tensor], along direction: Tensor? = nil, createGraph: Bool = false
) -> [Tensor] {
    gradients(of: output, for: inputs, along: direction, createGraph: createGraph).gradients
}

/// The gradients with respect to tracked inputs, zero for those that the output does not depend on, and whether it
/// depends on any of them.
package func gradients(
    of output: Tensor, for inputs: [Tensor], along direction: Tensor? = nil, createGraph: Bool = false
) -> (gradients: [Tensor], dependsOnAny: Bool) {
    guard let root = output.node else { return (inputs.map { .zeros(like: $0) }, false) }
    var sweep = Sweep(from: root, to: inputs.compactMap(\.node))
    var gradients = recording(createGraph) {
        sweep.run(seed: direction ?? .ones(like: output))
        return inputs.map { sweep.gradient(of: $0.node!) ?? .zeros(like: $0) }
    }
    if createGraph {
        for (i, input) in inputs.enumerated() where !gradients[i].isTracked && sweep.reaches(input.node!) {
            let gradient = gradients[i]
            // A constant gradient depends on the input too: its own derivative is 0.
            gradients[i] = .recorded(gradient.storage, gradient.shape, from: input) { _, x, _ in .zeros(like: x) }
        }
    }
    return (gradients, inputs.contains { sweep.reaches($0.node!) })
}

/// The value of a function at a point, and its gradient there, of the point's shape. The point need not be tracked.
///
/// ```swift
/// let (value, gradient) = valueAndGrad(at: Tensor([1.0, 2])) { $0.squared().sum() }
/// print(value, gradient)  // 5 and [2, 4]
/// ```
public func valueAndGrad(at x: Tensor, _ f: (Tensor) throws -> Tensor) rethrows -> (value: Tensor, gradient: Tensor) {
    let leaf = x.tracked()
    let value = try f(leaf)
    return (value.detached(), gradOfFunction(value, of: [leaf])[0])
}

/// One pass backwards through the graph, without recursion: the nodes between output and inputs are collected, sorted
/// by their sequence numbers (operands come before results), and visited from the last to the first.
private struct Sweep {
    /// The nodes as they were found, the output's first. (The output keeps all of them alive.)
    private var nodes: [Unmanaged<Node>] = []
    /// The index in `nodes` of each operand of each node, in turn; -1 for an operand that no input can reach.
    private var operands: [Int32] = []
    /// The index in `operands` of each node's first operand.
    private var firstOperand: [Int] = []
    /// Indices, from the last node computed to the first.
    private var order: [(sequence: UInt64, place: Int32)] = []
    /// Whether the node depends on an input: gradients flow only there.
    private var isNeeded: [Bool] = []
    private var isTarget: [Bool] = []
    private var gradients: [Tensor?] = []
    private var places = PlaceTable()

    init(from root: Node, to targets: [Node]) {
        // What was computed before the first input cannot depend on any.
        let first = targets.lazy.map(\.sequence).min() ?? .max
        if root.sequence >= first { _ = find(root) }
        while firstOperand.count < nodes.count {
            firstOperand.append(operands.count)
            nodes[firstOperand.count - 1]._withUnsafeGuaranteedRef { node in
                node.forEachOperand { operand in
                    operands.append(operand.map { $0.sequence < first ? -1 : find($0) } ?? -1)
                }
            }
        }
        firstOperand.append(operands.count)
        isTarget = Array(repeating: false, count: nodes.count)
        for target in targets { if let place = places[target.sequence] { isTarget[Int(place)] = true } }
        gradients = Array(repeating: nil, count: nodes.count)
        sortNodes()
        isNeeded = isTarget
        for (_, place) in order.reversed() where !isNeeded[Int(place)] {
            let place = Int(place)
            isNeeded[place] = operands[firstOperand[place]..<firstOperand[place + 1]].contains {
                $0 >= 0 && isNeeded[Int($0)]
            }
        }
    }

    /// The index of a node, new or known.
    private mutating func find(_ node: Node) -> Int32 {
        let (place, isNew) = places.insert(node.sequence, Int32(nodes.count))
        if isNew {
            nodes.append(.passUnretained(node))
            order.append((node.sequence, place))
        }
        return place
    }

    private mutating func sortNodes() {
        // Chains are found in order.
        let isSorted = zip(order, order.dropFirst()).allSatisfy { $0.sequence > $1.sequence }
        if !isSorted { order.sort { $0.sequence > $1.sequence } }
    }

    /// Whether the output depends on a node.
    func reaches(_ node: Node) -> Bool { places[node.sequence] != nil }

    func gradient(of node: Node) -> Tensor? { places[node.sequence].flatMap { gradients[Int($0)] } }

    mutating func run(seed: Tensor) {
        guard !nodes.isEmpty else { return }
        gradients[0] = seed
        for (_, place) in order {
            let place = Int(place)
            guard isNeeded[place], let dy = isTarget[place] ? gradients[place] : gradients[place].take() else {
                continue
            }
            let begin = firstOperand[place]
            let node = nodes[place]
            node._withUnsafeGuaranteedRef { node in
                if NaNWatch.isOn { ThreadContext.current.differentiated = node }
                defer { if NaNWatch.isOn { ThreadContext.current.differentiated = nil } }
                node.propagate(dy) { position in
                    let source = operands[begin + position]
                    return source >= 0 && isNeeded[Int(source)]
                } _: { position, gradient, operand in
                    add(gradient, to: Int(operands[begin + position]), like: operand)
                }
            }
        }
    }

    private mutating func add(_ gradient: Tensor, to place: Int, like operand: Tensor) {
        let term = gradient.summed(to: operand.shape).converted(to: operand.dtype)
        if gradients[place] == nil { gradients[place] = term } else { gradients[place]!.accumulate(term) }
    }
}

/// A small hash table from sequence numbers to indices: the numbers are nearly consecutive, so their low bits are the
/// hash.
private struct PlaceTable {
    private var keys: [UInt64] = Array(repeating: .max, count: 64)
    private var values: [Int32] = Array(repeating: 0, count: 64)
    private var count = 0

    private func slot(_ key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while keys[slot] != key && keys[slot] != .max { slot = (slot + 1) & mask }
        return slot
    }

    subscript(key: UInt64) -> Int32? {
        let slot = slot(key)
        return keys[slot] == key ? values[slot] : nil
    }

    /// Adds a key with this value, unless it is known with another.
    mutating func insert(_ key: UInt64, _ value: Int32) -> (value: Int32, isNew: Bool) {
        if 2 * count >= keys.count { grow() }
        let slot = slot(key)
        guard keys[slot] != key else { return (values[slot], false) }
        keys[slot] = key
        values[slot] = value
        count += 1
        return (value, true)
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: .max, count: 4 * oldKeys.count)
        values = Array(repeating: 0, count: 4 * oldKeys.count)
        for (index, key) in oldKeys.enumerated() where key != .max {
            let slot = slot(key)
            keys[slot] = key
            values[slot] = oldValues[index]
        }
    }
}
