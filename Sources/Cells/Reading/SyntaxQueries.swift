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

    /// The unqualified references in the node to a variable, except where a closure, loop or function gives its name
    /// another meaning.
    func references(to name: String) -> [DeclReferenceExprSyntax] {
        if self.is(FunctionDeclSyntax.self) || self.isProtocol((any DeclGroupSyntax).self) { return [] }
        if let closure = self.as(ClosureExprSyntax.self), closure.signature?.binds(name) == true { return [] }
        if let reference = self.as(DeclReferenceExprSyntax.self) {
            guard reference.baseName.plainName == name else { return [] }
            if let member = reference.parent?.as(MemberAccessExprSyntax.self), member.declName.id == reference.id {
                return []
            }
            return [reference]
        }
        if let loop = self.as(ForStmtSyntax.self),
            loop.pattern.boundIdentifiers.contains(where: { $0.plainName == name })
        {
            return loop.sequence.references(to: name)
        }
        return children(viewMode: .sourceAccurate).flatMap { $0.references(to: name) }
    }
}

extension ExprSyntax {
    /// `await …`, `try await …`, `try! await …`.
    var isAwaiting: Bool {
        if self.is(AwaitExprSyntax.self) { return true }
        return self.as(TryExprSyntax.self)?.expression.isAwaiting ?? false
    }
}

extension ClosureSignatureSyntax {
    func binds(_ name: String) -> Bool {
        switch parameterClause {
        case .simpleInput(let names): names.contains { $0.name.plainName == name }
        case .parameterClause(let clause):
            clause.parameters.contains { ($0.secondName ?? $0.firstName).plainName == name }
        default: false
        }
    }
}

extension PatternSyntax {
    /// The names that the pattern binds: one for `x`, two for `(x, y)`.
    var boundIdentifiers: [TokenSyntax] {
        if let identifier = self.as(IdentifierPatternSyntax.self) { return [identifier.identifier] }
        if let tuple = self.as(TuplePatternSyntax.self) { return tuple.elements.flatMap(\.pattern.boundIdentifiers) }
        if let binding = self.as(ValueBindingPatternSyntax.self) { return binding.pattern.boundIdentifiers }
        return []
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
