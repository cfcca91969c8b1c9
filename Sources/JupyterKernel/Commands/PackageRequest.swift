/// A cell's request for a Swift package, in the notation of Package.swift.
package struct PackageRequest: Hashable, Sendable {
    /// The location and version of a package, as Package.swift's `.package(…)` takes them.
    package enum Location: Hashable, Sendable {
        /// A git repository, and a requirement such as `from: "1.0.0"`.
        case repository(url: String, requirement: String)
        /// A folder.
        case folder(path: String)
    }

    /// Where the package is.
    package var location: Location
    /// The products to import; all libraries of the package if there are none.
    package var products: [String]

    private static let example = "%package https://github.com/apple/swift-algorithms from: \"1.2.0\""

    /// Parses `https://… from: "1.0.0" Product`, `path: ../folder`, or a whole `.package(url: …, from: …)`.
    package init(_ text: String) throws(CommandError) {
        var url: String?
        var path: String?
        var requirement: String?
        products = []
        var label: String?
        for token in Self.tokens(text) {
            switch (label, token) {
            case (_, .label(let name)):
                guard ["url", "path", "from", "exact", "branch", "revision", "product", "products"].contains(name)
                else {
                    throw .unknown(
                        "requirement", name + ":", among: ["url:", "path:", "from:", "exact:", "branch:", "revision:"],
                        otherwise: "say from:, exact:, branch: or revision:")
                }
                label = name
            case ("url", .word(let word)): url = word
            case ("path", .word(let word)): path = word
            case ("from", .word(let word)), ("exact", .word(let word)):
                requirement = "\(label!): \"\(try Self.version(word))\""
            case ("branch", .word(let word)), ("revision", .word(let word)): requirement = "\(label!): \"\(word)\""
            case (_, .word(let word)):
                if url == nil, word.contains("://") || word.hasPrefix("git@") {
                    url = word
                } else if url == nil, path == nil, ["/", "./", "../", "~/"].contains(where: word.hasPrefix) {
                    path = word
                } else {
                    products.append(word)
                }
            }
            if case .word = token, label != "products" { label = nil }
        }
        switch (url, path) {
        case (let url?, nil):
            guard let requirement else {
                throw CommandError(
                    "%package needs a version requirement for \(url)", hint: "add from: \"1.0.0\", or branch: \"main\"")
            }
            location = .repository(url: url, requirement: requirement)
        case (nil, let path?):
            if requirement != nil {
                throw CommandError(
                    "a package in a folder takes no version requirement", hint: "%package path: \"\(path)\"")
            }
            location = .folder(path: path)
        case (nil, nil): throw CommandError("%package needs a package", hint: Self.example)
        default: throw CommandError("a package is either in a folder or in a repository", hint: Self.example)
        }
        for text in [url, path, requirement?.filter { $0 != "\"" }].compactMap(\.self) + products
        where text.contains(where: { "\"\\\n".contains($0) }) {
            throw CommandError(
                "\(text) contains a character that an address or a name of a package cannot contain", hint: Self.example
            )
        }
    }

    /// SwiftPM's name for the package: the last component of its address.
    package var name: String {
        let address =
            switch location {
            case .repository(let url, _): url
            case .folder(let path): path
            }
        let last = address.split(separator: "/").last.map(String.init) ?? address
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    /// A version with the three numbers that SwiftPM requires.
    private static func version(_ text: String) throws(CommandError) -> String {
        let core = text.prefix { $0.isNumber || $0 == "." }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(numbers.count), numbers.allSatisfy({ Int($0) != nil }) else {
            throw CommandError(
                "\"\(text)\" is not a version", hint: "a version has three numbers, as in from: \"1.2.0\"")
        }
        return core + String(repeating: ".0", count: 3 - numbers.count) + text[core.endIndex...]
    }

    private enum Token {
        case label(String)
        case word(String)
    }

    /// Words, quoted or not, and labels with a colon. Commas and brackets are separators.
    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace || ",()[]".contains(first) {
                rest.removeFirst()
            } else if first == "\"" {
                let word = rest.dropFirst().prefix { $0 != "\"" }
                tokens.append(.word(String(word)))
                rest = rest[word.endIndex...].dropFirst()
            } else {
                let name = rest.drop { $0 == "." }.prefix { $0.isLetter }
                let behind = rest[name.endIndex...]
                if !name.isEmpty, behind.hasPrefix(":"), !behind.hasPrefix("://") {
                    tokens.append(.label(String(name)))
                    rest = behind.dropFirst()
                } else if name == "package", behind.hasPrefix("(") {
                    rest = behind
                } else {
                    let word = rest.prefix { !$0.isWhitespace && !",()[]\"".contains($0) }
                    tokens.append(.word(String(word)))
                    rest = rest[word.endIndex...]
                }
            }
        }
        return tokens
    }
}
