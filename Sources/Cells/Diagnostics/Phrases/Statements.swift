import SwiftSyntax

extension Phrase {
    /// The form of statements, and what no other phrase explains.
    static let statements = [
        Phrase("consecutive statements on a line must be separated by ';'") { mistake, _ in consecutive(mistake) },
        Phrase("expected '\\{' (?:after '(if|while|guard|for)' condition|to start the body of (for)-each loop)") {
            mistake, parts in
            let word = parts.dropFirst().first { !$0.isEmpty } ?? "if"
            let line = Array((mistake.diagnostic.excerpt.first ?? "").utf8),
                caret = min(mistake.diagnostic.column - 1, line.count)
            let (head, body) = (
                String(decoding: line[..<caret], as: UTF8.self), String(decoding: line[caret...], as: UTF8.self)
            )
            let braces = body.allSatisfy(\.isWhitespace) ? "{" : "{ \(body.trimmedStart.trimmedEnd) }"
            return .init("the body of '\(word)' stands in braces", "write: \(head.trimmedStart.trimmedEnd) \(braces)")
        },
        Phrase("use of '=' in a boolean context, did you mean '=='\\?") { mistake, _ in
            let infix = mistake.around(InfixOperatorExprSyntax.self)
            return .init(
                "'=' assigns; equality is asked by '=='", write: infix.map { mistake.line(with: $0.operator, as: "==") }
            )
        },
        Phrase("expected ':' after '\\? \\.\\.\\.' in ternary expression") { mistake, _ in
            .init("a choice between two values has both: c ? a : b", nil)
        },
        Phrase("cannot find operator '(\\+\\+|--)' in scope.*") { mistake, parts in
            let line = (mistake.diagnostic.excerpt.first ?? "").trimmedStart.trimmedEnd
            let sign = parts[1] == "++" ? "+= 1" : "-= 1"
            return .init(
                "there is no '\(parts[1])' in Swift",
                "write: \(line.replacing(parts[1], with: " \(sign)").trimmedStart)")
        },
        Phrase("(?:no operator|cannot find operator) '\\*\\*'.*") { mistake, _ in
            let line = ForeignLine(mistake.diagnostic.line - 1, of: mistake.code.lines)
            return .init("there is no '**' in Swift: powers are computed by 'pow'", write: line.translated)
        },
        Phrase("'(.+?)' is unavailable: (.+)") { mistake, parts in unavailable(mistake, parts[2]) },
        Phrase(
            "(?:initializer|property|instance method|static method|operator function|subscript|static property) '(.+?)' is not available due to missing import of defining module '(.+?)'.*"
        ) { mistake, parts in
            let name = String(parts[1].prefix { $0 != "(" })
            if let member = mistake.around(MemberAccessExprSyntax.self), let base = member.base,
                let alias = Alias.member(name, of: "String", count: nil)
            {
                return .init(
                    "a text has no '\(name)'",
                    write: mistake.line(with: member, as: alias.swift(arguments: nil, receiver: base.operand)))
            }
            let shown =
                name == "init"
                ? "\(mistake.call?.name ?? "this initializer")(\(parts[1].dropFirst(5).prefix { $0 != ":" }):)"
                : "'\(name)'"
            return .init("\(shown) comes from \(parts[2])", write: "import \(parts[2])")
        },
        Phrase("no such module '(.+?)'") { mistake, parts in
            if let alias = ModuleAlias.all[parts[1]] {
                return .init("'\(parts[1])' is a module of Python: \(alias.reason)", write: alias.swift)
            }
            let likely = parts[1].nearest(among: ModuleNames.modules)
            return .init(
                "there is no module '\(parts[1])'" + (likely.map { "; did you mean '\($0)'?" } ?? ""),
                likely.map { "write: import \($0)" } ?? "a package is made available by %package")
        },
        Phrase("failed to produce diagnostic for expression.*|the compiler .* crash.*") { _, _ in
            .init(
                "the compiler finds a mistake here and cannot say which",
                "divide the line into several, each with one call")
        },
        Phrase("ambiguous use of '(.+?)'.*") { mistake, parts in
            .init(
                "several functions called '\(parts[1].prefix { $0 != "(" })' fit here",
                "say which type is meant, as in let y: Double = …")
        },
        Phrase("type of expression is ambiguous without (?:more context|a type annotation)") { _, _ in
            .init(
                "the type of this expression does not follow from anything",
                "say the type of the result, as in let y: Tensor = …, or divide the line into several")
        },
        Phrase("use of protocol '(.+?)' as a type must be written 'any .+?'") { _, parts in
            .init("'\(parts[1])' is a protocol, not a type", "write any \(parts[1])")
        },
        Phrase("expression expansion|expected expression(?: in .*)?$") { _, _ in
            .init("something is missing here: a value, or the end of one that has begun before", nil)
        },
        Phrase("(top-level statement cannot begin with a closure expression)") { _, _ in
            .init("a block in braces has a word in front of it, such as if, for, do or func", nil)
        },
    ]

    private static func consecutive(_ mistake: Mistake) -> Mistake.Answer? {
        let line = Array((mistake.diagnostic.excerpt.first ?? "").utf8)
        let column = mistake.diagnostic.column - 1
        if column < line.count, line[column] == UInt8(ascii: ",") {
            let text = String(decoding: line, as: UTF8.self)
            let parts = Alias.arguments(
                in: text.contains("{") ? String(text.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }) : text)
            return .init(
                "no comma stands between layers or statements: each has a line of its own",
                "write: \(parts.joined(separator: "; "))")
        }
        return .init(
            "something is missing between these two: an operator, a comma, or the end of the line", nil)
    }

    private static func unavailable(_ mistake: Mistake, _ reason: String) -> Mistake.Answer? {
        if reason.contains("subscript String with an Int"), let index = mistake.around(SubscriptCallExprSyntax.self) {
            let text = index.calledExpression
            return .init(
                "the letters of a text are not numbered; those of an array are",
                write: mistake.line(with: text, as: "Array(\(text.code))"))
        }
        let sentence = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
        let isOfTexts =
            mistake.call?.arguments.first?.expression.as(ArrayExprSyntax.self)?.elements.first?.expression.is(
                StringLiteralExprSyntax.self) == true
        return .init(sentence, isOfTexts ? "number the classes: 0 for the first one, 1 for the second" : nil)
    }
}
