import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// Whether a text can be run, or is incomplete.
package enum Completeness: Sendable, Equatable {
    case complete
    /// More must follow: an open brace, parenthesis, string or comment. Carries the next line's indentation.
    case incomplete(indent: String)
    case invalid

    /// The completeness of a text, for a console in which Enter was pressed.
    package init(of source: String) {
        let tree = Parser.parse(source: source)
        let errors = ParseDiagnosticsGenerator.diagnostics(for: tree).filter { $0.diagMessage.severity == .error }
        guard !errors.isEmpty else {
            self = .complete
            return
        }
        let end = source.trimmedEnd.utf8.count
        let waits = errors.allSatisfy { $0.position.utf8Offset >= end || $0.message.hasPrefix("unterminated '/*'") }
        self = waits ? .incomplete(indent: String(repeating: " ", count: 4 * Self.depth(tree))) : .invalid
    }

    /// The number of braces and parentheses that are open at the end.
    private static func depth(_ tree: SourceFileSyntax) -> Int {
        var depth = 0
        for token in tree.tokens(viewMode: .sourceAccurate) {
            switch token.tokenKind {
            case .leftBrace, .leftParen, .leftSquare: depth += 1
            case .rightBrace, .rightParen, .rightSquare: depth -= 1
            default: break
            }
        }
        return max(depth, 0)
    }
}
