/// Writes an expression of Python's in Swift.
struct ForeignExpression {
    /// The expression in Swift.
    static func swift(_ nodes: some RandomAccessCollection<ForeignNode>) -> String { Self().translate(Array(nodes)) }

    /// The expression as it stands, for parts that are in Swift already.
    private func translate(_ nodes: [ForeignNode]) -> String {
        if let index = nodes.firstIndex(ofWord: "lambda") { return lambda(nodes, index) }
        if let choice = choice(nodes) { return choice }
        for (word, sign) in [("or", "||"), ("and", "&&")] where nodes.contains(where: { $0.isWord(word) }) {
            return nodes.split { $0.isWord(word) }.map { translate(Array($0)) }.joined(separator: " \(sign) ")
        }
        if nodes.first?.isWord("not") == true { return "!" + wrapped(Array(nodes.dropFirst())) }
        if let comparison = membership(nodes) ?? identity(nodes) { return comparison }
        if let format = percentFormat(nodes) { return format }
        return emit(operators(nodes))
    }

    // MARK: Operators

    private func lambda(_ nodes: [ForeignNode], _ index: Int) -> String {
        let rest = nodes[(index + 1)...]
        let colon = rest.firstIndex(ofSign: ":") ?? rest.endIndex
        let names = emit(Array(rest[..<colon]))
        let before = index > 0 ? emit(Array(nodes[..<index])) + " " : ""
        return before
            + "{ \(names)\(names.isEmpty ? "" : " in ")\(translate(Array(rest[min(colon + 1, rest.endIndex)...]))) }"
    }

    /// `a if c else b`.
    private func choice(_ nodes: [ForeignNode]) -> String? {
        guard let condition = nodes.firstIndex(ofWord: "if"), condition > 0, nodes[condition - 1].isOperand,
            let other = nodes.firstIndex(ofWord: "else"), other > condition + 1,
            !nodes[condition...].contains(where: { $0.isGroup("{") })
        else { return nil }
        return translate(Array(nodes[(condition + 1)..<other])) + " ? " + translate(Array(nodes[..<condition])) + " : "
            + translate(Array(nodes[(other + 1)...]))
    }

    private func membership(_ nodes: [ForeignNode]) -> String? {
        guard let index = nodes.firstIndex(ofWord: "in"), index > 0 else { return nil }
        let isNegative = nodes[index - 1].isWord("not")
        let element = translate(Array(nodes[..<(isNegative ? index - 1 : index)]))
        return (isNegative ? "!" : "") + "\(wrapped(Array(nodes[(index + 1)...]))).contains(\(element))"
    }

    private func identity(_ nodes: [ForeignNode]) -> String? {
        guard let index = nodes.firstIndex(ofWord: "is"), index > 0, index + 1 < nodes.count else { return nil }
        let isNegative = nodes[index + 1].isWord("not")
        return translate(Array(nodes[..<index])) + (isNegative ? " != " : " == ")
            + translate(Array(nodes[(index + (isNegative ? 2 : 1))...]))
    }

    /// `"%.2f" % x`.
    private func percentFormat(_ nodes: [ForeignNode]) -> String? {
        guard nodes.count > 2, let text = nodes[0].token, text.kind == .text, nodes[1].isSign("%") else { return nil }
        let values = nodes.count == 3 && nodes[2].isGroup("(") ? list(nodes[2].content) : translate(Array(nodes[2...]))
        return "String(format: \"\(text.text.replacing("%s", with: "%@"))\", \(values))"
    }

    /// An expression that may stand before a dot or behind `!`.
    private func wrapped(_ nodes: [ForeignNode]) -> String {
        let isOne = nodes.dropFirst().allSatisfy { !$0.isSpaced }
        let text = translate(nodes)
        return isOne ? text : "(\(text))"
    }

    /// The nodes with `a ** b` as `pow(a, b)` and `a @ b` as `a.matmul(b)`.
    private func operators(_ nodes: [ForeignNode]) -> [ForeignNode] {
        guard let index = nodes.lastIndex(where: { $0.isSign("**") || $0.isSign("@") }), index > 0 else { return nodes }
        var (start, end) = (index - 1, min(index + 2, nodes.count))
        while start > 0, !nodes[start].isSpaced,
            !(nodes[start - 1].token.map { "+-*/=<>,%!".contains($0.text) } ?? false)
        {
            start -= 1
        }
        while end < nodes.count, !nodes[end].isSpaced,
            nodes[end].isSign(".") || nodes[end - 1].isSign(".")
                || nodes[end].isGroup("(") || nodes[end].isGroup("[")
        {
            end += 1
        }
        let (left, right) = (translate(Array(nodes[start..<index])), translate(Array(nodes[(index + 1)..<end])))
        let product = nodes[index].isSign("@") ? "\(left).matmul(\(right))" : "pow(\(left), \(right))"
        return operators(nodes[..<start] + [.swift(product, isSpaced: nodes[start].isSpaced)] + nodes[end...])
    }

    // MARK: Names, calls and brackets

    private func emit(_ nodes: [ForeignNode]) -> String {
        var text = ""
        var index = 0
        while index < nodes.count {
            let isSpaced = nodes[index].isSpaced && !text.isEmpty
            let end = chainEnd(nodes, from: index)
            text += (isSpaced ? " " : "") + chain(Array(nodes[index..<end]))
            index = end
        }
        return text
    }

    /// The end of a name or value with the members, calls and indices behind it.
    private func chainEnd(_ nodes: [ForeignNode], from start: Int) -> Int {
        var end = start + 1
        guard nodes[start].isOperand else { return end }
        while end < nodes.count, !nodes[end].isSpaced {
            if nodes[end].isSign("."), end + 1 < nodes.count, nodes[end + 1].token?.kind == .word {
                end += 2
            } else if nodes[end].isGroup("(") || nodes[end].isGroup("[") {
                end += 1
            } else {
                break
            }
        }
        return end
    }

    private func chain(_ nodes: [ForeignNode]) -> String {
        // The longest path of names: `torch.nn.Linear`.
        var path: [String] = []
        var index = 0
        while index < nodes.count, let token = nodes[index].token, token.kind == .word || token.isSign(".") {
            if token.kind == .word { path.append(token.text) }
            index += 1
        }
        var text: String
        let isCalled = index < nodes.count && nodes[index].isGroup("(")
        let count = isCalled ? nodes[index].content.byCommas.count : nil
        if !path.isEmpty, let alias = Alias.named(path, isCalled: isCalled, count: count) {
            text = alias.swift(arguments: isCalled ? arguments(nodes[index].content).map(\.value) : nil, receiver: "")
            if isCalled { index += 1 }
        } else {
            text = atom(nodes[0])
            index = 1
        }
        while index < nodes.count {
            if nodes[index].isSign("."), index + 1 < nodes.count, let name = nodes[index + 1].token?.text {
                let isCalled = index + 2 < nodes.count && nodes[index + 2].isGroup("(")
                text = member(name, of: text, node: nodes[index - 1], isCalled ? nodes[index + 2].content : nil)
                index += isCalled ? 3 : 2
            } else {
                text += nodes[index].isGroup("(") ? "(\(list(nodes[index].content)))" : slice(of: nodes[index].content)
                index += 1
            }
        }
        return text
    }

    private func member(_ name: String, of text: String, node: ForeignNode, _ content: [ForeignNode]?) -> String {
        if name == "format", let token = node.token, token.kind == .text, let content {
            return "\"\(Self.filled(token.text, list: content.byCommas.map { translate(Array($0)) }))\""
        }
        if ["fit", "evaluate"].contains(name), let content {
            var parts = arguments(content)
            if parts.count > 1, parts[0].label == nil, parts[1].label == nil {
                parts.replaceSubrange(
                    0..<2,
                    with: [
                        Argument(label: nil, value: "Examples(inputs: \(parts[0].value), targets: \(parts[1].value))")
                    ])
            }
            if !parts.contains(where: { $0.label == "loss" }) {
                parts.append(Argument(label: "loss", value: ".crossEntropy"))
            }
            let list = parts.map { ($0.label.map { "\($0): " } ?? "") + $0.value }.joined(separator: ", ")
            return (text.hasPrefix("try ") ? "" : "try ") + "\(text).\(name)(\(list))"
        }
        switch (name, content?.isEmpty) {
        case ("items", true), ("keys", true), ("values", true): return name == "items" ? text : "\(text).\(name)"
        case ("upper", true): return "\(text).uppercased()"
        case ("lower", true): return "\(text).lowercased()"
        default: return text + "." + name + (content.map { "(\(list($0)))" } ?? "")
        }
    }

    /// "{} of {}" with its values.
    static func filled(_ text: String, list values: [String]) -> String {
        var rest = values[...]
        return text.replacing(/\{[^{}]*\}/) { _ in "\\(\(rest.popFirst() ?? "value"))" }
    }

    private func atom(_ node: ForeignNode) -> String {
        switch node {
        case .swift(let text, _): return text
        case .group(let open, let content):
            switch open.text {
            case "[": return comprehension(content) ?? "[\(list(content))]"
            case "{": return dictionary(content)
            default: return "(\(list(content)))"
            }
        case .token(let token):
            switch token.kind {
            case .text: return token.prefix.contains("f") ? Self.interpolated(token.text) : "\"\(token.text)\""
            case .word: return Self.constants[token.text] ?? token.text
            case .number, .sign, .comment: return token.text
            }
        }
    }

    static let constants = [
        "True": "true", "False": "false", "None": "nil", "null": "nil", "undefined": "nil", "NULL": "nil",
    ]

    /// `f"…{x:.2f}…"` as a text of Swift's.
    static func interpolated(_ text: String) -> String {
        let parts = text.matches(of: /\{([^{}:]+)(?::([^{}]*))?\}/)
        if parts.contains(where: { $0.output.2?.contains(/^\.?\d*\.?\d*[fed%]$/) == true }) {
            let format = text.replacing(/\{[^{}:]+(?::([^{}]*))?\}/) { match in
                match.output.1.map { "%" + $0 } ?? "%@"
            }
            let values = parts.map { part in
                let value = swift(ForeignNode.tree(ForeignToken.all(in: part.output.1)))
                return part.output.2 == nil ? "\"\\(\(value))\"" : value
            }
            return "String(format: \"\(format)\", \(values.joined(separator: ", ")))"
        }
        return "\""
            + text.replacing(/\{([^{}:]+)(?::[^{}]*)?\}/) { match in
                "\\(\(swift(ForeignNode.tree(ForeignToken.all(in: match.output.1)))))"
            } + "\""
    }

    // MARK: Lists

    /// An argument with its label, in Swift.
    struct Argument {
        var label: String?
        var value: String
    }

    func arguments(_ content: [ForeignNode]) -> [Argument] {
        content.byCommas.map { part in
            var part = Array(part)
            if part.first?.isSign("*") == true || part.first?.isSign("**") == true { part.removeFirst() }
            if part.count > 2, let name = part[0].token, name.kind == .word, part[1].isSign("=") || part[1].isSign(":")
            {
                let label = LabelAlias.swiftlet(name.text)
                return Argument(label: label, value: value(Array(part[2...]), for: label ?? ""))
            }
            return Argument(label: nil, value: translate(part))
        }
    }

    /// An argument's value: `"relu"` is `.relu` where a choice is meant.
    private func value(_ nodes: [ForeignNode], for label: String) -> String {
        let type = [
            "activation": "ActivationFunction", "loss": "Loss", "optimizer": "Optimizer", "padding": "Padding",
        ][label]
        if let type, nodes.count == 1, let text = nodes[0].token, text.kind == .text,
            let choice = Choice.nearest(to: text.text, of: type)
        {
            return choice
        }
        if label == "metrics", nodes.count == 1, nodes[0].isGroup("[") {
            let names = nodes[0].content.compactMap { $0.token?.kind == .text ? $0.token?.text : nil }
            let choices = names.compactMap { Choice.nearest(to: $0, of: "Metric") }
            if !names.isEmpty, choices.count == names.count { return "[\(choices.joined(separator: ", "))]" }
        }
        return translate(nodes)
    }

    private func list(_ content: [ForeignNode]) -> String {
        if let generator = comprehension(content) { return generator }
        return arguments(content).map { ($0.label.map { "\($0): " } ?? "") + $0.value }.joined(separator: ", ")
    }

    /// `[e for x in list if c]`.
    private func comprehension(_ content: [ForeignNode]) -> String? {
        guard let start = content.firstIndex(ofWord: "for"), start > 0,
            let link = content[start...].firstIndex(ofWord: "in")
        else { return nil }
        let condition = content[link...].firstIndex(ofWord: "if")
        let name = emit(Array(content[(start + 1)..<link]))
        let names = name.contains(",") && !name.hasPrefix("(") ? "(\(name))" : name
        var source = translate(Array(content[(link + 1)..<(condition ?? content.endIndex)]))
        if source.contains(/\.\.[.<]/), !source.hasPrefix("(") { source = "(\(source))" }
        if let condition { source += ".filter { \(names) in \(translate(Array(content[(condition + 1)...]))) }" }
        let value = translate(Array(content[..<start]))
        return value == name ? source : "\(source).map { \(names) in \(value) }"
    }

    private func dictionary(_ content: [ForeignNode]) -> String {
        let parts = content.byCommas
        if content.isEmpty { return "[:]" }
        let pairs = parts.map { $0.split(separatedBy: ":").map { translate(Array($0)) } }
        if pairs.allSatisfy({ $0.count == 2 }) {
            return "[\(pairs.map { "\($0[0]): \($0[1])" }.joined(separator: ", "))]"
        }
        return "Set([\(list(content))])"
    }

    /// What stands in an index's brackets, with `a:b` as a range.
    private func slice(of content: [ForeignNode]) -> String {
        let parts = content.byCommas
        if parts.count == 1, content.contains(where: { $0.isSign(":") }) {
            let bounds = content.split(separatedBy: ":").map { translate(Array($0)) }
            if bounds == ["", "", "-1"] { return ".reversed()" }
            if bounds.count == 2, bounds[0].isEmpty, bounds[1].hasPrefix("-") {
                return ".dropLast(\(bounds[1].dropFirst()))"
            }
            if bounds.count == 2, bounds[1].isEmpty, bounds[0].hasPrefix("-") {
                return ".suffix(\(bounds[0].dropFirst()))"
            }
        }
        return "[\(parts.map { range(Array($0)) }.joined(separator: ", "))]"
    }

    private func range(_ nodes: [ForeignNode]) -> String {
        guard nodes.contains(where: { $0.isSign(":") }) else { return translate(nodes) }
        let bounds = nodes.split(separatedBy: ":").map { translate(Array($0)) }
        func end(_ text: String) -> String { text.hasPrefix("-") ? "(\(text))" : text }
        switch (bounds[0], bounds[1]) {
        case ("", ""): return "0..."
        case ("", let upper): return "..<\(end(upper))"
        case (let lower, ""): return "\(end(lower))..."
        case (let lower, let upper): return "\(end(lower))..<\(end(upper))"
        }
    }
}
