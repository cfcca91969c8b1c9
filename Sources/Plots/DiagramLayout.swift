internal import CGraphviz
internal import Foundation
internal import Synchronization

/// The positions of a diagram's parts, in points from its upper left corner, as computed by Graphviz.
struct DiagramLayout: Sendable {
    struct Frame: Sendable {
        let name: String
        let rect: Canvas.Rect
    }
    struct Arrow: Sendable {
        /// The start of a Bézier curve, then three points for each of its segments.
        let points: [Canvas.Point]
        /// The tip of the arrowhead.
        let tip: Canvas.Point
    }

    let width: Double
    let height: Double
    let boxes: [Canvas.Rect]
    /// The frames, each after those around it.
    let frames: [Frame]
    let arrows: [Arrow]

    /// Graphviz keeps its state in globals.
    private static let graphviz = Mutex(())

    init(_ diagram: Diagram) {
        let output = DiagramLayout.solve(DiagramSource(diagram).text)
        // Graphviz measures from the lower left corner.
        let bounds = output.bb.numbers
        let height = bounds[3]
        func rect(_ corners: [Double]) -> Canvas.Rect {
            Canvas.Rect(
                x: corners[0], y: height - corners[3], width: corners[2] - corners[0], height: corners[3] - corners[1])
        }
        func point(_ pair: ArraySlice<Double>) -> Canvas.Point { Canvas.Point(pair.first!, height - pair.last!) }

        var boxes = Array(repeating: Canvas.Rect(x: 0, y: 0, width: 0, height: 0), count: diagram.boxes.count)
        var frames: [Frame] = []
        for object in output.objects ?? [] {
            if let bb = object.bb, let label = object.label {
                frames.append(Frame(name: label, rect: rect(bb.numbers)))
            } else if let index = Int(object.name), let pos = object.pos?.numbers, let width = object.width?.numbers[0],
                let height = object.height?.numbers[0]
            {
                boxes[index] = rect([
                    pos[0] - 36 * width, pos[1] - 36 * height, pos[0] + 36 * width, pos[1] + 36 * height,
                ])
            }
        }
        (self.width, self.height, self.boxes) = (bounds[2], height, boxes)
        self.frames = frames.sorted { $0.rect.width * $0.rect.height > $1.rect.width * $1.rect.height }
        // "e,x,y x,y x,y …": the tip, then the curve.
        arrows = (output.edges ?? []).compactMap { edge in
            guard let numbers = edge.pos?.numbers, numbers.count >= 10 else { return nil }
            let pairs = stride(from: 0, to: numbers.count - 1, by: 2).map { point(numbers[$0...$0 + 1]) }
            return Arrow(points: Array(pairs.dropFirst()), tip: pairs[0])
        }
    }

    private static func solve(_ source: String) -> Output {
        let json = graphviz.withLock { _ -> Data in
            let context = gvContext()
            defer { gvFreeContext(context) }
            guard let graph = agmemread(source), gvLayout(context, graph, "dot") == 0 else {
                fatalError("Graphviz cannot lay out \(source)")
            }
            defer {
                gvFreeLayout(context, graph)
                agclose(graph)
            }
            var bytes: UnsafeMutablePointer<CChar>?
            var count: UInt32 = 0
            gvRenderData(context, graph, "json", &bytes, &count)
            defer { gvFreeRenderData(bytes) }
            return Data(bytes: bytes!, count: Int(count))
        }
        do { return try JSONDecoder().decode(Output.self, from: json) } catch {
            fatalError("Graphviz returned no layout: \(error)")
        }
    }

    private struct Output: Decodable {
        struct Object: Decodable {
            let name: String
            let label, bb, pos, width, height: String?
        }
        struct Edge: Decodable { let pos: String? }
        let bb: String
        let objects: [Object]?
        let edges: [Edge]?
    }
}

extension String {
    /// All numbers in the text.
    fileprivate var numbers: [Double] { split { $0 == "," || $0 == " " }.compactMap { Double($0) } }
}

/// A diagram in Graphviz's language: boxes as large as their texts, nested frames as clusters.
private struct DiagramSource {
    var text: String

    init(_ diagram: Diagram) {
        let ruler = Canvas(width: 1, height: 1)
        text =
            "digraph { rankdir=\(diagram.direction.rawValue); nodesep=0.2; ranksep=0.3; "
            + "node [shape=box, fixedsize=true, label=\"\"];\n"
        var open: [String] = [], clusters = 0
        // Boxes are written frame by frame; a frame that is closed and opened again has the same name.
        var names: [[String]: Int] = [:]
        for (index, box) in diagram.boxes.enumerated() {
            while !box.frames.starts(with: open) {
                text += "}\n"
                open.removeLast()
            }
            while open.count < box.frames.count {
                open.append(box.frames[open.count])
                let number = names[open] ?? clusters
                if names.updateValue(number, forKey: open) == nil { clusters += 1 }
                text +=
                    "subgraph cluster_\(number) { label=\(DiagramSource.quoted(open[open.count - 1])); "
                    + "labeljust=l; fontsize=10;\n"
            }
            let size = box.size(measuredOn: ruler)
            text += "\(index) [width=\(size.width / 72), height=\(size.height / 72)];\n"
        }
        text += String(repeating: "}\n", count: open.count)
        for arrow in diagram.arrows { text += "\(arrow.from) -> \(arrow.to);\n" }
        text += "}"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.onOneLine.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
