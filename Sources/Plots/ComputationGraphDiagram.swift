public import Tensors

extension ComputationGraph {
    /// The graph as a diagram: operations are round, leaves (parameters, inputs) blue, constants dashed; scalars show
    /// their value, and what a layer computed is in a frame with its name.
    ///
    /// ```swift
    /// let w = Tensor(3).tracked()
    /// let picture = ComputationGraph(of: w * w + 1).figure
    /// ```
    public var diagram: Diagram {
        var diagram = Diagram(title: "computation")
        for vertex in vertices {
            let lines = [
                vertex.title,
                vertex.value.map { NumberText.short($0, digits: 4) } ?? "\(vertex.shape)",
            ]
            let box =
                switch vertex.operation {
                case "tracked": Diagram.Box(lines, fill: Color(0xDCEAF7), frames: vertex.layers)
                case "constant": Diagram.Box(lines, isDashed: true)
                default: Diagram.Box(lines, isRound: true, frames: vertex.layers)
                }
            diagram.add(box)
        }
        for (index, vertex) in vertices.enumerated() {
            for operand in vertex.operands { diagram.connect(operand, index) }
        }
        return diagram
    }

    /// The picture of the graph. See ``diagram``.
    public var figure: Figure { diagram.figure }
}
