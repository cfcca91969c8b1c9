import SwiftOperators
import SwiftParser
import SwiftSyntax

/// A compiler's message with the code that it is about.
package struct Mistake {
    var diagnostic: Diagnostic
    let code: Code
    /// The other messages about the same line.
    var related: [String] = []

    /// A cell's source and its syntax, with operators and their operands as trees.
    package struct Code {
        let source: String
        package let lines: [Substring]
        let tree: Syntax

        package init(_ source: String) {
            self.source = source
            lines = source.split(separator: "\n", omittingEmptySubsequences: false)
            tree = OperatorTable.standardOperators.foldAll(Parser.parse(source: source)) { _ in }
        }

        /// The line of the source, counted from 0, in which an offset is.
        func line(at offset: Int) -> Int { source.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") } }

        /// Whether a line begins within a text of several lines.
        func isWithinText(line: Int) -> Bool {
            guard lines.indices.contains(line) else { return false }
            let start = start(ofLine: line)
            let indentation = lines[line].prefix { $0 == " " }.utf8.count
            let token = tree.token(at: AbsolutePosition(utf8Offset: start + indentation))
            var node = token?.parent
            while let next = node, next.start >= start { node = next.parent }
            return sequence(first: node) { $0?.parent }.prefix { $0 != nil }.contains { node in
                guard let literal = node?.as(StringLiteralExprSyntax.self) else { return false }
                return literal.start < start && literal.end > start
            }
        }

        func start(ofLine line: Int) -> Int {
            guard lines.indices.contains(line) else { return source.utf8.count }
            return source.utf8.distance(from: source.startIndex, to: lines[line].startIndex)
        }
    }

    /// What a student reads instead of the compiler's message.
    struct Answer {
        /// The message; `nil` if the compiler's is clear.
        var message: String?
        /// What to do.
        var hint: String?

        init(_ message: String?, _ hint: String? = nil) {
            self.message = message
            self.hint = hint
        }

        init(_ message: String?, write code: String?) { self.init(message, code.map { "write: \($0)" }) }
    }

    var message: String { diagnostic.message }

    /// The offset of the message's caret in the source.
    var offset: Int {
        let start = code.start(ofLine: diagnostic.line - 1)
        let length = code.lines.indices.contains(diagnostic.line - 1) ? code.lines[diagnostic.line - 1].utf8.count : 0
        return start + min(diagnostic.column - 1, length)
    }

    // MARK: Nodes

    var token: TokenSyntax? { code.tree.token(at: AbsolutePosition(utf8Offset: offset)) }

    /// The nodes around the caret, the innermost first.
    var ancestors: some Sequence<Syntax> { sequence(first: token?.parent ?? code.tree) { $0.parent } }

    /// The innermost node of a kind around the caret.
    func around<Node: SyntaxProtocol>(_ type: Node.Type) -> Node? {
        for node in ancestors { if let found = node.as(type) { return found } }
        return nil
    }

    /// The expression that the message marks.
    var expression: ExprSyntax? {
        let range = diagnostic.range(in: code.source)
        let isMarked = diagnostic.excerpt.count > 1 && diagnostic.excerpt[1].contains("~")
        for node in ancestors {
            guard let expression = node.as(ExprSyntax.self), !node.is(BinaryOperatorExprSyntax.self) else { continue }
            if isMarked
                ? expression.start <= range.lowerBound && expression.end >= range.upperBound
                : expression.start <= offset || expression.is(InfixOperatorExprSyntax.self)
            {
                return expression
            }
        }
        return nil
    }

    /// The operator at the caret with its operands.
    var operation: (left: ExprSyntax, name: String, right: ExprSyntax)? {
        guard let infix = around(InfixOperatorExprSyntax.self) else { return nil }
        // The caret may stand at an operand: then its operation is the innermost one.
        return (infix.leftOperand, infix.operator.trimmedDescription, infix.rightOperand)
    }

    /// The innermost call around the caret, or whose parenthesis is at the caret.
    var call: FunctionCallExprSyntax? { around(FunctionCallExprSyntax.self) }

    /// The argument of the innermost call around the caret.
    var argument: LabeledExprSyntax? { around(LabeledExprSyntax.self) }

    // MARK: Writing the line anew

    /// The line of the message, with parts of it replaced.
    func line(_ edits: (node: any SyntaxProtocol, text: String)...) -> String {
        line(edits.map { ($0.node.start..<$0.node.end, $0.text) })
    }

    func line(_ edits: [(range: Range<Int>, text: String)]) -> String {
        let first = edits.map(\.range.lowerBound).min() ?? offset
        let last = edits.map(\.range.upperBound).max() ?? offset
        let lines = code.line(at: first)...max(code.line(at: first), code.line(at: last))
        let start = code.start(ofLine: lines.lowerBound)
        let end =
            code.start(ofLine: lines.upperBound)
            + (code.lines.indices.contains(lines.upperBound) ? code.lines[lines.upperBound].utf8.count : 0)
        var bytes = Array(code.source.utf8)[start..<end]
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8))
        }
        return String(decoding: bytes, as: UTF8.self).trimmedStart.trimmedEnd
    }

    /// The line with an expression as an argument of a function, or in front of a member.
    func line(with expression: some SyntaxProtocol, as text: String) -> String { line((expression, text)) }
}

extension SyntaxProtocol {
    /// The code without surrounding blanks.
    var code: String { trimmedDescription }

    /// The code, in parentheses if something behind it would not refer to all of it.
    var operand: String {
        self.is(InfixOperatorExprSyntax.self) || self.is(PrefixOperatorExprSyntax.self)
            || self.is(TernaryExprSyntax.self)
            ? "(\(code))" : code
    }

    /// A text's content; `nil` for what is no plain text.
    var literal: String? {
        guard let literal = self.as(StringLiteralExprSyntax.self), literal.segments.count <= 1 else { return nil }
        return literal.segments.trimmedDescription
    }
}

extension FunctionCallExprSyntax {
    /// The name of what is called: `fit` of `net.fit(…)`.
    var name: String {
        calledExpression.as(MemberAccessExprSyntax.self)?.declName.baseName.text ?? calledExpression.code
    }

    /// The arguments as they stand, without labels.
    var values: [String] { arguments.map(\.expression.code) }
}
