/// A table with a frame, drawn in characters: columns are aligned to the left, that of numbers to the right.
struct TextTable: CustomStringConvertible {
    let header: [String]
    let rows: [[String]]
    /// The columns' widths between frames, a space on both sides included.
    let widths: [Int]
    /// The index of the column of numbers.
    let numbers: Int

    var description: String {
        ([rule("┏", "━", "┳", "┓")] + lines(header, frame: "┃") + [rule("┡", "━", "╇", "┩")]
            + rows.map { lines($0, frame: "│") }.joined(separator: [rule("├", "─", "┼", "┤")]) + [
                rule("└", "─", "┴", "┘")
            ])
            .joined(separator: "\n")
    }

    private func rule(_ start: String, _ line: String, _ crossing: String, _ end: String) -> String {
        start + widths.map { String(repeating: line, count: $0) }.joined(separator: crossing) + end
    }

    /// A row, in as many lines as its longest cell needs.
    private func lines(_ cells: [String], frame: String) -> [String] {
        let wrapped = zip(cells, widths).map { wrap($0, to: $1 - 2) }
        return (0..<(wrapped.map(\.count).max() ?? 0)).map { line in
            let texts = wrapped.enumerated().map { column, lines in
                let text = line < lines.count ? lines[line] : ""
                let space = String(repeating: " ", count: widths[column] - 2 - text.count)
                return column == numbers ? " \(space)\(text) " : " \(text)\(space) "
            }
            return frame + texts.joined(separator: frame) + frame
        }
    }

    /// Breaks a text at its spaces, behind those that it begins with. Of a word that is longer than a line, the end is
    /// left out.
    private func wrap(_ text: String, to width: Int) -> [String] {
        let indentation = String(text.prefix { $0 == " " }.prefix(Swift.max(width - 12, 0)))
        guard indentation.isEmpty else {
            return wrap(String(text.drop { $0 == " " }), to: width - indentation.count).map { indentation + $0 }
        }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let longer = lines.isEmpty && line.isEmpty ? String(word) : line + " " + word
            if longer.count <= width {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = word.count <= width ? String(word) : word.prefix(width - 1) + "…"
        }
        return lines + [line]
    }
}
