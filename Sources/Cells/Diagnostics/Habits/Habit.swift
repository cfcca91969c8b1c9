/// A line that is written as in another language.
package struct Habit: Equatable {
    /// What is different in Swift.
    package var message: String
    /// The line in Swift; `nil` if there is nothing to write.
    package var swift: String?
    /// The column of the word that tells, in bytes from 0.
    var column: Int
    /// The length of that word, in bytes.
    var length = 1

    /// The habit in a line of a cell; `nil` if the line may be Swift.
    ///
    /// Every form looked for is one that Swift's grammar has no use for. Still, only a line at which a cell does not
    /// compile is asked.
    ///
    /// - Parameters:
    ///   - index: The line's index.
    ///   - code: The cell.
    package static func inLine(_ index: Int, of code: Mistake.Code) -> Habit? {
        guard code.lines.indices.contains(index), !code.isWithinText(line: index) else { return nil }
        let line = ForeignLine(index, of: code.lines)
        guard !line.tokens.isEmpty else { return nil }
        for recognize in (line.isContinuation ? [] : ForeignLine.statements) + ForeignLine.expressions {
            if let habit = recognize(line) { return habit }
        }
        return nil
    }
}

/// A line of a cell, read as another language's.
struct ForeignLine {
    let lines: [Substring]
    let index: Int
    let tokens: [ForeignToken]
    let nodes: [ForeignNode]

    init(_ index: Int, of lines: [Substring]) {
        self.lines = lines
        self.index = index
        let line = lines.indices.contains(index) ? lines[index] : ""
        var tokens = ForeignToken.all(in: line)
        while tokens.last?.isSign(";") == true { tokens.removeLast() }
        self.tokens = tokens
        nodes = ForeignNode.tree(tokens)
    }

    /// The first word or sign.
    var first: String { tokens.first.map { $0.kind == .word || $0.kind == .sign ? $0.text : "" } ?? "" }
    var isWord: Bool { tokens.first?.kind == .word }
    /// Whether the line goes on with what the line before has begun.
    var isContinuation: Bool {
        guard index > 0, let last = lines[index - 1].last(where: { !$0.isWhitespace }) else { return false }
        return ",([{+-*/=&|?:.".contains(last)
            && !(last == ":" && Self.indentation(lines[index - 1]) < Self.indentation(lines[index]))
            && last != "{"
    }

    /// Whether the line ends with a colon, as the head of a block does in Python.
    var endsWithColon: Bool { nodes.last?.isSign(":") == true }

    func habit(_ message: String, _ swift: String?, at token: ForeignToken? = nil) -> Habit {
        let token = token ?? tokens[0]
        return Habit(message: message, swift: swift, column: token.column, length: max(token.text.utf8.count, 1))
    }

    func word(_ position: Int) -> String? {
        tokens.indices.contains(position) && tokens[position].kind == .word ? tokens[position].text : nil
    }

    // MARK: The lines below

    static func indentation(_ line: Substring) -> Int { line.prefix { $0 == " " || $0 == "\t" }.count }

    /// The lines that stand deeper below this one.
    var body: [Int] {
        let own = Self.indentation(lines[index])
        var found: [Int] = []
        for next in lines.indices.dropFirst(index + 1) {
            if lines[next].allSatisfy(\.isWhitespace) { continue }
            guard Self.indentation(lines[next]) > own else { break }
            found.append(next)
        }
        return found
    }

    /// The body in braces: written out if it is one line.
    var braces: String {
        let body = body
        guard body.count == 1 else { return "{ … }" }
        let line = ForeignLine(body[0], of: lines)
        return line.first == "pass" ? "{ }" : "{ \(line.statement) }"
    }

    /// The clause below that goes on with this one: `else`, `elif` or `except`.
    var continuation: ForeignLine? {
        let next = (body.last ?? index) + 1
        guard lines.indices.contains(next), Self.indentation(lines[next]) == Self.indentation(lines[index]) else {
            return nil
        }
        let line = ForeignLine(next, of: lines)
        return ["else", "elif", "except", "finally"].contains(line.first) ? line : nil
    }

    /// The line as a statement of Swift.
    var statement: String {
        if first == "return" {
            let value = ForeignExpression.swift(nodes.dropFirst())
            return value.isEmpty ? "return" : "return \(value)"
        }
        if let habit = ForeignLine.statements.lazy.compactMap({ $0(self) }).first, let swift = habit.swift {
            return swift
        }
        for sign in ["=", "+=", "-=", "*=", "/="] {
            guard let assignment = nodes.firstIndex(ofSign: sign) else { continue }
            return ForeignExpression.swift(nodes[..<assignment]) + " \(sign) "
                + ForeignExpression.swift(nodes[(assignment + 1)...])
        }
        return ForeignExpression.swift(nodes)
    }

    /// The line with a translated expression on its right side.
    var translated: String {
        guard let assignment = nodes.firstIndex(ofSign: "=") else { return statement }
        var left = Array(nodes[..<assignment])
        var keyword = "let "
        if let word = left.first?.token?.text, ["let", "var"].contains(word) {
            keyword = word + " "
            left.removeFirst()
        } else if left.contains(where: { $0.isSign(".") || $0.isGroup("[") }) {
            keyword = ""
        }
        // A name that is declared is none of Python's, whatever it is.
        let name = left.count == 1 && left[0].token?.kind == .word ? left[0].token?.text : nil
        return keyword + (name ?? ForeignExpression.swift(left)) + " = "
            + ForeignExpression.swift(nodes[(assignment + 1)...])
    }
}
