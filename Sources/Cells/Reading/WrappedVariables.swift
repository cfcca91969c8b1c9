import SwiftSyntax

/// Property wrappers before a cell's variables: `@Slider("rate", 0.001...0.1) var rate = 0.01`.
///
/// Swift allows them in types and functions, but not in scripts. So the wrapper becomes a separate variable, `_rate` as
/// elsewhere in Swift, and `rate` is computed from it; `$rate` is the wrapper's projected value.
extension CellReader {
    /// Rewrites a variable that has a wrapper.
    func unwrap(_ node: VariableDeclSyntax, into cell: inout ParsedCell) {
        guard let wrapper = node.wrapper, node.bindings.count == 1, let binding = node.bindings.first,
            binding.accessorBlock == nil, let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier
        else { return }
        guard let type = binding.typeAnnotation?.type.trimmedDescription ?? binding.literalType(wrappedBy: wrapper)
        else {
            cell.mistakes.append(
                mistake(
                    "write the type of '\(name.plainName)' after its name: a wrapped variable needs it, "
                        + "unless its first value is a literal number, string, 'true' or 'false'",
                    at: name.positionAfterSkippingLeadingTrivia))
            return
        }
        func insert(_ text: String, at offset: Int) { cell.edits.append(.init(range: offset..<offset, text: text)) }

        let stored = "_" + name.plainName
        cell.edits.append(.init(range: wrapper.atSign.start..<wrapper.atSign.end, text: "var \(stored) = "))
        let value = binding.initializer.map { "wrappedValue: \($0.value.trimmedDescription)" }
        if let open = wrapper.leftParen {
            let hasArguments = wrapper.arguments.map { $0.start < $0.end } ?? false
            insert((value ?? "") + (value != nil && hasArguments ? ", " : ""), at: open.end)
        } else {
            insert("(\(value ?? ""))", at: wrapper.end)
        }
        insert(";", at: wrapper.end)
        cell.edits.append(
            .init(
                range: name.end..<binding.end,
                text: ": \(type) { get { \(stored).wrappedValue } set { \(stored).wrappedValue = newValue } }"))
        cell.wrappedVariables.insert(name.plainName)
        let line = converter.location(for: node.positionAfterSkippingLeadingTrivia).line
        cell.declarations.append(.init(kind: .var, name: stored, signature: stored, line: line))
    }

    /// The ranges of projected values of top-level variables' wrappers, by the names of the variables.
    func projections() -> [String: [Range<Int>]] {
        var found: [String: [Range<Int>]] = [:]
        func search(_ node: Syntax, hidden: Set<String>) {
            if let token = node.as(TokenSyntax.self) {
                let name = String(token.text.dropFirst())
                if token.text.hasPrefix("$"), Int(name) == nil, !hidden.contains(name) {
                    found[name, default: []].append(token.start..<token.end)
                }
                return
            }
            var hidden = hidden
            if let group = node.asProtocol((any DeclGroupSyntax).self) {
                for member in group.memberBlock.members {
                    guard let variable = member.decl.as(VariableDeclSyntax.self) else { continue }
                    hidden.formUnion(variable.bindings.flatMap { $0.pattern.boundIdentifiers.map(\.plainName) })
                }
            }
            for child in node.children(viewMode: .sourceAccurate) { search(child, hidden: hidden) }
        }
        search(Syntax(tree), hidden: [])
        return found
    }
}

extension VariableDeclSyntax {
    /// The property wrapper of the variable. Global actors look the same; the common one, `MainActor`, is excluded.
    fileprivate var wrapper: AttributeSyntax? {
        attributes.lazy.compactMap { $0.as(AttributeSyntax.self) }.first { attribute in
            let name = attribute.attributeName.trimmedDescription
            return name.first?.isUppercase == true && name != "MainActor"
        }
    }
}

extension PatternBindingSyntax {
    /// The type of a first value that is a literal. An integer is a `Double` if the wrapper's arguments contain
    /// fractions.
    fileprivate func literalType(wrappedBy wrapper: AttributeSyntax) -> String? {
        guard var value = initializer?.value else { return nil }
        if let negative = value.as(PrefixOperatorExprSyntax.self), negative.operator.text == "-" {
            value = negative.expression
        }
        switch value.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr:
            let hasFractions = wrapper.tokens(viewMode: .sourceAccurate).contains { token in
                if case .floatLiteral = token.tokenKind { true } else { false }
            }
            return hasFractions ? "Double" : "Int"
        case .floatLiteralExpr: return "Double"
        case .stringLiteralExpr: return "String"
        case .booleanLiteralExpr: return "Bool"
        default: return nil
        }
    }
}
