import Cells
import WorkerProtocol

/// The declarations of all cells, as `%who` shows them.
struct VariableTable {
    /// One variable.
    struct Row {
        /// Its name.
        var name: String
        /// Its type.
        var type: String
        /// Its value in one line; empty if it cannot be read.
        var text: String
        /// Its size in bytes, if that is known.
        var bytes: Int?
        /// The number of the cell that declared it.
        var cell: Int
    }

    /// The variables.
    var rows: [Row]
    /// The declarations of functions and types, with the numbers of their cells.
    var declarations: [(text: String, cell: Int)]

    /// The table as HTML and as text.
    var bundle: MimeBundle {
        guard !rows.isEmpty || !declarations.isEmpty else { return .text("No cell has declared anything yet.") }
        return MimeBundle(["text/html": .text(html), "text/plain": .text(text)])
    }

    private static let header = ["variable", "type", "value", "size", "cell"]
    private static let areRight = [false, false, false, true, true]

    private var cells: [[String]] {
        rows.map { [$0.name, $0.type, $0.text, $0.bytes.map(Self.size) ?? "", String($0.cell)] }
    }

    private var text: String {
        var lines: [String] = []
        if !rows.isEmpty {
            let table = [Self.header] + cells
            let widths = Self.header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
            lines += table.map { row in
                row.indices.map { column in
                    let space = String(repeating: " ", count: widths[column] - row[column].count)
                    return Self.areRight[column] ? space + row[column] : row[column] + space
                }.joined(separator: "   ")
            }
        }
        if !rows.isEmpty, !declarations.isEmpty { lines.append("") }
        lines += declarations.map { "\($0.text)   (cell \($0.cell))" }
        return lines.joined(separator: "\n")
    }

    private var html: String {
        var parts: [String] = []
        if !rows.isEmpty {
            func line(_ cells: [String], _ tag: String) -> String {
                let fields = zip(cells, Self.areRight).map { text, isRight in
                    "<\(tag) style=\"text-align: \(isRight ? "right" : "left")\">\(text.htmlEscaped)</\(tag)>"
                }
                return "<tr>" + fields.joined() + "</tr>"
            }
            let body = cells.map { line($0, "td") }.joined(separator: "\n")
            parts.append("<table><thead>\(line(Self.header, "th"))</thead><tbody>\(body)</tbody></table>")
        }
        if !declarations.isEmpty {
            let items = declarations.map { "<li><code>\($0.text.htmlEscaped)</code> (cell \($0.cell))</li>" }
            parts.append("<ul>\(items.joined(separator: "\n"))</ul>")
        }
        return parts.joined(separator: "\n")
    }

    /// "31.4 KB" for 31400.
    static func size(_ bytes: Int) -> String {
        var size = Double(bytes)
        var units = ["B", "KB", "MB", "GB", "TB"][...]
        while size >= 999.5, units.count > 1 {
            size /= 1000
            units.removeFirst()
        }
        let number = size >= 99.5 || units.first == "B" ? "\(Int(size.rounded()))" : "\((size * 10).rounded() / 10)"
        return "\(number) \(units.first ?? "")"
    }
}
