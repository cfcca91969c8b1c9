import SwiftSyntax

/// The variables that a `guard` declares at a cell's top level: `guard let count = Int(text) else { … }`.
///
/// They are globals to the cell, but the compiler does not write them into its module. So the `guard` declares them
/// under another name, and ordinary variables follow it.
extension CellReader {
    /// The names that a `guard` declares.
    func rename(_ node: GuardStmtSyntax, in cell: inout ParsedCell) {
        var bound: [String: Int] = [:]
        var copies = ""
        for condition in node.conditions {
            for name in FreeName.all(in: condition.condition, conditions)
            where bound[name.name].map({ $0 <= name.token.start }) == true && !name.isMember {
                cell.edits.append(.init(range: name.token.start..<name.token.end, text: Self.guarded(name.token)))
            }
            for name in condition.boundIdentifiers {
                bound[name.plainName] = condition.end
                // `guard let x` stands for `guard let x = x`.
                let isShort =
                    condition.condition.as(OptionalBindingConditionSyntax.self)?.initializer == nil
                    && condition.condition.is(OptionalBindingConditionSyntax.self)
                cell.edits.append(
                    .init(range: name.start..<name.end, text: Self.guarded(name) + (isShort ? " = " : "")))
                copies += "; \(name.bindingKeyword) \(name.text) = \(Self.guarded(name))"
            }
        }
        cell.edits.append(.init(range: node.end..<node.end, text: copies))
    }

    private static func guarded(_ name: TokenSyntax) -> String { "\(guardPrefix)\(name.plainName)" }

    /// What precedes a variable's name within its `guard`.
    static let guardPrefix = "__swiftlet_"
}

extension TokenSyntax {
    /// `let` or `var`, as a pattern's name is declared.
    fileprivate var bindingKeyword: String {
        var node = parent
        while let current = node, !current.is(ConditionElementSyntax.self) {
            if let binding = current.as(ValueBindingPatternSyntax.self) { return binding.bindingSpecifier.text }
            if let binding = current.as(OptionalBindingConditionSyntax.self) { return binding.bindingSpecifier.text }
            node = current.parent
        }
        return "let"
    }
}
