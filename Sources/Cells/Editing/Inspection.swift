import Foundation

/// The declaration and the documentation of a name.
package struct Inspection: Codable, Sendable, Equatable {
    /// The declaration as Swift; for a type also its initialisers, for an overloaded function all overloads.
    package var declarations: [String]
    /// The documentation comment, in Markdown.
    package var documentation: String?
    /// Other functions of the same name.
    package var alternatives: [String] = []
    /// The module that declares it.
    package var module: String?
    /// The name, if it is an earlier cell's variable.
    package var variable: String?
    /// The value of the variable.
    package var value: String?

    package init(
        declarations: [String], documentation: String? = nil, alternatives: [String] = [], module: String? = nil,
        variable: String? = nil
    ) {
        self.declarations = declarations
        self.documentation = documentation
        self.alternatives = alternatives
        self.module = module
        self.variable = variable
    }

    /// The inspection as Markdown.
    ///
    /// - Parameter everything: Whether to include the alternatives and where it is declared.
    package func markdown(everything: Bool = false) -> String {
        var parts = [Self.listing(declarations + valueLines)]
        if let documentation { parts.append(DocumentationComment(documentation).markdown) }
        if everything {
            if !alternatives.isEmpty { parts.append("Also:\n\n" + Self.listing(alternatives)) }
            if let origin { parts.append(origin) }
        }
        return parts.joined(separator: "\n\n")
    }

    /// The inspection for a terminal.
    ///
    /// - Parameter everything: Whether to include the alternatives and where it is declared.
    package func plainText(everything: Bool = false) -> String {
        var parts = [(declarations + valueLines).joined(separator: "\n")]
        if let documentation { parts.append(DocumentationComment(documentation).plainText) }
        if everything {
            if !alternatives.isEmpty { parts.append("Also:\n" + alternatives.joined(separator: "\n")) }
            if let origin { parts.append(origin) }
        }
        return parts.joined(separator: "\n\n")
    }

    private static func listing(_ lines: [String]) -> String { "```swift\n" + lines.joined(separator: "\n") + "\n```" }

    /// The value as comments below the declaration.
    private var valueLines: [String] { value?.split(separator: "\n").map { "// " + $0 } ?? [] }

    /// The origin: "Declared in cell 3."
    private var origin: String? {
        guard let module else { return nil }
        if let cell = module.wholeMatch(of: /Cell(\d+)(_\d+)?/) { return "Declared in cell \(cell.1)." }
        return module == Draft.module ? nil : "Declared in module \(module)."
    }

    /// The declaration in SourceKit's XML as Swift, with one parameter a line if it would be too long for one line.
    package static func declaration(annotated xml: String) -> String {
        let text = xml.replacing(/<[^>]*>/, with: "")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
        return declaration(text)
    }

    /// A declaration without the keywords that do not matter to its user.
    package static func declaration(_ text: String) -> String {
        let plain = text.replacing(
            /(@\w+(\([^)]*\))?|final|public|open|internal|package|convenience|required)\s+/, with: "")
        return plain.count > 100 ? plain.wrapped : plain
    }
}

extension String {
    /// The declaration with its first parameter list broken into lines.
    fileprivate var wrapped: String {
        guard let open = firstIndex(of: "(") else { return self }
        var depth = 0
        var lines = [""]
        for index in self[open...].indices.dropFirst() {
            let character = self[index]
            if character == ")" || character == "]" || character == "}" {
                if depth == 0 {
                    let parameters = lines.map { "\n    " + $0.trimmingCharacters(in: .whitespaces) }
                    return self[...open] + parameters.joined(separator: ",") + "\n" + self[index...]
                }
                depth -= 1
            }
            if character == "(" || character == "[" || character == "{" { depth += 1 }
            if character == ",", depth == 0 { lines.append("") } else { lines[lines.count - 1].append(character) }
        }
        return self
    }
}
