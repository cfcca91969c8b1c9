extension ForeignLine {
    /// The forms of expressions.
    static let expressions: [@Sendable (ForeignLine) -> Habit?] = [
        { $0.layerList }, { $0.formatText }, { $0.comprehension }, { $0.lambda }, { $0.choice }, { $0.words },
        { $0.percent },
        { $0.braceFormat }, { $0.dictionary }, { $0.slice }, { $0.product }, { $0.keyword }, { $0.noneTest },
        { $0.division },
    ]

    /// `keras.Sequential([`, up to its end.
    private var layerList: Habit? {
        guard tokens.contains(where: { $0.text == "Sequential" }) else { return nil }
        var text = String(lines[index]), last = index
        func depth(_ text: String) -> Int {
            ForeignToken.all(in: text).reduce(0) {
                $0 + (["(", "["].contains($1.text) ? 1 : [")", "]"].contains($1.text) ? -1 : 0)
            }
        }
        while depth(text) > 0, last + 1 < lines.count {
            last += 1
            text += " " + lines[last]
        }
        let nodes = ForeignNode.tree(ForeignToken.all(in: text))
        guard let place = nodes.firstIndex(where: { $0.isWord("Sequential") }), place + 1 < nodes.count,
            nodes[place + 1].isGroup("("), let list = nodes[place + 1].content.first, list.isGroup("[")
        else { return nil }
        let layers = list.content.byCommas.map { ForeignExpression.swift($0) }.joined(separator: "; ")
        let name = nodes.firstIndex(ofSign: "=").flatMap { $0 > 0 ? nodes[$0 - 1].token?.text : nil } ?? "model"
        return habit(
            "the layers of a network stand in braces, one on a line",
            "let \(name) = try Sequential(\"\(name)\", input: [784]) { \(layers) }", at: nodes[place].token)
    }

    /// `f"accuracy {a}"`.
    private var formatText: Habit? {
        guard let text = tokens.first(where: { $0.kind == .text && $0.prefix.contains("f") }) else { return nil }
        return habit("a value in a text stands in \\(…)", translated, at: text)
    }

    /// `[i * i for i in list]`.
    private var comprehension: Habit? {
        for part in nodes.everywhere.dropFirst() {
            if let index = part.firstIndex(ofWord: "for"), index > 0, part[index - 1].isOperand,
                part.firstIndex(ofWord: "in") != nil
            {
                return habit("a list is made from another one with 'map'", translated, at: part[index].token)
            }
        }
        return nil
    }

    /// `lambda x: x * 2`.
    private var lambda: Habit? {
        let parts = nodes.everywhere.lazy
        guard
            let word = parts.compactMap({ part in
                part.indices.first { index in
                    part[index].isWord("lambda") && index + 1 < part.count
                        && (index == 0 || part[index - 1].token?.kind == .sign || part[index - 1].isWord("return"))
                        && (part[index + 1].isSign(":") || part[index + 1].token?.kind == .word)
                        && part[index...].contains { $0.isSign(":") }
                }.map { part[$0] }
            }).first
        else { return nil }
        var line = translated
        // A closure that is a constant has no context from which its parameters' types would follow.
        if let equals = nodes.firstIndex(ofSign: "="), equals + 1 < nodes.count, nodes[equals + 1].isWord("lambda") {
            line = line.replacing(/\{ ([\w, ]+) in/) { match in
                let names = match.output.1.split(separator: ", ").map { "\($0): \(TypeWord.likely(for: String($0)))" }
                return "{ (\(names.joined(separator: ", "))) in"
            }
        }
        return habit("a function without a name stands in braces", line, at: word.token)
    }

    /// `a if c else b`.
    private var choice: Habit? {
        for part in nodes.everywhere {
            guard let condition = part.firstIndex(ofWord: "if"), condition > 0, part[condition - 1].isOperand,
                let other = part.firstIndex(ofWord: "else"), other > condition, other + 1 < part.count,
                !part.contains(where: { $0.isGroup("{") })
            else { continue }
            return habit("a choice between two values is written c ? a : b", translated, at: part[condition].token)
        }
        return nil
    }

    /// `and`, `or`, `not`, `in` as operators.
    private var words: Habit? {
        let isLoop = first == "for"
        for (depth, part) in nodes.everywhere.enumerated() {
            for (index, node) in part.enumerated() {
                guard let word = node.token, word.kind == .word, index + 1 < part.count else { continue }
                let isBetween = index > 0 && part[index - 1].isOperand && part[index - 1].token?.text != "default"
                let isBeforeOperand =
                    part[index + 1].isOperand || part[index + 1].isWord("not")
                    || (word.text == "not" && part[index + 1].isWord("in")) || part[index + 1].isSign("-")
                guard isBeforeOperand else { continue }
                switch word.text {
                case "and" where isBetween: return logic("'and' is written && in Swift", word)
                case "or" where isBetween: return logic("'or' is written || in Swift", word)
                case "not" where index + 1 < part.count && (part[index + 1].isSpaced || isBetween):
                    if part[index + 1].isWord("in") {
                        return logic("whether a list contains a value is asked of the list", word)
                    }
                    return logic("'not' is written ! in Swift", word)
                case "in"
                where depth == 0 && isBetween && !isLoop && ["if", "while", "elif"].contains(first)
                    && !part[..<index].contains(where: { $0.isGroup("{") }):
                    return logic("whether a list contains a value is asked of the list", word)
                default: continue
                }
            }
        }
        return nil
    }

    private func logic(_ message: String, _ word: ForeignToken) -> Habit { habit(message, withBraces, at: word) }

    /// The line in Swift, with the brace that begins its block.
    private var withBraces: String {
        guard let brace = nodes.lastIndex(where: { $0.isGroup("{") }), ["if", "while", "guard"].contains(first) else {
            return ["if", "while"].contains(first)
                ? "\(first) \(ForeignExpression.swift(nodes.dropFirst())) { … }" : translated
        }
        let block = nodes[brace].content.isEmpty ? "{ … }" : "{ \(ForeignExpression.swift(nodes[brace].content)) }"
        return "\(first) \(ForeignExpression.swift(nodes[1..<brace])) \(block)"
    }

    /// `"%.2f" % x`.
    private var percent: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated().dropFirst()
            where node.isSign("%") && part[index - 1].token?.kind == .text
                && part[index - 1].token?.text.contains("%") == true
            {
                return habit(
                    "a number is formatted by String(format:) (with import Foundation)", translated, at: node.token)
            }
        }
        return nil
    }

    /// `"{}".format(x)`.
    private var braceFormat: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated() where node.isWord("format") && index > 1 {
                guard part[index - 1].isSign("."), let text = part[index - 2].token, text.kind == .text,
                    text.text.contains("{")
                else { continue }
                return habit("a value in a text stands in \\(…)", translated, at: node.token)
            }
        }
        return nil
    }

    /// `{"a": 1}`, `{1, 2}`.
    private var dictionary: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated() {
                guard case .group(let open, let content) = node, open.text == "{", content.count > 1,
                    let key = content[0].token, key.kind == .text || key.kind == .number,
                    index == 0 || !part[index - 1].isOperand
                else { continue }
                if content[1].isSign(":") { return habit("a dictionary stands in brackets", translated, at: open) }
                if content[1].isSign(",") { return habit("a set is made from a list", translated, at: open) }
            }
        }
        return nil
    }

    /// `x[1:3]`.
    private var slice: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated().dropFirst() {
                guard case .group(let open, let content) = node, open.text == "[", !node.isSpaced,
                    part[index - 1].isOperand
                else { continue }
                for bounds in content.byCommas {
                    guard let colon = bounds.firstIndex(ofSign: ":"), !bounds.contains(where: { $0.isSign("?") }) else {
                        continue
                    }
                    let next = colon + 1
                    let isLabel = colon == bounds.startIndex + 1 && bounds[bounds.startIndex].token?.kind == .word
                    if isLabel, next < bounds.endIndex, bounds[next].isSpaced { continue }
                    return habit("a range is written a..<b, and a... or ..<b where it is open", translated, at: open)
                }
            }
        }
        return nil
    }

    /// `a @ b`.
    private var product: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated().dropFirst()
            where node.isSign("@") && part[index - 1].isOperand && index + 1 < part.count && part[index + 1].isSpaced {
                return habit("the product of matrices is a method", translated, at: node.token)
            }
        }
        return nil
    }

    /// `f(x, epochs=5)`.
    private var keyword: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated().dropFirst() {
                guard case .group(let open, let content) = node, open.text == "(", !node.isSpaced,
                    part[index - 1].token?.kind == .word, part[index - 1].isOperand
                else { continue }
                for argument in content.byCommas where argument.count > 2 {
                    let start = argument.startIndex
                    guard argument[start].token?.kind == .word, argument[start + 1].isSign("=") else { continue }
                    if part[index - 1].isWord("compile") {
                        let arguments = ForeignExpression.swift([node]).dropFirst().dropLast()
                        let base = index > 2 ? ForeignExpression.swift(part[..<(index - 2)]) : "model"
                        return habit(
                            "'compile' is not needed here: fit takes optimizer, loss and metrics",
                            "try \(base).fit(train, \(arguments))", at: part[index - 1].token)
                    }
                    return habit(
                        "an argument's label ends with a colon", isOpen ? nil : translated,
                        at: argument[start + 1].token)
                }
            }
        }
        return nil
    }

    /// Whether the line goes on below.
    private var isOpen: Bool {
        tokens.filter { ["(", "["].contains($0.text) }.count > tokens.filter { [")", "]"].contains($0.text) }.count
    }

    /// `x is None`.
    private var noneTest: Habit? {
        for part in nodes.everywhere {
            for (index, node) in part.enumerated() where node.isWord("is") && index + 1 < part.count {
                let isNegated = part[index + 1].isWord("not")
                guard isNegated || Set(["None", "True", "False"]).contains(part[index + 1].token?.text ?? "") else {
                    continue
                }
                return habit("whether there is a value is asked with == nil or != nil", withBraces, at: node.token)
            }
        }
        return nil
    }

    /// `n // 2`.
    private var division: Habit? {
        guard let comment = tokens.last, comment.kind == .comment, tokens.count > 1,
            comment.text.contains(/^ ?(\d+|[a-z]\w?)\)? *$/),
            let equals = nodes.firstIndex(ofSign: "=")
                ?? (nodes.count > 1 ? 0 : nil)
        else { return nil }
        _ = equals
        return habit(
            "'//' begins a comment in Swift; whole numbers are divided with /, without a remainder",
            "\(translated) /\(comment.text.hasPrefix(" ") ? "" : " ")\(comment.text)", at: comment)
    }
}
