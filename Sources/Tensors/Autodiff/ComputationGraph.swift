/// The recorded computation of a tensor, as a value to inspect: its operations, their operands and their results.
///
/// ```swift
/// let w = Tensor([0.5, -1]).tracked(), x = Tensor([2.0, 1])
/// let graph = ComputationGraph(of: (w * x).sum().squared(), naming: ["w": w, "x": x])
/// print(graph)        // a line for each operation
/// print(graph.dot)    // the same for Graphviz
/// graph.figure        // a picture, with a frame for each layer
/// ```
public struct ComputationGraph: Sendable, CustomStringConvertible {
    /// A tensor of the computation.
    public struct Vertex: Sendable {
        /// The name of the operation that computed it; `tracked` for a tracked input of the graph, `constant` for
        /// others.
        public let operation: String
        /// The name given to it, if any.
        public let name: String?
        /// Its shape.
        public let shape: Shape
        /// The type of its elements.
        public let dtype: DType
        /// The value, if it has one element.
        public let value: Double?
        /// The layers in which it was computed, outermost first; empty unless the graph was made with
        /// ``ComputationGraph/init(naming:_:)``.
        public let layers: [String]
        /// The indices of its operands in ``ComputationGraph/vertices``, in order.
        public let operands: [Int]
        /// The number that the operation takes beside its operand, as 0.25 in `w + 0.25`; nil if there is none.
        public let number: Double?
        /// Whether the number comes before the operand, as 1 in `1 - w`.
        public let isNumberFirst: Bool

        /// The name, or the operation with its number: `+ 0.25`, `1 -`.
        public var title: String {
            guard name == nil, let number else { return name ?? operation }
            let text = ComputationGraph.text(number)
            return isNumberFirst ? "\(text) \(operation)" : "\(operation) \(text)"
        }
    }

    /// The tensors of the computation: operands come before results, and the output is last.
    public let vertices: [Vertex]

    /// The computation of a tensor, as far as it was recorded: from ``Tensor/tracked()`` tensors on.
    ///
    /// ```swift
    /// let x = Tensor(3).tracked()
    /// print(ComputationGraph(of: x * x, naming: ["x": x]).vertices.count)  // 2
    /// ```
    /// For the layers of a network use ``init(naming:_:)``.
    public init(of output: Tensor, naming names: [String: Tensor] = [:]) { self.init(of: [output], naming: names) }

    /// The computation of several tensors.
    package init(of outputs: [Tensor], naming names: [String: Tensor] = [:]) {
        var found: [ObjectIdentifier: Tensor] = [:]
        var waiting = outputs
        while let tensor = waiting.popLast() {
            if found.updateValue(tensor, forKey: tensor.identity) == nil { waiting += tensor.node?.operands ?? [] }
        }
        // Constants come first, then nodes in the order in which they were made.
        let ordered = found.values.sorted { ($0.node?.sequence ?? 0, $0.count) < ($1.node?.sequence ?? 0, $1.count) }
        let positions = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.identity, $0) })
        let known = Dictionary(names.map { ($1.identity, $0) }, uniquingKeysWith: { min($0, $1) })
        let operands = ordered.map { $0.node?.operands.map { positions[$0.identity]! } ?? [] }
        var layers = ordered.map { $0.node?.layerPath ?? [] }
        // Parameters are older than the computation: they belong to the layers that all their uses share.
        for (position, tensor) in ordered.enumerated() where tensor.node is LeafNode {
            let users = operands.indices.filter { operands[$0].contains(position) }.map { layers[$0] }
            layers[position] = users.dropFirst().reduce(users.first ?? []) { common, path in
                zip(common, path).prefix { $0 == $1 }.map(\.0)
            }
        }
        vertices = ordered.indices.map { position in
            let tensor = ordered[position]
            return Vertex(
                operation: tensor.node?.operation ?? "constant", name: known[tensor.identity], shape: tensor.shape,
                dtype: tensor.dtype, value: tensor.count == 1 ? tensor.item() : nil, layers: layers[position],
                operands: operands[position], number: (tensor.node as? ScalarNode)?.number,
                isNumberFirst: (tensor.node as? ScalarNode)?.isNumberFirst ?? false)
        }
    }

    /// The computation of the tensor that the body returns, with the names of the layers in which each tensor was
    /// computed.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2]).tracked()
    /// let graph = ComputationGraph { x.squared().sum() }
    /// print(graph.vertices.map(\.operation))  // ["tracked", "squared", "sum"]
    /// ```
    public init(naming names: [String: Tensor] = [:], _ body: () throws -> Tensor) rethrows {
        self.init(of: try LayerPath.remembered(body), naming: names)
    }

    /// The computation of the tensors that the body makes, with their layers.
    package init(naming names: [String: Tensor], ofAll body: () throws -> [Tensor]) rethrows {
        self.init(of: try LayerPath.remembered(body), naming: names)
    }

    /// A number as it is written: `2`, `0.25`.
    fileprivate static func text(_ number: Double) -> String {
        number.magnitude < 1e15 && number == number.rounded() ? "\(Int(number))" : "\(number)"
    }

    /// A line for each tensor: `%3 = *(%1, %2)  float32 [2, 3]`.
    public var description: String {
        vertices.enumerated().map { position, vertex in
            let number = vertex.number.map { [Self.text($0)] } ?? []
            let tensors = vertex.operands.map { "%\($0)" }
            let operands = (vertex.isNumberFirst ? number + tensors : tensors + number).joined(separator: ", ")
            return
                "%\(position) = \(vertex.operation)\(operands.isEmpty ? "" : "(\(operands))")  \(vertex.dtype) \(vertex.shape)"
                + (vertex.name.map { "  \($0)" } ?? "")
        }.joined(separator: "\n")
    }

    /// The graph in the language of Graphviz: operations as ellipses, tracked tensors and constants as boxes.
    public var dot: String {
        var lines = ["digraph {", "  rankdir=TB; node [fontname=\"sans-serif\", fontsize=11];"]
        for (position, vertex) in vertices.enumerated() {
            let label = "\(vertex.title)\n\(vertex.shape)".replacing("\\", with: "\\\\")
                .replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            let style =
                switch vertex.operation {
                case "tracked": "shape=box, style=filled, fillcolor=lightblue"
                case "constant": "shape=box, style=dashed"
                default: "shape=ellipse"
                }
            lines.append("  n\(position) [label=\"\(label)\", \(style)];")
            lines += vertex.operands.map { "  n\($0) -> n\(position);" }
        }
        return (lines + ["}"]).joined(separator: "\n")
    }
}

extension Tensor {
    /// What distinguishes tensors of a graph: the node, or for a constant its elements.
    fileprivate var identity: ObjectIdentifier { node.map { ObjectIdentifier($0) } ?? ObjectIdentifier(storage) }
}
