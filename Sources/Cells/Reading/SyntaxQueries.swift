import SwiftSyntax

extension String {
    var trimmedEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension TokenSyntax {
    /// The text without back-ticks.
    var plainName: String { text.filter { $0 != "`" } }
}

extension SyntaxProtocol {
    var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
    var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }

    /// Whether the node contains a `try` outside of functions and closures.
    var mayThrow: Bool {
        if let expression = self.as(TryExprSyntax.self), expression.questionOrExclamationMark == nil { return true }
        if let loop = self.as(ForStmtSyntax.self), loop.tryKeyword != nil { return true }
        if self.is(ClosureExprSyntax.self) || self.is(FunctionDeclSyntax.self) { return false }
        return children(viewMode: .sourceAccurate).contains { $0.mayThrow }
    }
}

extension ExprSyntax {
    /// `await …`, `try await …`, `try! await …`.
    var isAwaiting: Bool {
        if self.is(AwaitExprSyntax.self) { return true }
        return self.as(TryExprSyntax.self)?.expression.isAwaiting ?? false
    }
}

extension SyntaxProtocol {
    /// The names that a pattern binds: one for `x`, two for `(x, y)` and for `case let .pair(x, y)?`.
    var boundIdentifiers: [TokenSyntax] {
        if let identifier = self.as(IdentifierPatternSyntax.self) { return [identifier.identifier] }
        if self.is(ClosureExprSyntax.self) { return [] }
        return children(viewMode: .sourceAccurate).flatMap(\.boundIdentifiers)
    }
}

extension FunctionDeclSyntax {
    /// Labels and types: what a function must have in common with an earlier one to replace it.
    var overloadSignature: String {
        let parameters = signature.parameterClause.parameters.map {
            "\($0.firstName.text): \($0.type.trimmedDescription)\($0.ellipsis == nil ? "" : "...")"
        }
        let generics =
            (genericParameterClause?.trimmedDescription ?? "") + (genericWhereClause?.trimmedDescription ?? "")
        return "(\(parameters.joined(separator: ", ")))\(generics)"
    }
}

extension DeclSyntax {
    /// The names of an extension's member, functions with their signature.
    var memberNames: [String] {
        switch self.as(DeclSyntaxEnum.self) {
        case .variableDecl(let node): node.bindings.flatMap(\.pattern.boundIdentifiers).map(\.plainName)
        case .functionDecl(let node): [node.name.plainName + node.overloadSignature]
        case .initializerDecl(let node): ["init" + node.signature.parameterClause.trimmedDescription]
        case .subscriptDecl(let node): ["subscript" + node.parameterClause.trimmedDescription]
        case .typeAliasDecl(let node): [node.name.plainName]
        case .structDecl(let node): [node.name.plainName]
        case .classDecl(let node): [node.name.plainName]
        case .enumDecl(let node): [node.name.plainName]
        default: []
        }
    }
}
