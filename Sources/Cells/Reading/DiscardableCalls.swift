import SwiftSyntax

/// Calls whose results may be ignored, by their authors' wish (`@discardableResult`): such a result is not shown.
///
/// Only the compiler knows which function a call means. It is asked about calls of a name that some such function has.
enum DiscardableCalls {
    /// The names of such functions in the library, the standard library and Foundation. Functions of C, all of which
    /// count as such, are left out: a student who calls `sqrt` wants to see the root.
    static let names: Set<String> = [
        "display", "fit", "minimize", "prepare", "load", "copyParameters", "add",
        "remove", "removeFirst", "removeLast", "removeValue", "insert", "update", "updateValue", "popFirst", "dump",
        "signal", "exchange", "wrappingAdd", "wrappingSubtract", "subtract", "bitwiseAnd", "bitwiseOr", "bitwiseXor",
        "logicalAnd", "logicalOr", "logicalXor", "compareExchange", "weakCompareExchange",
        "addTaskUnlessCancelled", "detached", "Task", "perform", "replaceItemAt", "createFile",
    ]

    /// The name of the function that an expression calls: `fit` for `try model.fit(…)`; `nil` if it is no call.
    static func name(in expression: ExprSyntax) -> String? {
        switch expression.as(ExprSyntaxEnum.self) {
        case .tryExpr(let node): name(in: node.expression)
        case .awaitExpr(let node): name(in: node.expression)
        case .functionCallExpr(let node): name(of: node.calledExpression)
        default: nil
        }
    }

    private static func name(of called: ExprSyntax) -> String? {
        switch called.as(ExprSyntaxEnum.self) {
        case .declReferenceExpr(let node): node.baseName.plainName
        case .memberAccessExpr(let node): node.declName.baseName.plainName
        case .genericSpecializationExpr(let node): name(of: node.expression)
        case .optionalChainingExpr(let node): name(of: node.expression)
        default: nil
        }
    }

    /// The names of the functions in a cell that are declared so, in types as well.
    static func declared(in tree: SourceFileSyntax) -> Set<String> {
        var found: Set<String> = []
        func search(_ node: Syntax) {
            if let function = node.as(FunctionDeclSyntax.self), function.attributes.contains(where: isDiscardable) {
                found.insert(function.name.plainName)
            }
            for child in node.children(viewMode: .sourceAccurate) { search(child) }
        }
        search(Syntax(tree))
        return found
    }

    private static func isDiscardable(_ element: AttributeListSyntax.Element) -> Bool {
        element.as(AttributeSyntax.self)?.attributeName.trimmedDescription == "discardableResult"
    }
}

extension CellUnit {
    /// Whether the value of the last expression may be one that is not to be shown.
    var mayBeDiscardable: Bool {
        guard form == .cell, let name = cell.shownCall else { return false }
        return DiscardableCalls.names.contains(name) || cell.discardables.contains(name) || session.discards(name)
    }

    /// Whether the compiler's warnings about the cell without its display say that the last value is ignored.
    func isMissed(_ warnings: [Diagnostic]) -> Bool {
        guard let shown = cell.shownExpression else { return false }
        return warnings.contains { $0.message.contains("unused") && cell.isIn(shown, line: $0.line) }
    }
}
