/// Sorts out the compiler's messages that only follow from others.
struct FollowUps {
    private let diagnostics: [Diagnostic]

    /// The compiler gives several messages about one expression in an order that varies: here the cause comes first.
    init(_ diagnostics: [Diagnostic]) {
        let grammar = diagnostics.filter { Self.isGrammar($0.message) }
        let others = diagnostics.filter { !Self.isGrammar($0.message) }
        self.diagnostics =
            grammar
            + others.enumerated().sorted { first, second in
                let (a, b) = (first.element, second.element)
                if a.line != b.line { return a.line < b.line }
                let (left, right) = (Self.rank(a), Self.rank(b))
                return left != right ? left < right : (a.column, first.offset) < (b.column, second.offset)
            }.map(\.element)
    }

    /// How far a message is from the cause.
    private static func rank(_ diagnostic: Diagnostic) -> Int {
        let message = diagnostic.message
        if diagnostic.unknownName != nil { return 0 }
        if message.contains("is inaccessible due to") || message.hasPrefix("instance member") { return 1 }
        if message.hasPrefix("missing argument for") { return 3 }
        if isCall(message) || message.hasPrefix("extraneous") || message.hasPrefix("incorrect argument") { return 2 }
        return isVague(message) ? 6 : 4
    }

    /// The messages that stand on their own, in their order.
    var independent: [Diagnostic] {
        var kept: [Diagnostic] = [], names: Set<String> = []
        for (index, diagnostic) in diagnostics.enumerated() {
            if let name = diagnostic.unknownName, !names.insert(name).inserted { continue }
            if kept.contains(where: {
                $0.line == diagnostic.line && $0.column == diagnostic.column && $0.message == diagnostic.message
            }) {
                continue
            }
            if follows(diagnostic, at: index) { continue }
            kept.append(diagnostic)
        }
        return kept.isEmpty ? Array(diagnostics.prefix(1)) : kept
    }

    private func follows(_ diagnostic: Diagnostic, at index: Int) -> Bool {
        let others = diagnostics.enumerated().filter { $0.offset != index }.map(\.element)
        let neighbours = others.filter { $0.line == diagnostic.line }
        let earlier = diagnostics[..<index].filter { $0.line == diagnostic.line }
        if others.contains(where: { $0.unknownName != nil }), Self.isConsequence(diagnostic.message) { return true }
        if Self.isVague(diagnostic.message) { return others.contains { !Self.isVague($0.message) } || index > 0 }
        if diagnostic.message.hasPrefix("overriding "), neighbours.contains(where: { $0.message == Self.finalOverride })
        {
            return true
        }
        if diagnostic.message.hasPrefix("member '"),
            neighbours.contains(where: { $0.message.hasPrefix("instance member") })
        {
            return true
        }
        // `if n = 3`: not that n is a constant is the mistake.
        if diagnostic.message.hasPrefix("cannot assign to value"),
            neighbours.contains(where: { $0.message.contains("did you mean '=='") })
        {
            return true
        }
        // After a mistake of grammar, and after an unknown name, nothing on the line is sure.
        guard let cause = earlier.first else { return false }
        if Self.isGrammar(cause.message) { return true }
        if earlier.contains(where: { $0.unknownName != nil }) { return diagnostic.unknownName == nil }
        return Self.isCall(cause.message) || cause.message.hasPrefix("cannot assign through subscript")
            || cause.message.hasPrefix("class ") || Self.isConversion(diagnostic.message)
    }

    private static let finalOverride = "instance method overrides a 'final' instance method"

    /// Whether the compiler only says that it does not know enough.
    private static func isVague(_ message: String) -> Bool {
        message.hasPrefix("cannot infer contextual base") || message.hasPrefix("generic parameter")
            || message.hasPrefix("type of expression is ambiguous") || message.contains("[#no-usage]")
            || message.hasPrefix("failed to produce diagnostic")
            || message.hasPrefix("return invalid outside of a func")
            || message.hasPrefix("cannot infer type")
    }

    /// Whether the compiler may say this of any code with an unknown name in it.
    private static func isConsequence(_ message: String) -> Bool {
        [
            "unable to type-check this expression in reasonable time", "requires a contextual type",
            "without more context", "unable to infer type of a closure",
        ].contains { message.contains($0) }
    }

    private static func isGrammar(_ message: String) -> Bool {
        message.hasPrefix("expected ") || message.hasPrefix("consecutive ")
            || message.hasPrefix("extraneous whitespace")
            || message.hasPrefix("unnamed parameters") || message.hasPrefix("single-quoted")
            || message.hasPrefix("unterminated")
    }

    private static func isCall(_ message: String) -> Bool {
        message.hasPrefix("missing argument") || message.hasPrefix("extra argument")
            || message.hasPrefix("extraneous argument labels") || message.hasPrefix("global function")
            || message.contains("is inaccessible due to")
    }

    private static func isConversion(_ message: String) -> Bool {
        message.hasPrefix("cannot convert value of type '()'") || message.hasPrefix("protocol 'Sequence' requires")
            || message.hasPrefix("referencing instance method")
    }
}
