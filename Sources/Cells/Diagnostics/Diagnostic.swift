import SwiftParser
import SwiftSyntax

/// A message of the compiler about a cell.
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable { case error, warning, note, remark }

    package var severity: Severity
    package var message: String
    /// The compiler's name for the message: `expression_unused_result_call`.
    package var identifier: String?
    /// The name of the file in the compiler's message: "cell 4".
    package var file: String
    package var line: Int
    /// The column, from 1, in bytes of UTF-8 as the compiler counts.
    package var column: Int
    /// The line of source, the line with the caret, and, where the compiler has one, the line with its fix-it.
    package var excerpt: [String] = []
    /// The compiler's notes about the message.
    package var notes: [Diagnostic] = []
    /// What the compiler's notes say, also those about declarations elsewhere.
    var remarks: [String] = []
    /// What to do about it.
    package var hint: String?

    package init(severity: Severity, message: String, file: String, line: Int, column: Int, excerpt: [String] = []) {
        self.severity = severity
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.excerpt = excerpt
    }

    /// Parses a header such as `cell 4:3:7: error: cannot find 'x' in scope`.
    private init?(header: Substring) {
        for severity in [Severity.error, .warning, .note, .remark] {
            guard let mark = header.firstRange(of: ": \(severity.rawValue): ") else { continue }
            let place = header[..<mark.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
            guard place.count >= 3, let line = Int(place[place.count - 2]), let column = Int(place[place.count - 1])
            else { return nil }
            let text = header[mark.upperBound...]
            // The name stands behind the message, before the group of a warning.
            let name = text.firstMatch(of: /\s\[([a-z0-9_]+)\](\s\[#[\w-]+\])?$/)
            let message = name.map { text[..<$0.range.lowerBound] + ($0.output.2 ?? "") } ?? text
            self.init(
                severity: severity, message: String(message), file: place.dropLast(2).joined(separator: ":"),
                line: line, column: column)
            identifier = name.map { String($0.output.1) }
            return
        }
        return nil
    }

    /// Parses the compiler's output in LLVM style: headers, each followed by its excerpt. Notes belong to the message
    /// before them.
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

    /// The replacement that the compiler suggests in its fix-it or in a note's; `nil` for one with placeholders.
    package var suggestion: String? {
        let fixIts = ([self] + notes).compactMap { diagnostic -> String? in
            guard diagnostic.excerpt.count > 2 else { return nil }
            let text = diagnostic.excerpt[2].split(separator: " ").joined(separator: " ")
            return text.isEmpty || text.contains("<#") ? nil : text
        }
        return fixIts.first
    }

    /// What helps beyond the message: suggestions, the compiler's notes about the cell, and what to do.
    package var hints: [String] {
        var hints: [String] = []
        let isCorrected = message.contains("did you mean")
        if !isCorrected {
            let corrections = notes.map(\.message).filter { $0.hasPrefix("did you mean") }
            hints = corrections.isEmpty ? [suggestion].compactMap { $0 }.map { "did you mean: \($0)" } : corrections
        }
        for note in notes where note.file == file && !note.message.hasPrefix("did you mean") {
            // Where the suggested name is declared is of no interest.
            if isCorrected, note.message.hasSuffix("declared here") { continue }
            hints.append("note: line \(note.line): \(note.message)")
        }
        return hints + [hint].compactMap { $0 }
    }

    /// The names that the compiler takes for likely.
    var corrections: [String] {
        remarks.compactMap { $0.firstMatch(of: /^did you mean '([^']+)'/).map { String($0.output.1) } }
    }

    /// The name that the compiler does not find, if that is the message.
    var unknownName: String? {
        message.firstMatch(of: /^cannot find (?:type )?'([^']+)' in scope/).map { String($0.output.1) }
    }

    /// The same location with a sentence instead of the compiler's words, its notes and its corrections.
    func answered(by answer: Mistake.Answer) -> Diagnostic {
        var result = self
        result.message = answer.message ?? message
        result.message.replace(/\ \[#\w[\w-]*\]$/, with: "")
        result.excerpt = Array(excerpt.prefix(2))
        result.notes = []
        result.hint = answer.hint
        return result
    }

    /// The message as text: location, message, source with caret, hints.
    package var rendering: String {
        let lines = ["\(file), line \(line), column \(column): \(message)"] + excerpt.prefix(2).map { "    " + $0 }
        return (lines + hints).joined(separator: "\n")
    }

    /// The range of the source that the message is about, in bytes: what the compiler underlines, or else the token or
    /// the string at its caret. Behind the end of a line, this is the line's last token.
    package func range(in source: String) -> Range<Int> {
        let lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return source.utf8.count..<source.utf8.count }
        let lineStart = source.utf8.distance(from: source.startIndex, to: lines[line - 1].startIndex)
        let lineEnd = lineStart + lines[line - 1].count
        let caret = min(column - 1, lines[line - 1].count)

        let marks = Array((excerpt.count > 1 ? excerpt[1] : "").utf8)
        let tilde = UInt8(ascii: "~")
        let before = marks.prefix(caret).reversed().prefix { $0 == tilde }.count
        let after = marks.dropFirst(caret + 1).prefix { $0 == tilde }.count
        if before + after > 0 {
            return lineStart + caret - before..<min(lineStart + caret + 1 + after, lineEnd)
        }

        let tree = Parser.parse(source: source)
        func token(at offset: Int) -> TokenSyntax? { tree.token(at: AbsolutePosition(utf8Offset: offset)) }
        let offset = lineStart + caret
        guard let token = token(at: min(offset, max(lineStart, lineEnd - 1))) else { return offset..<offset }
        let node = token.parent?.as(StringLiteralExprSyntax.self).map(Syntax.init) ?? Syntax(token)
        return node.start..<node.end
    }
}
