/// SourceKit's response to a request for completions.
package struct CompletionList: Decodable {
    private var results: [Result]

    private enum CodingKeys: String, CodingKey {
        case results = "key.results"
    }

    /// A candidate for the text at the cursor.
    fileprivate struct Result: Decodable {
        var kind: String
        var name: String
        /// The text for display: `fit(train: Examples, loss: Loss) throws`.
        var description: String
        /// The source text, with placeholders such as `<#loss: Loss#>`.
        var sourceText: String
        var type: String?
        /// How close to the cursor it is declared.
        var context: String
        var module: String?
        var symbols: String?
        /// Not 0 if it is deprecated, or a module that is already imported.
        var notRecommended: Int?

        private enum CodingKeys: String, CodingKey {
            case kind = "key.kind"
            case name = "key.name"
            case description = "key.description"
            case sourceText = "key.sourcetext"
            case type = "key.typename"
            case context = "key.context"
            case module = "key.modulename"
            case symbols = "key.associated_usrs"
            case notRecommended = "key.not_recommended"
        }
    }

    /// The number of letters from which on names from C, of which there are thousands, are offered.
    static let lettersForNamesOfC = 3

    /// The modules with names from C.
    static let modulesOfC = ["SwiftGlibc", "_FoundationCShims", "CDispatch", "_FoundationICU"] + Library.foundations

    /// The candidates that begin with a prefix, the most likely first, without duplicates.
    ///
    /// - Parameter isMember: Whether they follow a dot.
    package func matches(prefix: String, isMember: Bool) -> [CodeCompletions.Match] {
        let candidates = results.compactMap { Candidate($0, prefix: prefix, isMember: isMember) }.sorted()
        var matches: [CodeCompletions.Match] = []
        var places: [String: Int] = [:]
        for candidate in candidates {
            guard let place = places[candidate.match.text] else {
                places[candidate.match.text] = matches.count
                matches.append(candidate.match)
                continue
            }
            guard let more = candidate.match.signature, matches[place].kind == candidate.match.kind else { continue }
            let known = matches[place].signature?.split(separator: "\n").map(String.init) ?? []
            if !known.contains(more) { matches[place].signature = (known + [more]).joined(separator: "\n") }
        }
        return matches
    }

    /// A result that is worth displaying, with its rank.
    private struct Candidate: Comparable {
        let match: CodeCompletions.Match
        private let rank: [Int]

        init?(_ result: Result, prefix: String, isMember: Bool) {
            guard let kind = CodeCompletions.Match.Kind(result), let text = result.insertion, !text.isEmpty,
                !text.hasPrefix("__"), text.lowercased().hasPrefix(prefix.lowercased()),
                result.notRecommended ?? 0 == 0 || kind == .module
            else { return nil }
            // `x.self`, and methods that take their own value as an argument.
            if isMember, kind == .keyword || result.sourceText.contains("(<#T##self: ") { return nil }
            let isOfC = result.symbols?.hasPrefix("c:") == true || result.module.map(modulesOfC.contains) == true
            if isOfC, prefix.utf8.count < lettersForNamesOfC { return nil }
            if kind == .module, isOfC || text.wholeMatch(of: /_.*|Cell(\d+(_\d+)?)?/) != nil { return nil }
            match = .init(text: text, kind: kind, signature: result.signature)
            rank = [
                text.hasPrefix("_") ? 1 : 0,
                isOfC ? 1 : 0,
                text.hasPrefix(prefix) ? 0 : 1,
                result.distance(kind),
            ]
        }

        static func == (one: Candidate, other: Candidate) -> Bool {
            one.rank == other.rank && one.match == other.match
        }

        static func < (one: Candidate, other: Candidate) -> Bool {
            if one.rank != other.rank { return one.rank.lexicographicallyPrecedes(other.rank) }
            let (first, second) = (one.match.text.lowercased(), other.match.text.lowercased())
            if first != second { return first < second }
            if one.match.text != other.match.text { return one.match.text < other.match.text }
            let (long, short) = (one.match.signature ?? "", other.match.signature ?? "")
            return (long.count, long) < (short.count, short)
        }
    }
}

extension CompletionList.Result {
    /// The text to insert: a name without parentheses, a label with its colon, or a declaration written out.
    fileprivate var insertion: String? {
        if sourceText.contains("<#code#>") { return sourceText.replacing("<#code#>", with: "    ") }
        // After a parenthesis comes the first label; an initialiser by its name is a method.
        if kind.hasSuffix(".pattern") || kind.hasSuffix(".constructor") && !name.hasPrefix("init") {
            return sourceText.prefixMatch(of: /\w+:/).map { String($0.0) }
        }
        let name = name.prefix { $0 != "(" }
        return name.first.map { $0.isLetter || $0 == "_" || $0 == "$" } == true
            ? name.split(separator: " ").first.map(String.init) : nil
    }

    fileprivate var signature: String? {
        guard
            kind.contains(".function.") || kind.contains(".var.") || kind.hasSuffix(".enumelement")
                || kind.hasSuffix(".macro") || kind.hasSuffix(".pattern")
        else { return nil }
        let parameters = kind.hasSuffix(".pattern") ? nil : description.firstIndex(of: "(").map { description[$0...] }
        guard let type, !type.isEmpty, type != "Void" else { return parameters.map(String.init) }
        return parameters.map { "\($0) -> \(type)" } ?? type
    }

    /// The distance of the declaration from the cursor: the expected type's members, the cell, earlier cells, the
    /// library, the language.
    fileprivate func distance(_ kind: CodeCompletions.Match.Kind) -> Int {
        switch context.split(separator: ".").last {
        case "exprspecific": return 0
        case "local": return 1
        case "thismodule": return 2
        case "thisclass": return 3
        case "superclass", "otherclass": return module.map(Library.modules.contains) == true || isOfACell ? 3 : 5
        default: break
        }
        if isOfACell { return 2 }
        if let module, Library.modules.contains(module) { return 4 }
        if kind == .keyword { return 5 }
        return module == "Swift" ? 6 : 7
    }

    private var isOfACell: Bool { module?.wholeMatch(of: /Cell(\d+(_\d+)?)?/) != nil }
}

extension CodeCompletions.Match.Kind {
    /// The kind of a result; `nil` for one that is not displayed: operators, empty literals.
    fileprivate init?(_ result: CompletionList.Result) {
        let prefix = "source.lang.swift."
        guard result.kind.hasPrefix(prefix) else { return nil }
        switch result.kind.dropFirst(prefix.count) {
        case "keyword", "literal.boolean", "literal.nil": self = .keyword
        case "pattern", "decl.var.parameter": self = .param
        case "decl.function.constructor": self = result.name.hasPrefix("init") ? .method : .param
        case "decl.function.free": self = .function
        case "decl.function.method.instance", "decl.function.method.static", "decl.function.method.class":
            self = .method
        case "decl.var.instance", "decl.var.static", "decl.var.class": self = .property
        case "decl.var.global", "decl.var.local": self = .instance
        case "decl.struct": self = .struct
        case "decl.class", "decl.actor": self = .class
        case "decl.enum": self = .enum
        case "decl.enumelement": self = .case
        case "decl.protocol": self = .protocol
        case "decl.typealias", "decl.associatedtype", "decl.generic_type_param": self = .typealias
        case "decl.module": self = .module
        case "decl.macro": self = .macro
        default: return nil
        }
    }
}
