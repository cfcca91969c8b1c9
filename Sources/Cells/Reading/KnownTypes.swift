import SwiftSyntax

/// The types of a cell's expressions, as far as they can be told from its text and from the types of variables: enough
/// to find an `Int` where a fraction is meant.
struct KnownTypes {
    /// Types of names; an empty one for a name that is declared with several.
    private var names: [String: String]

    /// - Parameters:
    ///   - tree: The cell.
    ///   - variables: The types of the session's variables, and of the cell's own at top level.
    init(in tree: some SyntaxProtocol, variables: [String: String]) {
        names = variables
        declare(in: Syntax(tree), asWell: Set(variables.keys))
    }

    private mutating func declare(in node: Syntax, asWell known: Set<String>) {
        if let binding = node.as(PatternBindingSyntax.self),
            let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.plainName
        {
            let type = binding.typeAnnotation?.type.trimmedDescription ?? binding.initializer.flatMap { self[$0.value] }
            declare(name, type, isTopLevel: known.contains(name))
        } else if let parameter = node.as(FunctionParameterSyntax.self) {
            declare((parameter.secondName ?? parameter.firstName).plainName, parameter.type.trimmedDescription)
        } else if let loop = node.as(ForStmtSyntax.self) {
            for name in loop.pattern.boundIdentifiers { declare(name.plainName, nil) }
        } else if let closure = node.as(ClosureSignatureSyntax.self) {
            for name in closure.tokens(viewMode: .sourceAccurate) {
                if case .identifier = name.tokenKind { declare(name.plainName, nil) }
            }
        }
        for child in node.children(viewMode: .sourceAccurate) { declare(in: child, asWell: known) }
    }

    private mutating func declare(_ name: String, _ type: String?, isTopLevel: Bool = false) {
        guard let known = names[name] else {
            names[name] = type ?? ""
            return
        }
        // The compiler's own word about a variable at top level is better than a guess.
        if known != type && !(isTopLevel && type == nil) { names[name] = "" }
    }

    /// The type of an expression, if it is known: `Int`, `Double`, `String` or another.
    subscript(expression: ExprSyntax) -> String? {
        switch expression.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr: return "Int"
        case .floatLiteralExpr: return "Double"
        case .stringLiteralExpr: return "String"
        case .booleanLiteralExpr: return "Bool"
        case .declReferenceExpr(let node): return names[node.baseName.plainName].flatMap { $0.isEmpty ? nil : $0 }
        case .tryExpr(let node): return self[node.expression]
        case .prefixOperatorExpr(let node): return node.operator.text == "-" ? self[node.expression] : nil
        case .tupleExpr(let node):
            return node.elements.count == 1 ? node.elements.first.flatMap { self[$0.expression] } : nil
        case .memberAccessExpr(let node): return node.declName.baseName.text == "count" ? "Int" : nil
        case .functionCallExpr(let node):
            if let name = node.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text {
                return ["Int", "Double", "Float", "String"].contains(name) ? name : nil
            }
            return node.calledExpression.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "item"
                ? "Double" : nil
        case .sequenceExpr(let node): return type(of: node)
        default: return nil
        }
    }

    /// The type of a sum, product or quotient: that of its operands, where literals take the others' type.
    private func type(of sequence: SequenceExprSyntax) -> String? {
        var found: String?
        for element in sequence.elements {
            if let binary = element.as(BinaryOperatorExprSyntax.self) {
                guard ["+", "-", "*", "/", "%"].contains(binary.operator.text) else { return nil }
                continue
            }
            guard let type = self[element] else { return nil }
            if let before = found, before != type {
                guard [before, type].sorted() == ["Double", "Int"] else { return nil }
                found = "Double"
            } else {
                found = type
            }
        }
        return found
    }
}
