public import Tensors

extension ComputationGraph {
    /// The graph as a diagram: operations are round, starting points (parameters, inputs) blue, constants dashed, single numbers
    /// show their value, and what was computed in a layer stands in its frame.
    public var diagram: Diagram {
        var diagram = Diagram(title: "computation")
        for vertex in vertices {
            let lines = [
                vertex.name ?? vertex.operation,
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
        for (place, vertex) in vertices.enumerated() {
            for operand in vertex.operands { diagram.connect(operand, place) }
        }
        return diagram
    }

    /// The picture of the graph. See ``diagram``.
    public var figure: Figure { diagram.figure }
}
