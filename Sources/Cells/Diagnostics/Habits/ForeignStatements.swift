extension ForeignLine {
    /// The forms of statements and declarations.
    static let statements: [@Sendable (ForeignLine) -> Habit?] = [
        { $0.comment }, { $0.importing }, { $0.decorator }, { $0.function }, { $0.type }, { $0.block },
        { $0.colonlessClause }, { $0.printing }, { $0.command }, { $0.declaration }, { $0.countingLoop },
        { $0.annotation }, { $0.unpacking }, { $0.docstring },
    ]

    // MARK: Comments and imports

    /// `# a comment`.
    var comment: Habit? {
        guard let hash = tokens.last, hash.kind == .comment else { return nil }
        let line = Array(lines[index].utf8)
        guard line[hash.column] == UInt8(ascii: "#") else { return nil }
        let before = String(decoding: line[..<hash.column], as: UTF8.self).trimmedStart
        return Habit(
            message: "a comment begins with '//' in Swift", swift: before + "//" + hash.text, column: hash.column)
    }

    /// `import numpy as np`, `from torch import nn`.
    var importing: Habit? {
        let isFrom = first == "from"
        guard isFrom || first == "import", let module = word(1) else { return nil }
        let words = Set(tokens.map(\.text))
        guard isFrom ? words.contains("import") : words.contains("as") || ModuleAlias.all[module] != nil else {
            return nil
        }
        let alias = ModuleAlias.all[module]
        let what =
            alias.map { "'\(module)' is a module of Python: \($0.reason)" }
            ?? "this is Python's way to import; a module of Swift is imported by its name alone"
        return habit(what, alias?.swift ?? "import Swiftlet", at: tokens[1])
    }

    /// `@torch.no_grad()` above a function.
    var decorator: Habit? {
        guard first == "@", lines.indices.contains(index + 1) else { return nil }
        let below = ForeignLine(index + 1, of: lines)
        guard ["def", "class", "@"].contains(below.first),
            let function = below.function ?? below.type ?? below.decorator
        else { return nil }
        return habit("a decorator is Python; leave the line out, and write what follows in Swift", function.swift)
    }

    /// `"""What it does."""`
    var docstring: Habit? {
        guard tokens.count == 1, tokens[0].kind == .text else { return nil }
        let line = lines[index].drop { $0 == " " }
        guard line.hasPrefix("\"\"\"") || line.hasPrefix("'''"), !tokens[0].text.isEmpty else { return nil }
        return habit("a description is a comment in Swift, above what it describes", "/// \(tokens[0].text)")
    }

    // MARK: Declarations

    /// `def f(x):`, `function f(x) {`, `fun f(x) {`.
    var function: Habit? {
        var nodes = nodes
        if first == "async" { nodes.removeFirst() }
        guard let keyword = nodes.first?.token, ["def", "function", "fn", "fun", "void"].contains(keyword.text),
            nodes.count > 2, let name = nodes[1].token?.text, nodes[2].isGroup("(")
        else { return nil }
        let message = "a function begins with 'func' in Swift, and its body stands in braces"
        return habit(message, signature(name, nodes[2].content, after: Array(nodes[3...])))
    }

    private func signature(_ name: String, _ parameters: [ForeignNode], after: [ForeignNode]) -> String {
        var parts = parameters.byCommas.map(Array.init)
        let isMember = parts.first?.first?.isWord("self") == true
        if isMember { parts.removeFirst() }
        if isMember, ["forward", "call", "__call__"].contains(name) {
            return "override func forward(_ x: Tensor) -> Tensor \(braces)"
        }
        let names = parts.map { parameter($0, isLabelled: name == "__init__") }.joined(separator: ", ")
        if name == "__init__" { return "init(\(names)) { … }" }
        var result = ""
        if let arrow = after.firstIndex(ofSign: "->") {
            let type = TypeWord.swift(after[(arrow + 1)...].prefix { !$0.isSign(":") && !$0.isGroup("{") })
            result = type == "Void" ? "" : " -> \(type)"
        } else if bodyReturns {
            result = " -> Double"
        }
        let isOneReturn = body.count == 1 && ForeignLine(body[0], of: lines).first == "return"
        let inBraces = isOneReturn ? braces.replacing("{ return ", with: "{ ") : braces
        return "func \(name)(\(names))\(result) \(after.contains { $0.isGroup("{") } ? "{" : inBraces)"
    }

    private var bodyReturns: Bool {
        let rest = body.isEmpty ? Array(lines.indices.dropFirst(index + 1)) : body
        return rest.contains { line in
            let tokens = ForeignToken.all(in: lines[line])
            return tokens.count > 1 && tokens[0].text == "return"
        }
    }

    /// `_ x: Double = 2`.
    private func parameter(_ nodes: [ForeignNode], isLabelled: Bool) -> String {
        let value = nodes.firstIndex(ofSign: "=")
        let declared = nodes[..<(value ?? nodes.endIndex)]
        let words = declared.compactMap { $0.token?.kind == .word ? $0.token : nil }
        let initial = value.map { nodes[($0 + 1)...] }
        var name = words.first?.text ?? "x"
        let type: String
        if let colon = declared.firstIndex(ofSign: ":") {
            type = TypeWord.swift(declared[(colon + 1)...])
        } else if words.count == 2, let known = TypeWord.all[words[0].text] {
            (name, type) = (words[1].text, known)
        } else {
            type = TypeWord.likely(for: name, value: initial?.first?.token)
        }
        let label = isLabelled ? "" : "_ "
        return "\(label)\(name): \(type)" + (initial.map { " = " + ForeignExpression.swift($0) } ?? "")
    }

    /// `class Net(nn.Module):`.
    var type: Habit? {
        guard first == "class", let name = word(1), nodes.count > 2 else { return nil }
        guard nodes[2].isGroup("(") || (nodes[2].isSign(":") && nodes.count == 3) else { return nil }
        let base = nodes[2].content.compactMap { $0.token?.kind == .word ? $0.token?.text : nil }.last
        switch base {
        case "Module", "Model", "Layer":
            return habit(
                "a class names its superclass behind a colon, and its body stands in braces; a network of your own is a Layer",
                "final class \(name): Layer { override func forward(_ x: Tensor) -> Tensor { … } }")
        case nil, "object": return habit("the body of a class stands in braces", "class \(name) { … }")
        case let base?:
            return habit(
                "a class names its superclass behind a colon, and its body stands in braces",
                "class \(name): \(base) { … }")
        }
    }

    // MARK: Blocks

    private static let heads: Set<String> = ["if", "elif", "else", "for", "while", "try", "except", "finally", "with"]

    /// `for i in range(10):`, `if x > 2: print(x)`.
    var block: Habit? {
        guard isWord, Self.heads.contains(first), nodes.count > 1, !(first == "with" && nodes[1].isSign(":")),
            let colon = blockColon
        else { return nil }
        if first == "with" { return context(Array(nodes[1..<colon])) }
        if first == "if", word(1) == "__name__" {
            return habit("this line is not needed: a cell's code runs from top to bottom", nil)
        }
        return habit("a block stands in braces in Swift, without a colon", clause(colon))
    }

    /// The colon that ends the head of a block; `nil` for Swift's own colons.
    private var blockColon: Int? {
        let hasBrace = nodes.contains { $0.isGroup("{") }
        guard !hasBrace, let colon = nodes.lastIndex(where: { $0.isSign(":") }) else { return nil }
        let isLast = colon == nodes.count - 1
        // `if a ? b : c`: a choice, not a block.
        let isChoice = nodes[..<colon].contains { $0.isSign("?") }
        // What follows on the line is a statement, not a type as in `if let x: Int = 5`.
        let isFollowed = !isLast && !nodes[(colon + 1)...].contains { $0.isSign("=") }
        guard !isChoice, isLast || isFollowed, first != "for" || nodes[..<colon].contains(where: { $0.isWord("in") })
        else {
            return nil
        }
        return colon
    }

    private func clause(_ colon: Int) -> String {
        let head = Array(nodes[1..<colon])
        let isOneLine = colon < nodes.count - 1
        let inBraces =
            isOneLine ? "{ \(ForeignExpression.swift(nodes[(colon + 1)...])) }" : braces
        let start: String
        switch first {
        case "for": start = "for \(loopHead(head))"
        case "elif": start = "else if \(ForeignExpression.swift(head))"
        case "try": start = "do"
        case "except": start = "catch"
        case "finally": start = "defer"
        case "else": start = "else"
        default: start = "\(first) \(ForeignExpression.swift(head))"
        }
        let isNext = ["elif", "else", "except"].contains(first)
        let below = continuation.flatMap { line in line.blockColon.map { line.clause($0) } }
        let text = "\(start) \(inBraces)"
        return (isNext && !isContinuing ? "} " + text : text) + (below.map { " " + $0 } ?? "")
    }

    /// Whether a clause above goes on with this one and is not in Swift either, so that it is written with it.
    private var isContinuing: Bool {
        let own = Self.indentation(lines[index])
        for above in lines.indices.prefix(index).reversed() where !lines[above].allSatisfy(\.isWhitespace) {
            if Self.indentation(lines[above]) > own { continue }
            let line = ForeignLine(above, of: lines)
            return Self.heads.contains(line.first) && line.blockColon != nil
        }
        return false
    }

    private func loopHead(_ head: [ForeignNode]) -> String {
        guard let link = head.firstIndex(ofWord: "in") else { return ForeignExpression.swift(head) }
        let names = ForeignExpression.swift(head[..<link])
        let pattern = names.contains(",") && !names.hasPrefix("(") ? "(\(names))" : names
        return "\(pattern) in \(ForeignExpression.swift(head[(link + 1)...]))"
    }

    /// `with open("a.txt") as file:`, `with torch.no_grad():`.
    private func context(_ head: [ForeignNode]) -> Habit? {
        let words = head.compactMap { $0.token?.kind == .word ? $0.token?.text : nil }
        if words.contains("no_grad") || words.contains("inference_mode") {
            return habit(
                "there is no 'with' in Swift: what computes without gradients stands in braces",
                "withoutGradients \(braces)")
        }
        if words.contains("GradientTape") {
            return habit(
                "there is no tape: what is computed from x.tracked() can be differentiated", "let x = x.tracked()")
        }
        if words.first == "open", head.count > 1, let path = head[1].content.first {
            return habit(
                "there is no 'with' in Swift, and a text file is read in one step (with import Foundation)",
                "let text = try String(contentsOfFile: \(ForeignExpression.swift([path])), encoding: .utf8)")
        }
        return habit(
            "there is no 'with' in Swift: what is opened is a constant", "let file = \(ForeignExpression.swift(head))")
    }

    /// `} elif x > 1 {`, `elseif x > 1 {`.
    var colonlessClause: Habit? {
        guard
            let position = tokens.firstIndex(where: {
                ["elif", "elseif", "elsif"].contains($0.text) && $0.kind == .word
            })
        else { return nil }
        let bytes = Array(lines[index].utf8)
        let word = tokens[position]
        let text = String(decoding: bytes[..<word.column], as: UTF8.self).trimmedStart
        let rest = String(decoding: bytes[(word.column + word.text.utf8.count)...], as: UTF8.self)
        return habit("a second condition is two words in Swift, 'else if'", text + "else if" + rest, at: word)
    }

    // MARK: Single words

    /// `print "hello"`.
    var printing: Habit? {
        guard first == "print", nodes.count > 1, nodes[1].isSpaced, nodes[1].isOperand, !nodes[1].isGroup("("),
            !nodes[1].isGroup("{"), !nodes[1].isGroup("[")
        else { return nil }
        return habit("what is printed stands in parentheses", "print(\(ForeignExpression.swift(nodes.dropFirst())))")
    }

    /// `assert x > 2`, `raise ValueError("no")`, `del x`, `global x`, `pass`, `new Dog()`.
    var command: Habit? {
        let rest = nodes.dropFirst()
        func follows() -> Bool { nodes.count > 1 && nodes[1].isOperand && !nodes[1].isGroup("{") }
        switch first {
        case "assert" where follows() && nodes[1].isSpaced:
            let parts = rest.byCommas.map { ForeignExpression.swift($0) }
            return habit("what is asserted stands in parentheses", "assert(\(parts.joined(separator: ", ")))")
        case "raise":
            let message = nodes.count > 2 && nodes[2].isGroup("(") ? ForeignExpression.swift(nodes[2].content) : "\"…\""
            return habit(
                "'raise' is Python: an error that ends the cell is a fatalError; one that is caught is thrown",
                "fatalError(\(message))")
        case "pass" where nodes.count == 1:
            return habit("'pass' is not needed: an empty body is two braces", "{ }")
        case "global" where follows(), "nonlocal" where follows():
            return habit("'\(first)' is not needed: a function can change the cell's variables", nil)
        case "del" where follows(): return habit("'del' is not needed: memory is given back by itself", nil)
        case "yield" where follows():
            return habit(
                "there is no 'yield': collect the values in an array", "values.append(\(ForeignExpression.swift(rest)))"
            )
        default: break
        }
        guard let new = nodes.firstIndex(ofWord: "new"), new + 2 < nodes.count, nodes[new + 1].token?.kind == .word,
            nodes[new + 2].isGroup("("), new == 0 || !nodes[new - 1].isOperand
        else { return nil }
        let line = ForeignLine.removing(new, from: nodes)
        return habit(
            "'new' is not needed: a type's name in front of parentheses makes a value", line, at: nodes[new].token)
    }

    private static func removing(_ index: Int, from nodes: [ForeignNode]) -> String {
        ForeignExpression.swift(nodes[..<index]) + (index > 0 ? " " : "")
            + ForeignExpression.swift(nodes[(index + 1)...])
    }

    /// `const c = 5`, `int n = 5;`, `auto x := 5`.
    var declaration: Habit? {
        guard let keyword = nodes.first?.token, keyword.kind == .word, nodes.count > 3, let name = nodes[1].token,
            name.kind == .word, nodes[2].isSign("=") || nodes[2].isSign(":=")
        else { return nil }
        let value = ForeignExpression.swift(nodes[3...])
        if keyword.text == "const" || keyword.text == "val" || keyword.text == "auto" || keyword.text == "final" {
            return habit("a constant begins with 'let' in Swift", "let \(name.text) = \(value)")
        }
        guard let type = TypeWord.all[keyword.text] else { return nil }
        let isClear = type == "Int" || type == "Bool" || type == "String" || value.contains(".")
        return habit(
            "a new variable begins with let, or with var if it will change; its type follows from its value",
            "let \(name.text)\(isClear ? "" : ": \(type)") = \(value)")
    }

    /// `for (int i = 0; i < n; i++) {`.
    var countingLoop: Habit? {
        guard first == "for", nodes.count > 1, nodes[1].isGroup("(") else { return nil }
        let parts = nodes[1].content.split(separatedBy: ";").map(Array.init)
        guard parts.count == 3, let start = parts[0].firstIndex(ofSign: "="), start > 0,
            let name = parts[0][start - 1].token,
            let bound = parts[1].firstIndex(where: { $0.isSign("<") || $0.isSign("<=") })
        else { return nil }
        let range = parts[1][bound].isSign("<") ? "..<" : "..."
        let (from, to) = (
            ForeignExpression.swift(parts[0][(start + 1)...]), ForeignExpression.swift(parts[1][(bound + 1)...])
        )
        return habit("a loop counts through a range", "for \(name.text) in \(from)\(range)\(to) { … }")
    }

    /// `rate: float = 0.1`.
    var annotation: Habit? {
        guard isWord, nodes.count > 4, nodes[0].isOperand, nodes[1].isSign(":"),
            !nodes.contains(where: { $0.isSign(",") }),
            let equals = nodes.firstIndex(ofSign: "=")
        else { return nil }
        let type = TypeWord.swift(nodes[2..<equals])
        return habit(
            "a new variable begins with let, or with var if it will change",
            "let \(first): \(type) = \(ForeignExpression.swift(nodes[(equals + 1)...]))")
    }

    /// `a, b = 1, 2`.
    var unpacking: Habit? {
        guard isWord, let equals = nodes.firstIndex(ofSign: "="), equals > 2 else { return nil }
        let names = nodes[..<equals].byCommas, values = nodes[(equals + 1)...].byCommas
        guard names.count > 1, names.allSatisfy({ $0.count == 1 && $0.first?.token?.kind == .word }) else { return nil }
        let left = names.map { ForeignExpression.swift($0) }, right = values.map { ForeignExpression.swift($0) }
        let value = right.count > 1 ? "(\(right.joined(separator: ", ")))" : right.joined()
        let keyword = Set(left) == Set(right) ? "" : "let "
        return habit(
            "several names are assigned at once in parentheses",
            "\(keyword)(\(left.joined(separator: ", "))) = \(value)")
    }
}

extension String {
    var trimmedStart: String { String(drop { $0.isWhitespace }) }
}
