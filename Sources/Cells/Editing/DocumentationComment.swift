/// A documentation comment: Markdown with fields (`- Parameters:`, `- Returns:`) and links to symbols.
package struct DocumentationComment: Sendable {
    private enum Line {
        case text(Substring)
        /// The beginning of a parameter.
        case parameters
        case parameter(name: Substring, text: Substring)
        /// `- Returns: …` and similar fields.
        case field(title: Substring, text: Substring)
    }

    private let lines: [Line]

    /// Parses a comment without its `///`.
    package init(_ comment: String) {
        var lines: [Line] = []
        var isCode = false
        var isListing = false
        for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```") { isCode.toggle() }
            if isCode {
                lines.append(.text(line))
            } else if line.wholeMatch(of: /\s*- [Pp]arameters:\s*/) != nil {
                lines.append(.parameters)
                isListing = true
            } else if let match = line.wholeMatch(of: /\s*- [Pp]arameter (\w+):\s*(.*)/) {
                if !isListing { lines.append(.parameters) }
                lines.append(.parameter(name: match.1, text: match.2))
                isListing = true
            } else if isListing, let match = line.wholeMatch(of: /\s+- (\w+):\s*(.*)/) {
                lines.append(.parameter(name: match.1, text: match.2))
            } else if let match = line.wholeMatch(
                of: /\s*- (Returns|Throws|Note|Complexity|Precondition|Important|Warning|SeeAlso):\s*(.*)/)
            {
                lines.append(.field(title: match.1, text: match.2))
                isListing = false
            } else {
                lines.append(.text(line))
            }
        }
        self.lines = lines
    }

    /// The comment as plain Markdown.
    package var markdown: String {
        Self.resolvingLinks(
            lines.map { line in
                switch line {
                case .text(let text): String(text)
                case .parameters: "\n**Parameters**\n"
                case .parameter(let name, let text): "- `\(name)`: \(text)"
                case .field(let title, let text): "\n**\(title)**: \(text)"
                }
            }.joined(separator: "\n"))
    }

    /// The comment for a terminal.
    package var plainText: String {
        Self.resolvingLinks(
            lines.map { line in
                switch line {
                case .text(let text): String(text)
                case .parameters: "Parameters:"
                case .parameter(let name, let text): "  \(name): \(text)"
                case .field(let title, let text): "\(title): \(text)"
                }
            }.joined(separator: "\n"))
    }

    /// Links to symbols as code: ``fit(_:)-3xk2`` becomes `fit(_:)`.
    private static func resolvingLinks(_ text: String) -> String {
        text.replacing(/``([^`\s]+?)(-\w+|-\([^`]*\))?``/) { "`" + $0.1.replacing("/", with: ".") + "`" }
    }
}
