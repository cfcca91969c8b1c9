/// The names of a chart's marks, above the data and never over it.
struct Legend {
    private static let swatch = 22.0
    private static let gap = 16.0
    static let rowHeight = 16.0

    private struct Entry {
        let mark: (any Mark)?
        let color: Color
        let name: String
        let width: Double
    }

    private var rows: [[Entry]] = []
    /// The width of the longest row.
    private(set) var width = 0.0
    /// The height of all rows.
    var height: Double { Self.rowHeight * Double(rows.count) }
    var isEmpty: Bool { rows.isEmpty }

    /// The legend of marks with names, in rows of at most this width. Of more rows than `limit`, the last ends with the
    /// number of names that are left out.
    init(_ marks: [(mark: any Mark, color: Color)], width available: Double, limit: Int, _ canvas: Canvas) {
        let named = marks.filter { $0.mark.label != nil }
        let count = named.count
        // More names than this cannot fit, and need not be measured.
        let most = max(limit, 1) * max(Int(available / (Self.swatch + Self.gap)), 1) + 1
        var entries = named.prefix(most).map { mark, color in
            let name = canvas.shortened((mark.label ?? "").onOneLine, toWidth: available - Self.swatch)
            return Entry(mark: mark, color: color, name: name, width: Self.swatch + canvas.textWidth(name))
        }
        rows = Self.rows(of: entries, width: available)
        while rows.count > max(limit, 1), entries.count > 1 {
            entries.removeLast(entries.last?.mark == nil ? 2 : 1)
            let name = "+ \(count - entries.count) more"
            entries.append(Entry(mark: nil, color: Style.secondaryText, name: name, width: canvas.textWidth(name)))
            rows = Self.rows(of: entries, width: available)
        }
        width = rows.map(Self.width).max() ?? 0
    }

    private static func width(_ row: [Entry]) -> Double {
        row.reduce(0) { $0 + $1.width } + gap * Double(max(row.count - 1, 0))
    }

    private static func rows(of entries: [Entry], width: Double) -> [[Entry]] {
        var rows: [[Entry]] = []
        for entry in entries {
            if let row = rows.last, Self.width(row + [entry]) <= width {
                rows[rows.count - 1].append(entry)
            } else {
                rows.append([entry])
            }
        }
        return rows
    }

    /// Draws the rows, each ending at the right edge.
    func draw(right: Double, top: Double, on canvas: Canvas) {
        for (index, row) in rows.enumerated() {
            var x = right - Self.width(row)
            let middle = top + (Double(index) + 0.5) * Self.rowHeight
            for entry in row {
                let start = entry.mark == nil ? x : x + Self.swatch
                entry.mark?.drawSwatch(on: canvas, at: Canvas.Point(x + 8, middle), color: entry.color)
                canvas.text(
                    entry.name, at: Canvas.Point(start, middle),
                    color: entry.mark == nil ? Style.secondaryText : Style.text, vertical: .middle)
                x += entry.width + Self.gap
            }
        }
    }
}
