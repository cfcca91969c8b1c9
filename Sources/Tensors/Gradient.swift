/// The derivative of an output with respect to an input that it was computed from; of its elements' sum, if the output has several.
///
/// With `createGraph` the result can be differentiated again. An output that does not depend on the input has a gradient of zeros.
public func grad(_ output: Tensor, of input: Tensor, createGraph: Bool = false) -> Tensor {
    grad(output, of: [input], createGraph: createGraph)[0]
}

/// The derivatives of an output with respect to several inputs.
public func grad(_ output: Tensor, of inputs: [Tensor], createGraph: Bool = false) -> [Tensor] {
    grad(output, of: inputs, along: nil, createGraph: createGraph)
}

/// The derivatives of Σ output · direction: a product of a vector with the Jacobian. Without a direction all are 1.
public func grad(_ output: Tensor, of inputs: [Tensor], along direction: Tensor?, createGraph: Bool = false) -> [Tensor]
{
    for input in inputs where !input.isTracked {
        Failure.raise(
            ValueError(
                operation: "grad", message: "an input of shape \(input.shape) is not tracked",
                hint: "begin with `let x = x.tracked()` and compute the output from that"))
    }
    if let direction, direction.shape != output.shape {
        Failure.raise(
            ShapeError(
                operation: "grad", shapes: [output.shape, direction.shape],
                message: "the direction \(direction.shape) is not shaped like the output \(output.shape)"))
    }
    guard let root = output.node else { return inputs.map { .zeros(like: $0) } }
    var sweep = Sweep(from: root, to: inputs.compactMap(\.node))
    return recording(createGraph) {
        sweep.run(seed: direction ?? .ones(like: output))
        return inputs.map { sweep.gradient(of: $0) ?? .zeros(like: $0) }
    }
}

/// A function's value and derivative at a point.
public func valueAndGrad(at x: Tensor, _ f: (Tensor) throws -> Tensor) rethrows -> (value: Tensor, gradient: Tensor) {
    let leaf = x.tracked()
    let value = try f(leaf)
    return (value.detached(), grad(value, of: leaf))
}

/// One pass backwards through the graph, without recursion: the nodes between output and inputs are collected, sorted by their sequence
/// numbers (operands come before results), and visited from the last to the first.
private struct Sweep {
    private var nodes: [Node] = []
    private var gradients: [Tensor?] = []
    /// Whether an input can be reached from the node: only there do gradients flow.
    private var isNeeded: [Bool] = []
    private var places: PlaceTable

    init(from root: Node, to targets: [Node]) {
        // What was computed before the first input cannot depend on any.
        let first = targets.lazy.map(\.sequence).min() ?? .max
        var places = PlaceTable()
        var nodes: [Node] = []
        if root.sequence >= first {
            nodes.append(root)
            places.insert(root.sequence, 0)
        }
        var next = 0
        while next < nodes.count {
            let node = nodes[next]
            next += 1
            node.forEachInput { _, input in
                if input.sequence >= first && places.insert(input.sequence, nodes.count) { nodes.append(input) }
            }
        }
        nodes.sort { $0.sequence < $1.sequence }
        for (place, node) in nodes.enumerated() { places[node.sequence] = place }
        let wanted = Set(targets.map(\.sequence))
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        for (place, node) in nodes.enumerated() {
            var needed = wanted.contains(node.sequence)
            node.forEachInput { _, input in
                if !needed, let source = places[input.sequence] { needed = isNeeded[source] }
            }
            isNeeded[place] = needed
        }
        self.nodes = nodes
        self.isNeeded = isNeeded
        self.places = places
        self.gradients = Array(repeating: nil, count: nodes.count)
        self.targets = wanted
    }
    private let targets: Set<UInt64>

    func gradient(of tensor: Tensor) -> Tensor? { places[tensor.node!.sequence].flatMap { gradients[$0] } }

    mutating func run(seed: Tensor) {
        guard !nodes.isEmpty else { return }
        gradients[nodes.count - 1] = seed
        for place in stride(from: nodes.count - 1, through: 0, by: -1) where isNeeded[place] {
            guard let dy = gradients[place] else { continue }
            let node = nodes[place]
            if !targets.contains(node.sequence) { gradients[place] = nil }
            let contents = node.contents
            switch contents.rule {
            case .leaf: break
            case .unary(let pullback):
                let x = contents.first!
                if let source = needed(x) { add(pullback(dy, x, node.output), to: source, like: x) }
            case .binary(let first, let second):
                let (a, b) = (contents.first!, contents.second!)
                if let source = needed(a) { add(first(dy, a, b, node.output), to: source, like: a) }
                if let source = needed(b) { add(second(dy, a, b, node.output), to: source, like: b) }
            case .many(let pullback):
                let sources = contents.rest.map { needed($0) }
                let results = pullback(dy, contents.rest, node.output, sources.map { $0 != nil })
                for (position, source) in sources.enumerated() {
                    if let source, let gradient = results[position] {
                        add(gradient, to: source, like: contents.rest[position])
                    }
                }
            }
        }
    }

    /// The operand's place, if its gradient is needed.
    private func needed(_ operand: Tensor) -> Int? {
        guard let node = operand.node, let place = places[node.sequence], isNeeded[place] else { return nil }
        return place
    }

    private mutating func add(_ gradient: Tensor, to place: Int, like operand: Tensor) {
        let term = gradient.summed(to: operand.shape).converted(to: operand.dtype)
        gradients[place] = gradients[place].map { $0 + term } ?? term
    }
}

/// A small hash table from sequence numbers to places: they are nearly consecutive, so their low bits are the hash.
private struct PlaceTable {
    private var keys: [UInt64] = Array(repeating: .max, count: 64)
    private var values: [Int] = Array(repeating: 0, count: 64)
    private var count = 0

    private func slot(_ key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while keys[slot] != key && keys[slot] != .max { slot = (slot + 1) & mask }
        return slot
    }

    subscript(key: UInt64) -> Int? {
        get {
            let slot = slot(key)
            return keys[slot] == key ? values[slot] : nil
        }
        set { values[slot(key)] = newValue! }
    }

    /// Adds a key unless it is known.
    @discardableResult
    mutating func insert(_ key: UInt64, _ value: Int) -> Bool {
        if 2 * count >= keys.count { grow() }
        let slot = slot(key)
        guard keys[slot] != key else { return false }
        keys[slot] = key
        values[slot] = value
        count += 1
        return true
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: .max, count: 2 * oldKeys.count)
        values = Array(repeating: 0, count: 2 * oldKeys.count)
        for (index, key) in oldKeys.enumerated() where key != .max {
            let slot = slot(key)
            keys[slot] = key
            values[slot] = oldValues[index]
        }
    }
}
