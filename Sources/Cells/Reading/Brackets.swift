import SwiftSyntax

/// The bracket that makes a source unbalanced.
enum UnbalancedBracket {
    /// An opening bracket without its closing one.
    case open(TokenSyntax)
    /// A closing bracket without its opening one.
    case closing(TokenSyntax)

    /// The bracket to tell of; `nil` for a balanced source, and for one with a string without an end, which hides
    /// the brackets behind it.
    init?(in tree: SourceFileSyntax, _ converter: SourceLocationConverter) {
        let hidesSome = tree.tokens(viewMode: .all).contains { token in
            token.presence == .missing && [.stringQuote, .multilineStringQuote].contains(token.tokenKind)
        }
        if hidesSome { return nil }
        var open: [TokenSyntax] = []
        var suspect: TokenSyntax?
        for token in tree.tokens(viewMode: .sourceAccurate) where token.presence == .present {
            switch token.tokenKind {
            case .leftParen, .leftSquare, .leftBrace: open.append(token)
            case .rightParen, .rightSquare, .rightBrace:
                guard let last = open.last else {
                    self = .closing(token)
                    return
                }
                if !last.isClosed(by: token) {
                    // `f([1, 2)`: the inner one is open. `f(1])`: the closing one belongs to none.
                    let closesOuter = open.contains { $0.isClosed(by: token) }
                    self = closesOuter ? .open(last) : .closing(token)
                    return
                }
                open.removeLast()
                // A brace that closes less indented than its block began closes another block.
                if suspect == nil, token.tokenKind == .rightBrace, token.isFirstInLine,
                    Self.indentation(of: token, converter) < Self.indentation(of: last, converter)
                {
                    suspect = last
                }
            default: break
            }
        }
        guard let last = open.last else { return nil }
        self = .open(last.tokenKind == .leftBrace ? suspect ?? last : last)
    }

    private static func indentation(of token: TokenSyntax, _ converter: SourceLocationConverter) -> Int {
        let line = converter.location(for: token.positionAfterSkippingLeadingTrivia).line
        return converter.sourceLines[line - 1].prefix { $0 == " " || $0 == "\t" }.count
    }

    /// What is said of it.
    var message: String {
        switch self {
        case .open(let token): "this \(token.text) is not closed: a \(token.closing) is missing"
        case .closing(let token): "this \(token.text) closes nothing: remove it, or write the bracket that it closes"
        }
    }

    var token: TokenSyntax {
        switch self {
        case .open(let token), .closing(let token): token
        }
    }
}

extension TokenSyntax {
    fileprivate var closing: String {
        switch tokenKind {
        case .leftParen: ")"
        case .leftSquare: "]"
        default: "}"
        }
    }

    fileprivate func isClosed(by other: TokenSyntax) -> Bool { closing == other.text }

    /// Whether nothing precedes it in its line.
    var isFirstInLine: Bool {
        leadingTrivia.contains { piece in
            switch piece {
            case .newlines, .carriageReturns, .carriageReturnLineFeeds: true
            default: false
            }
        }
    }
}
