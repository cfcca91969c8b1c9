import SwiftParser
import SwiftSyntax

extension ParsedCell {
    /// A statement of a cell, and what its formulas are made of.
    struct Formula {
        /// Where the statement begins, in bytes.
        var start: Int
        /// The operands that are names, members, elements or calls, as written.
        var operands: [String]
        /// The names of the functions that it calls.
        var functions: Set<String>
    }

    /// Edits that give the closures in a statement two statements: the compiler then finds the types of each closure
    /// for itself, instead of those of all of them together, which may take it minutes.
    func separatedClosures(line: Int, column: Int) -> [Edit] {
        guard let statement = statement(line: line, column: column) else { return [] }
        return Self.closures(in: statement).map { closure in
            Edit(range: closure.statements.start..<closure.statements.start, text: "let _ = 0; return ")
        }
    }

    /// The closures that are one expression of their parameters.
    private static func closures(in node: Syntax) -> [ClosureExprSyntax] {
        let within = node.children(viewMode: .sourceAccurate).flatMap(closures)
        guard let closure = node.as(ClosureExprSyntax.self), closure.statements.count == 1,
            let expression = closure.statements.first?.item.as(ExprSyntax.self),
            !expression.is(IfExprSyntax.self), !expression.is(SwitchExprSyntax.self),
            closure.signature?.parameterClause != nil
                || closure.statements.tokens(viewMode: .sourceAccurate).contains(where: { $0.text.first == "$" })
        else { return within }
        return [closure] + within
    }

    /// The innermost statement at a place that a message names.
    func formula(line: Int, column: Int) -> Formula? {
        guard let statement = statement(line: line, column: column) else { return nil }
        var formula = Formula(start: statement.start, operands: [], functions: [])
        formula.add(statement)
        return formula
    }

    private func statement(line: Int, column: Int) -> Syntax? {
        let lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return nil }
        let lineStart = source.utf8.distance(from: source.startIndex, to: lines[line - 1].startIndex)
        let offset = min(lineStart + column - 1, max(source.utf8.count - 1, 0))
        let tree = Parser.parse(source: source)
        var node = tree.token(at: AbsolutePosition(utf8Offset: offset)).map(Syntax.init)
        while let current = node, !current.is(CodeBlockItemSyntax.self) { node = current.parent }
        return node
    }
}

extension ParsedCell.Formula {
    fileprivate mutating func add(_ node: Syntax) {
        if node.is(ClosureExprSyntax.self), !operands.isEmpty || !functions.isEmpty { return addFunctions(in: node) }
        if let call = node.as(FunctionCallExprSyntax.self),
            let name = call.calledExpression.as(DeclReferenceExprSyntax.self)
        {
            functions.insert(name.baseName.plainName)
        }
        if let sequence = node.as(SequenceExprSyntax.self) {
            for element in sequence.elements { addOperand(element) }
        }
        for child in node.children(viewMode: .sourceAccurate) { add(child) }
    }

    /// The parameters of a closure have no types outside of it, but its calls count.
    private mutating func addFunctions(in node: Syntax) {
        if let call = node.as(FunctionCallExprSyntax.self),
            let name = call.calledExpression.as(DeclReferenceExprSyntax.self)
        {
            functions.insert(name.baseName.plainName)
        }
        for child in node.children(viewMode: .sourceAccurate) { addFunctions(in: child) }
    }

    private mutating func addOperand(_ element: ExprSyntax) {
        if let negative = element.as(PrefixOperatorExprSyntax.self) { return addOperand(negative.expression) }
        guard
            element.is(DeclReferenceExprSyntax.self) || element.is(MemberAccessExprSyntax.self)
                || element.is(SubscriptCallExprSyntax.self) || element.is(FunctionCallExprSyntax.self)
        else { return }
        let text = element.trimmedDescription
        // A closure, or a formula within a formula, may be what takes so long.
        let isShort = !text.contains("{") && !text.contains("\n") && !text.contains("$")
        if isShort, operands.count < 24, !operands.contains(text) { operands.append(text) }
    }
}
