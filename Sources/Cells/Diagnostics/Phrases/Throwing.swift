import SwiftSyntax

extension Phrase {
    /// Calls that can fail.
    static let throwing = [
        Phrase("call can throw,? but (?:it )?is not marked with 'try'.*") { mistake, _ in
            guard let call = mistake.expression else { return nil }
            let start = whole(call)
            return .init(
                "'\(name(of: call))' can fail: 'try' stands before it", write: mistake.line([(start..<start, "try ")]))
        },
        Phrase(
            "(?:operator|property access|subscript access|initializer) can throw,? but (?:it )?is not marked with 'try'.*"
        ) { mistake, _ in
            guard let expression = mistake.expression else { return nil }
            let start = whole(expression)
            return .init("this can fail: 'try' stands before it", write: mistake.line([(start..<start, "try ")]))
        },
        Phrase("errors thrown from here are not handled.*") { mistake, _ in
            guard let function = mistake.around(FunctionDeclSyntax.self) else { return initializer(mistake) }
            let end = function.signature.parameterClause.end
            return .init(
                "what fails within '\(function.name.text)' must be handed on: the function is marked with 'throws'",
                write: head(mistake, [(end..<end, " throws")]))
        },
        Phrase("call can throw,? but errors cannot be thrown.*|errors cannot be thrown out of a property.*") { _, _ in
            .init(
                "this can fail, and nothing here hands the error on",
                "compute it before, with try, or write do { try … } catch { print(error) }")
        },
        Phrase("invalid conversion from throwing function of type .* to non-throwing function.*") { mistake, _ in
            .init(
                "what stands between these braces must not fail",
                "compute it in a line of its own before the braces: let values = try …")
        },
        Phrase(
            "'async' call in a function that does not support concurrency|expression is 'async' but is not marked with 'await'"
        ) { mistake, _ in
            guard let expression = mistake.expression else { return nil }
            return .init(
                "this takes time in the background: 'await' stands before it",
                write: mistake.line([(expression.start..<expression.start, "await ")]))
        },
    ]

    /// Where 'try' stands, which covers everything to its right: in front of the operands and calls around.
    private static func whole(_ expression: ExprSyntax) -> Int {
        var start = Syntax(expression)
        while let parent = start.parent,
            parent.is(ExprSyntax.self) || parent.is(FunctionCallExprSyntax.self)
                || parent.is(MemberAccessExprSyntax.self) || parent.is(InfixOperatorExprSyntax.self),
            !parent.is(ClosureExprSyntax.self)
        {
            // The right side of an assignment is where 'try' belongs.
            if let infix = parent.as(InfixOperatorExprSyntax.self), infix.operator.is(AssignmentExprSyntax.self) {
                break
            }
            start = parent
        }
        return start.start
    }

    private static func name(of expression: ExprSyntax) -> String {
        expression.as(FunctionCallExprSyntax.self)?.name ?? expression.code
    }

    private static func initializer(_ mistake: Mistake) -> Mistake.Answer? {
        guard let declaration = mistake.around(InitializerDeclSyntax.self) else { return nil }
        let end = declaration.signature.parameterClause.end
        return .init(
            "what fails within an init must be handed on: it is marked with 'throws'",
            write: head(mistake, [(end..<end, " throws")]))
    }

    /// The line of a declaration's head.
    static func head(_ mistake: Mistake, _ edits: [(range: Range<Int>, text: String)]) -> String { mistake.line(edits) }
}
