import SwiftSyntax

extension Phrase {
    /// What a value must be for a loop, a function or an initializer.
    static let requirements = [
        Phrase("for-in loop requires 'Tensor' to conform to 'Sequence'") { mistake, _ in
            let list = mistake.around(ForStmtSyntax.self)?.sequence
            return .init(
                "a loop takes a tensor apart by unstacked(): along the first axis",
                write: list.map { mistake.line(with: $0, as: "\($0.operand).unstacked()") })
        },
        Phrase("for-in loop requires '(Int|Double|Float)' to conform to 'Sequence'") { mistake, _ in
            let list = mistake.around(ForStmtSyntax.self)?.sequence
            return .init(
                "a loop counts through a range, not to a number",
                write: list.map { mistake.line(with: $0, as: "0..<\($0.operand)") })
        },
        Phrase("for-in loop requires '(.+)\\?' to conform to 'Sequence'") { mistake, _ in
            let list = mistake.around(ForStmtSyntax.self)?.sequence
            return .init(
                "'\(list?.code ?? "this")' may have no value; say what to take then",
                write: list.map { mistake.line(with: $0, as: "\($0.operand) ?? []") })
        },
        Phrase("requires that '(Double|Float)' conform to '(SignedInteger|Strideable|.*Integer)'") { mistake, parts in
            guard let loop = mistake.around(ForStmtSyntax.self),
                let range = loop.sequence.as(InfixOperatorExprSyntax.self)
            else { return nil }
            let bounds = [range.leftOperand, range.rightOperand].map { bound in
                bound.is(IntegerLiteralExprSyntax.self) || bound.code.hasPrefix("Int(")
                    ? bound.code : "Int(\(bound.code))"
            }
            return .init(
                "a loop counts through whole numbers, not \(parts[1])s; in other steps it goes by stride(from:to:by:)",
                write: mistake.line(with: range, as: bounds.joined(separator: range.operator.code)))
        },
        Phrase("global function '(max|min)' requires that 'Tensor' conform to 'Comparable'") { mistake, parts in
            guard let call = mistake.call, let first = call.arguments.first?.expression else { return nil }
            return .init(
                "it is a method of the tensor", write: mistake.line(with: call, as: "\(first.operand).\(parts[1])()"))
        },
        Phrase("'(.+?)' requires that '(.+?)' conform to 'Numbers'") { mistake, parts in
            let name = parts[1].hasPrefix("init") ? mistake.call?.name ?? "this" : String(parts[1].prefix { $0 != "(" })
            return .init("'\(name)' takes numbers: an array of them, a range or a tensor, not a \(parts[2])", nil)
        },
        Phrase(
            "no exact matches in call to (?:instance method|static method|global function|subscript) '(?!buildExpression)(.+?)'"
        ) { mistake, parts in
            if let call = mistake.call, let member = call.calledExpression.as(MemberAccessExprSyntax.self),
                let base = member.base,
                let alias = Alias.members.first(where: {
                    $0.path.last == parts[1] && ["list", "text", "t"].contains($0.path[0])
                })
            {
                return .init(
                    alias.reason.isEmpty ? "'\(parts[1])' takes other arguments" : alias.reason,
                    write: mistake.line(with: call, as: alias.swift(arguments: call.values, receiver: base.operand)))
            }
            let expected = mistake.diagnostic.remarks.compactMap {
                $0.firstMatch(of: /expected: '(.+?)'/).map { "\(parts[1])\($0.output.1)" }
            }
            let choices = expected.distinct.prefix(3).joined(separator: ", ")
            return .init(
                "'\(parts[1])' takes other arguments than these",
                choices.isEmpty ? "see what it takes: Shift-Tab in its parentheses" : "it takes \(choices)")
        },
        Phrase("no exact matches in call to initializer") { mistake, _ in initializer(mistake) },
        Phrase("no exact matches in call to static method 'buildExpression'") { mistake, _ in
            let notes = mistake.diagnostic.remarks.joined()
            let braces =
                notes.contains("'Layer'")
                ? ("a network's", "layers")
                : notes.contains("Mark")
                    ? ("a chart's", "marks, such as Line and Points,") : ("these", "values of one kind")
            return .init(
                "only \(braces.1) stand between \(braces.0) braces",
                notes.contains("()") ? "move this line in front of the braces" : nil)
        },
        Phrase("no '(\\w+)' candidates produce the expected contextual result type '(.+)'") { mistake, parts in
            guard let member = mistake.around(MemberAccessExprSyntax.self),
                mistake.call?.calledExpression.id != member.id
            else { return nil }
            let ending =
                parts[2] == "Double" && mistake.diagnostic.remarks.contains { $0.hasSuffix("-> Tensor'") }
                ? "().item()" : "()"
            return .init(
                "'\(parts[1])' is a method: it is called with parentheses",
                write: mistake.line(with: member, as: member.code + ending))
        },
        Phrase("conflicting arguments to generic parameter '(.+?)' \\('(.+?)' vs. '(.+?)'\\)") { _, parts in
            .init(
                "the arguments have different types here, \(parts[2]) and \(parts[3]), and must have the same",
                "convert one of them, such as Double(n)")
        },
        Phrase("generic parameter '(.+?)' could not be inferred") { mistake, _ in
            .init("the type of this value does not follow from anything", "say it, as in let list: [Double] = []")
        },
        Phrase("cannot infer contextual base in reference to member '(.+?)'") { _, parts in
            .init(
                "it does not follow from anything what '.\(parts[1])' belongs to",
                "write the type in front of the dot, such as Loss.\(parts[1])")
        },
        Phrase("'nil' requires a contextual type") { mistake, _ in
            guard let binding = mistake.around(PatternBindingSyntax.self) else { return nil }
            return .init(
                "nil alone does not tell which type may be missing",
                write: mistake.line(with: binding.pattern, as: "\(binding.pattern.code): Double?"))
        },
        Phrase("empty collection literal requires an explicit type") { mistake, _ in
            guard let binding = mistake.around(PatternBindingSyntax.self) else { return nil }
            let type =
                binding.initializer?.value.is(DictionaryExprSyntax.self) == true ? "[String: Double]" : "[Double]"
            return .init(
                "an empty list does not tell the type of its elements",
                write: mistake.line(with: binding.pattern, as: "\(binding.pattern.code): \(type)"))
        },
        Phrase("heterogeneous collection literal could only be inferred to '\\[Any\\]'.*") { _, _ in
            .init(
                "the elements of an array have one type; these have several",
                "write them as one type, or say [Any] if that is meant")
        },
        Phrase("value of optional type '(.+)\\?' must be unwrapped.*") { mistake, parts in optional(mistake, parts[1])
        },
        Phrase("value of optional type '(.+)\\?' not unwrapped.*") { mistake, parts in optional(mistake, parts[1]) },
    ]

    /// `Double(t[0])`, `Int(t)`, `Tensor((1, 2, 3))`, `String(format:)` without Foundation.
    private static func initializer(_ mistake: Mistake) -> Mistake.Answer? {
        guard let call = mistake.call, let first = call.arguments.first?.expression else { return nil }
        let notes = mistake.diagnostic.remarks.joined(separator: "\n")
        if notes.contains("requires that 'Tensor' conform") {
            let value = "\(first.operand).item()"
            return .init(
                "a tensor is not a number; one with a single element gives it by item()",
                write: mistake.line(with: call, as: call.name == "Double" ? value : "\(call.name)(\(value))"))
        }
        if call.name == "String", call.arguments.first?.label?.text == "format" {
            return .init("String(format:) comes from Foundation", write: "import Foundation")
        }
        if call.name == "Tensor", let tuple = first.as(TupleExprSyntax.self) {
            return .init(
                "a list of numbers stands in brackets", write: mistake.line(with: first, as: "[\(tuple.elements.code)]")
            )
        }
        let wanted = notes.matches(of: /candidate expects value of type '(.+?)' for parameter #1/).map {
            String($0.output.1)
        }
        let got = notes.firstMatch(of: /\(got '(.+?)'\)/).map { String($0.output.1) }
        guard let got, !wanted.isEmpty else {
            return .init(
                "'\(call.name)' cannot be made from these arguments", "see what it takes: Shift-Tab in its parentheses")
        }
        return .init(
            "'\(call.name)' is not made from a value of type \(got)",
            "it takes \(wanted.distinct.prefix(4).joined(separator: ", "))")
    }

    private static func optional(_ mistake: Mistake, _ type: String) -> Mistake.Answer? {
        guard var expression = mistake.around(SubscriptCallExprSyntax.self).map(ExprSyntax.init) ?? mistake.expression
        else { return nil }
        // The compiler points at the name of a call: what has no value is the call.
        while let call = expression.parent?.as(FunctionCallExprSyntax.self), call.calledExpression.id == expression.id {
            expression = ExprSyntax(call)
        }
        let value =
            ["Int", "Double", "Float"].contains(type)
            ? "0" : type == "String" ? "\"\"" : type.hasPrefix("[") ? "[]" : "…"
        let text = mistake.operation == nil ? "\(expression.code) ?? \(value)" : "(\(expression.code) ?? \(value))"
        return .init(
            "'\(expression.code)' may have no value (nil); say what to take then",
            write: mistake.line(with: expression, as: text))
    }
}

extension [String] {
    /// The elements without repetitions.
    var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
