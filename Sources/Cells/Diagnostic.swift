/// One message of the compiler about a cell.
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable { case error, warning, note, remark }

    package var severity: Severity
    package var message: String
    /// The file as the compiler names it: "cell 4".
    package var file: String
    package var line: Int
    /// Counted from 1, in bytes of UTF-8, as the compiler counts.
    package var column: Int
    /// The line of source, the line with the caret, and, where the compiler has one, the line with its fix-it.
    package var excerpt: [String] = []
    /// What the compiler adds.
    package var notes: [Diagnostic] = []

    package init(severity: Severity, message: String, file: String, line: Int, column: Int, excerpt: [String] = []) {
        self.severity = severity
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.excerpt = excerpt
    }

    /// Reads a header such as `cell 4:3:7: error: cannot find 'x' in scope`.
    private init?(header: Substring) {
        for severity in [Severity.error, .warning, .note, .remark] {
            guard let mark = header.firstRange(of: ": \(severity.rawValue): ") else { continue }
            let place = header[..<mark.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
            guard place.count >= 3, let line = Int(place[place.count - 2]), let column = Int(place[place.count - 1])
            else { return nil }
            self.init(
                severity: severity, message: String(header[mark.upperBound...]),
                file: place.dropLast(2).joined(separator: ":"), line: line, column: column)
            return
        }
        return nil
    }

    /// Reads the compiler's output in LLVM style: headers, each followed by its excerpt. Notes join the message before them.
    package static func parse(_ output: String) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for line in output.split(separator: "\n") {
            if let header = Diagnostic(header: line) {
                if header.severity == .note, !found.isEmpty {
                    found[found.count - 1].notes.append(header)
                } else {
                    found.append(header)
                }
            } else if let last = found.indices.last {
                if let note = found[last].notes.indices.last {
                    found[last].notes[note].excerpt.append(String(line))
                } else {
                    found[last].excerpt.append(String(line))
                }
            }
        }
        return found
    }

    /// What the compiler would write instead, from its own fix-it or a note's.
    package var suggestion: String? {
        let fixIts = ([self] + notes).compactMap { diagnostic -> String? in
            guard diagnostic.excerpt.count > 2 else { return nil }
            let text = diagnostic.excerpt[2].split(separator: " ").joined(separator: " ")
            return text.isEmpty ? nil : text
        }
        return fixIts.first
    }

    /// The message as a student reads it: place, message, source with caret, and the compiler's suggestion.
    package var rendering: String {
        var lines = ["\(file), line \(line), column \(column): \(message)"] + excerpt.prefix(2).map { "    " + $0 }
        if let suggestion, !notes.contains(where: { $0.message.hasPrefix("did you mean") }) {
            lines.append("did you mean: \(suggestion)")
        }
        for note in notes where note.file == file || note.message.hasPrefix("did you mean") {
            lines.append(
                note.message.hasPrefix("did you mean") ? note.message : "note: line \(note.line): \(note.message)")
        }
        return lines.joined(separator: "\n")
    }
}
