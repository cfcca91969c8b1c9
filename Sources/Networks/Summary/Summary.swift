internal import Tensors

/// A network's layers with their shapes and numbers of parameters: Keras's table, as text and as HTML.
public struct Summary: Sendable, CustomStringConvertible {
    /// A line of the table.
    public struct Row: Sendable, Hashable {
        /// The layer's name and class: `conv2d (Conv2D)`.
        public let layer: String
        /// The output's shape with the batch before it: `(None, 28, 28, 6)`; those of several outputs, one after the
        /// other.
        public let outputShape: String
        /// The number of parameters.
        public let parameterCount: Int
        /// The layers whose outputs it takes; empty where each follows the one before it.
        public let connections: [String]
    }

    /// The network's name.
    public let name: String
    /// A line for each layer.
    public let rows: [Row]
    /// The number of parameters that training moves.
    public let trainableCount: Int
    /// The number of all others.
    public let nonTrainableCount: Int
    /// The width in characters.
    let width: Int

    init(of network: Layer, width: Int?, isNested: Bool) {
        // A layer that is used several times takes several inputs one after the other.
        let connections = Dictionary(
            ((network as? Network)?.connections ?? []).map { (ObjectIdentifier($0.layer), $0.sources) },
            uniquingKeysWith: +)
        func rows(_ layer: Layer, name: String, depth: Int) -> [Row] {
            let prefix = depth == 0 ? "" : String(repeating: "   ", count: depth) + "└ "
            let row = Row(
                layer: "\(prefix)\(name) (\(layer.typeName))",
                outputShape: layer.outputShapes.map { $0.map(Summary.format).joined(separator: ", ") } ?? "?",
                parameterCount: layer.parameterCount, connections: connections[ObjectIdentifier(layer)] ?? [])
            return [row] + (isNested ? layer.children.flatMap { rows($0.layer, name: $0.name, depth: depth + 1) } : [])
        }
        let layers = network.children.isEmpty ? [(network.name, network)] : network.children
        self.name = network.name
        self.width = Swift.max(width ?? (network is Network ? 108 : 76), 40)
        let inputs = (network as? Network).map { zip($0.inputNames, $0.inputShapes ?? []) }
        self.rows =
            (inputs?.map { name, shape in
                Row(layer: "\(name) (Input)", outputShape: Self.format(shape), parameterCount: 0, connections: [])
            } ?? []) + layers.flatMap { rows($0.1, name: $0.0, depth: 0) }
        let parameters = network.parameters
        trainableCount = parameters.reduce(0) { $0 + ($1.isTrainable ? $1.shape.elementCount : 0) }
        nonTrainableCount = parameters.reduce(0) { $0 + ($1.isTrainable ? 0 : $1.shape.elementCount) }
    }

    /// The number of all parameters.
    public var parameterCount: Int { trainableCount + nonTrainableCount }

    /// The shape with an unknown number of examples before it, as Python prints it.
    private static func format(_ shape: Shape) -> String {
        shape.isEmpty ? "(None,)" : "(" + (["None"] + shape.map(String.init)).joined(separator: ", ") + ")"
    }

    private var isConnected: Bool { rows.contains { !$0.connections.isEmpty } }

    private var header: [String] {
        ["Layer (type)", "Output Shape", "Param #"] + (isConnected ? ["Connected to"] : [])
    }

    private func cells(of row: Row) -> [String] {
        [row.layer, row.outputShape, row.parameterCount.groupedByThousands]
            + (isConnected ? [row.connections.isEmpty ? "-" : row.connections.joined(separator: ", ")] : [])
    }

    /// What stands below the table.
    private var totals: [(label: String, value: String)] {
        [
            ("Total params", parameterCount), ("Trainable params", trainableCount),
            ("Non-trainable params", nonTrainableCount),
        ].map { ($0.0, "\($0.1.groupedByThousands) (\(Summary.size(ofBytes: 4 * $0.1)))") }
    }

    /// What to do about layers whose shapes are not known yet.
    private var remarks: [String] {
        rows.contains { $0.outputShape == "?" }
            ? ["Not built yet: give the network an input: shape, or call it once, to see shapes and parameters"] : []
    }

    /// A number of bytes in the largest unit that leaves 1 or more: `364.54 KB`.
    private static func size(ofBytes bytes: Int) -> String {
        var size = Double(bytes)
        var units = ["B", "KB", "MB", "GB", "TB"][...]
        while size >= 1024 && units.count > 1 {
            size /= 1024
            units.removeFirst()
        }
        return size.formatted(decimals: 2) + " " + (units.first ?? "")
    }

    /// Keras's table.
    public var description: String {
        // Keras asks for columns that end at 45 %, 80 % and 100 % of the width. Frames and spaces then take 3, 4 and 3
        // characters of them. Where layers do not simply follow each other a fourth column says what they are connected
        // to, at 30 %, 56 %, 74 % and 100 %.
        let shares = isConnected ? [30, 56, 74, 100] : [45, 80, 100]
        let ends = shares.map { width * $0 / 100 }
        let widths = ends.indices.map { i in
            i == 0 ? ends[0] - 1 : ends[i] - ends[i - 1] - (i == ends.count - 1 ? 1 : 2)
        }
        let table = TextTable(header: header, rows: rows.map(cells(of:)), widths: widths, numbers: 2)
        let lines = totals.map { "\($0.label): \($0.value)" } + remarks
        return (["Model: \"\(name)\"", table.description] + lines.map { " \($0)" }).joined(separator: "\n")
    }

    /// The table for a page.
    public var html: String {
        func escaped(_ text: String) -> String {
            text.reduce(into: "") { $0 += ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$1] ?? String($1) }
        }
        let left = "style=\"text-align: left\"", right = "style=\"text-align: right\""
        func row(_ cells: [String], tag: String) -> String {
            let cells = cells.enumerated().map { column, cell in
                // A page would drop the spaces that show how deep a layer stands.
                let depth = String(repeating: "&nbsp;", count: cell.prefix { $0 == " " }.count)
                return
                    "<\(tag) \(column == 2 ? right : left)>\(depth)\(escaped(String(cell.drop { $0 == " " })))</\(tag)>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <table><caption \(left)>Model: <b>\(escaped(name))</b></caption>
            <thead>\(row(header, tag: "th"))</thead>
            <tbody>
            \(rows.map { row(cells(of: $0), tag: "td") }.joined(separator: "\n"))
            </tbody></table>
            <p>\((totals.map { "\($0.label): <b>\($0.value)</b>" } + remarks.map(escaped)).joined(separator: "<br>"))</p>
            """
    }
}

extension Layer {
    /// The network's layers with their shapes and numbers of parameters: `print(lenet.summary())`, or a cell's last
    /// line.
    /// - Parameters:
    ///   - width: The table's width in characters; 76 by default, and 108 for a ``Network``, whose table says how
    ///     layers are connected.
    ///   - nested: Whether the layers within layers get lines too.
    public final func summary(width: Int? = nil, nested: Bool = false) -> Summary {
        Summary(of: self, width: width, isNested: nested)
    }
}
