/// A word, number, text or sign of a line in another language: Python's texts and comments are read as such.
struct ForeignToken: Equatable {
    enum Kind { case word, number, text, sign, comment }

    var kind: Kind
    /// The word, number or sign; of a text what stands between the quotes, of a comment what follows its mark.
    var text: String
    /// The letters before a text's quotes: "f" of `f"…"`.
    var prefix = ""
    /// Whether a blank precedes it.
    var isSpaced = false
    /// The column of its first character, in bytes from 0.
    var column = 0

    static func sign(_ text: String) -> ForeignToken { .init(kind: .sign, text: text) }

    func isSign(_ text: String) -> Bool { kind == .sign && self.text == text }

    /// The tokens of a line.
    static func all(in line: some StringProtocol) -> [ForeignToken] {
        var reader = Reader(characters: Array(String(line)))
        return reader.read()
    }

    private static let signs = [
        "...", "..<", "===", "!==", "**", "->", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", ":=", "++", "--", "&&",
        "||", "=>", "??", "&+", "&-",
    ]

    private struct Reader {
        let characters: [Character]
        var index = 0
        var column = 0

        init(characters: [Character]) { self.characters = characters }

        private func starts(_ text: String) -> Bool { characters[index...].starts(with: text) }

        private mutating func take(_ count: Int) -> String {
            let taken = String(characters[index..<min(index + count, characters.count)])
            index += count
            column += taken.utf8.count
            return taken
        }

        private func length(while isPart: (Character) -> Bool) -> Int {
            characters[index...].prefix(while: isPart).count
        }

        mutating func read() -> [ForeignToken] {
            var tokens: [ForeignToken] = []
            while index < characters.count {
                let blanks = length { $0.isWhitespace }
                _ = take(blanks)
                guard index < characters.count else { break }
                var token = next()
                token.isSpaced = blanks > 0
                // `f"…"`: a word that touches a text is its prefix.
                if token.kind == .text, !token.isSpaced, let last = tokens.last, last.kind == .word,
                    ["f", "r", "b", "u", "fr", "rf"].contains(last.text.lowercased())
                {
                    token.prefix = last.text.lowercased()
                    token.column = last.column
                    token.isSpaced = last.isSpaced
                    tokens.removeLast()
                }
                tokens.append(token)
            }
            return tokens
        }

        private mutating func next() -> ForeignToken {
            let start = column
            let first = characters[index]
            if first.isLetter || first == "_" {
                return token(.word, take(length { $0.isLetter || $0.isNumber || $0 == "_" }), start)
            }
            if first.isNumber {
                var count = length { $0.isLetter || $0.isNumber || $0 == "_" }
                let rest = characters[(index + count)...]
                if rest.first == ".", rest.dropFirst().first?.isNumber == true {
                    count += 1 + rest.dropFirst().prefix { $0.isLetter || $0.isNumber }.count
                }
                return token(.number, take(count), start)
            }
            if first == "\"" || (first == "'" && characters[(index + 1)...].contains("'")) { return text(start) }
            if isPattern { return text(start) }
            if starts("#\"") { return rawText(start) }
            if starts("//") || isComment {
                _ = take(starts("//") ? 2 : 1)
                return token(.comment, take(characters.count - index), start)
            }
            let sign = ForeignToken.signs.first(where: starts) ?? String(first)
            return token(.sign, take(sign.count), start)
        }

        /// Whether `/` begins a regular expression: behind `(`, `:`, `,` or `=`, and closed on the line.
        private var isPattern: Bool {
            guard characters[index] == "/", index + 1 < characters.count, !characters[index + 1].isWhitespace,
                !"/*".contains(characters[index + 1]), characters[(index + 1)...].contains("/")
            else { return false }
            return characters[..<index].last { !$0.isWhitespace }.map { "(:,=".contains($0) } ?? true
        }

        /// Whether `#` begins a comment, not one of Swift's directives or raw texts.
        private var isComment: Bool {
            guard characters[index] == "#" else { return false }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            return next.isWhitespace || next == "#"
        }

        /// `#"…"#`.
        private mutating func rawText(_ start: Int) -> ForeignToken {
            _ = take(2)
            var content = ""
            while index < characters.count, !starts("\"#") { content += take(1) }
            if index < characters.count { _ = take(2) }
            return token(.text, content, start)
        }

        private mutating func text(_ start: Int) -> ForeignToken {
            let mark = ["\"\"\"", "'''"].first(where: starts) ?? String(characters[index])
            _ = take(mark.count)
            var content = ""
            var depth = 0
            while index < characters.count, depth > 0 || !starts(mark) {
                if starts("\\(") {
                    depth += 1
                    content += take(2)
                } else if depth > 0, starts("(") {
                    depth += 1
                    content += take(1)
                } else if depth > 0, starts(")") {
                    depth -= 1
                    content += take(1)
                } else {
                    content += take(starts("\\") && depth == 0 ? 2 : 1)
                }
            }
            if index < characters.count { _ = take(mark.count) }
            return token(.text, content, start)
        }

        private func token(_ kind: Kind, _ text: String, _ start: Int) -> ForeignToken {
            .init(kind: kind, text: text, column: start)
        }
    }
}

/// A token, or what stands in brackets.
indirect enum ForeignNode {
    case token(ForeignToken)
    case group(ForeignToken, [ForeignNode])
    /// What is Swift already.
    case swift(String, isSpaced: Bool)

    var token: ForeignToken? { if case .token(let token) = self { token } else { nil } }

    var isSpaced: Bool {
        switch self {
        case .token(let token), .group(let token, _): token.isSpaced
        case .swift(_, let isSpaced): isSpaced
        }
    }

    func isWord(_ text: String) -> Bool { token.map { $0.kind == .word && $0.text == text } ?? false }
    func isSign(_ text: String) -> Bool { token?.isSign(text) ?? false }
    func isGroup(_ mark: String) -> Bool { if case .group(let open, _) = self { open.text == mark } else { false } }
    var content: [ForeignNode] { if case .group(_, let nodes) = self { nodes } else { [] } }

    /// Whether an expression can end, or begin, with it.
    var isOperand: Bool {
        guard let token else { return true }
        return token.kind == .number || token.kind == .text
            || (token.kind == .word && !Self.keywords.contains(token.text))
    }

    /// Words that are no names, in Swift or in Python.
    static let keywords: Set<String> = [
        "and", "as", "break", "case", "catch", "default", "class", "continue", "def", "do", "elif", "else", "except",
        "for",
        "from",
        "func", "guard", "if", "import", "in", "is", "lambda", "let", "not", "or", "return", "struct", "switch", "try",
        "var", "where", "while", "with", "yield", "throw", "raise", "await", "repeat", "extension", "enum",
    ]

    /// The tokens with what stands in brackets as groups.
    static func tree(_ tokens: [ForeignToken]) -> [ForeignNode] {
        var rest = tokens[...]
        return nodes(&rest, until: nil)
    }

    private static func nodes(_ rest: inout ArraySlice<ForeignToken>, until close: String?) -> [ForeignNode] {
        let pairs = ["(": ")", "[": "]", "{": "}"]
        var found: [ForeignNode] = []
        while let token = rest.popFirst() {
            if token.kind == .comment { continue }
            if token.kind == .sign {
                if token.text == close { return found }
                if let end = pairs[token.text] {
                    found.append(.group(token, nodes(&rest, until: end)))
                    continue
                }
            }
            found.append(.token(token))
        }
        return found
    }
}

extension Sequence<ForeignNode> {
    /// Every node, also those in brackets.
    var everywhere: [[ForeignNode]] { [Array(self)] + flatMap { $0.content.isEmpty ? [] : $0.content.everywhere } }
}

extension RandomAccessCollection<ForeignNode> where Index == Int {
    func firstIndex(ofWord word: String) -> Int? { firstIndex { $0.isWord(word) } }
    func firstIndex(ofSign sign: String) -> Int? { firstIndex { $0.isSign(sign) } }

    /// The parts between commas.
    var byCommas: [SubSequence] { split(separatedBy: ",", omittingEmpty: true) }

    func split(separatedBy sign: String, omittingEmpty: Bool = false) -> [SubSequence] {
        split(omittingEmptySubsequences: omittingEmpty) { $0.isSign(sign) }
    }
}
