internal import Tensors

/// A network's layers with their shapes and numbers of parameters: Keras's table, as text and as HTML.
public struct Summary: Sendable, CustomStringConvertible {
    /// A line of the table.
    public struct Row: Sendable, Hashable {
        /// The layer's name and class: `conv2d (Conv2D)`.
        public let layer: String
        /// The output's shape with the batch before it: `(None, 28, 28, 6)`.
        public let outputShape: String
        /// The number of parameters.
        public let parameterCount: Int
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

    init(of network: Layer, width: Int, isNested: Bool) {
        func rows(_ layer: Layer, name: String, depth: Int) -> [Row] {
            let prefix = depth == 0 ? "" : String(repeating: "   ", count: depth) + "└ "
            let row = Row(
                layer: "\(prefix)\(name) (\(layer.typeName))",
                outputShape: layer.outputShape.map(Summary.format) ?? "?",
                parameterCount: layer.parameterCount)
            return [row] + (isNested ? layer.children.flatMap { rows($0.layer, name: $0.name, depth: depth + 1) } : [])
        }
        let layers = network.children.isEmpty ? [(network.name, network)] : network.children
        self.name = network.name
        self.width = Swift.max(width, 40)
        self.rows = layers.flatMap { rows($0.1, name: $0.0, depth: 0) }
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

    /// What stands below the table.
    private var totals: [(label: String, value: String)] {
        [
            ("Total params", parameterCount), ("Trainable params", trainableCount),
            ("Non-trainable params", nonTrainableCount),
        ].map { ($0.0, "\($0.1.groupedByThousands) (\(Summary.size(ofBytes: 4 * $0.1)))") }
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
        // Keras asks for columns that end at 45 %, 80 % and 100 % of the width. Frames and spaces then take 3, 4 and 3 characters of them.
        let ends = [width * 45 / 100, width * 80 / 100, width]
        let widths = [ends[0] - 1, ends[1] - ends[0] - 2, ends[2] - ends[1] - 1]
        let table = TextTable(
            header: ["Layer (type)", "Output Shape", "Param #"],
            rows: rows.map { [$0.layer, $0.outputShape, $0.parameterCount.groupedByThousands] },
            widths: widths)
        return (["Model: \"\(name)\"", table.description] + totals.map { " \($0.label): \($0.value)" }).joined(
            separator: "\n")
    }

    /// The table for a page.
    public var html: String {
        func escaped(_ text: String) -> String {
            text.reduce(into: "") { $0 += ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$1] ?? String($1) }
        }
        let left = "style=\"text-align: left\"", right = "style=\"text-align: right\""
        let lines = rows.map {
            "<tr><td \(left)>\(escaped($0.layer))</td><td \(left)>\($0.outputShape)</td><td \(right)>\($0.parameterCount.groupedByThousands)</td></tr>"
        }
        return """
            <table><caption \(left)>Model: <b>\(escaped(name))</b></caption>
            <thead><tr><th \(left)>Layer (type)</th><th \(left)>Output Shape</th><th \(right)>Param #</th></tr></thead>
            <tbody>
            \(lines.joined(separator: "\n"))
            </tbody></table>
            <p>\(totals.map { "\($0.label): <b>\($0.value)</b>" }.joined(separator: "<br>"))</p>
            """
    }
}

extension Layer {
    /// The network's layers with their shapes and numbers of parameters: `print(lenet.summary())`, or a cell's last line.
    /// - Parameters:
    ///   - width: The table's width in characters; Keras uses 88 in a wide window and 76 in one of 80.
    ///   - nested: Whether the layers within layers get lines too.
    public final func summary(width: Int = 76, nested: Bool = false) -> Summary {
        Summary(of: self, width: width, isNested: nested)
    }
}
