import SwiftParser
import SwiftSyntax

/// The syntactic context of the cursor in a cell that is being edited. All positions are byte offsets.
package struct CursorSite {
    /// The call whose parentheses contain the cursor.
    package struct Call {
        /// The name of the called function, `Conv2D` in `layers.Conv2D(`; empty if it has none.
        package var name: String
        /// The start of the argument at the cursor.
        package var argument: Int
    }

    /// The name that contains the cursor or ends at it.
    package private(set) var word: Range<Int>?
    /// Whether the name is an argument label.
    package private(set) var isLabel = false
    /// Whether the name is a member's: a dot precedes it or the cursor.
    package private(set) var isMember = false
    /// Whether this is no Swift code with names: a comment, the text of a string, a number.
    package private(set) var isText = false
    /// The innermost call around the cursor, up to the next closure.
    package private(set) var call: Call?
    /// The name of the function that the parentheses before the cursor call: `summary` in `summary()|`.
    package private(set) var callee: Range<Int>?

    package init(_ source: String, cursor: Int) {
        let tree = Parser.parse(source: source)
        // The token that contains the cursor or ends at it, or else the one that begins at the cursor.
        let before = tree.token(at: AbsolutePosition(utf8Offset: max(0, cursor - 1)))
        let after = tree.token(at: AbsolutePosition(utf8Offset: min(cursor, max(0, source.utf8.count - 1))))
        if let token = before ?? after { call = Self.call(around: Syntax(token), cursor) }
        isText = Self.isText(before, cursor)
        guard !isText else { return }
        let touching = [before, after].compactMap { $0 }.filter { $0.start <= cursor && cursor <= $0.end }
        if let token = touching.first(where: \.isName) {
            word = token.start..<token.end
            isLabel = token.parent?.as(LabeledExprSyntax.self)?.label == token
            isMember = token.previousToken(viewMode: .sourceAccurate)?.tokenKind == .period
        } else {
            isMember = before?.tokenKind == .period && before?.end == cursor
        }
        if let before, before.tokenKind == .rightParen, before.end == cursor,
            let call = before.parent?.as(FunctionCallExprSyntax.self)
        {
            callee = call.calleeName.map { $0.start..<$0.end }
        }
    }

    private static func isText(_ token: TokenSyntax?, _ cursor: Int) -> Bool {
        guard let token else { return false }
        var position = token.position.utf8Offset
        for pieces in [token.leadingTrivia, token.trailingTrivia] {
            for piece in pieces {
                let end = position + piece.sourceLength.utf8Length
                switch piece {
                case .lineComment, .docLineComment: if position < cursor, cursor <= end { return true }
                case .blockComment, .docBlockComment: if position < cursor, cursor < end { return true }
                default: break
                }
                position = end
            }
            position = token.end
        }
        guard token.start < cursor, cursor <= token.end else { return false }
        switch token.tokenKind {
        case .stringSegment, .integerLiteral, .floatLiteral, .regexLiteralPattern: return true
        case .stringQuote, .multilineStringQuote:
            return token.parent?.as(StringLiteralExprSyntax.self)?.closingQuote != token || cursor < token.end
        default: return false
        }
    }

    private static func call(around node: Syntax, _ cursor: Int) -> Call? {
        var current = node.parent
        while let node = current {
            if node.is(ClosureExprSyntax.self) || node.is(CodeBlockItemSyntax.self) { return nil }
            if let call = node.as(FunctionCallExprSyntax.self), let open = call.leftParen, open.end <= cursor,
                call.rightParen.map({ $0.presence == .missing || cursor <= $0.start }) ?? true
            {
                let argument = call.arguments.last { $0.position.utf8Offset < cursor && open.end < cursor }
                // The next argument begins after a comma, written or not.
                let isBehind = argument?.trailingComma.map { $0.end <= cursor } ?? false
                let start = isBehind ? cursor : argument?.start ?? cursor
                return Call(name: call.calleeName?.plainName ?? "", argument: min(start, cursor))
            }
            current = node.parent
        }
        return nil
    }
}

extension FunctionCallExprSyntax {
    /// The last component of what is called: `fit` of `lenet.fit`.
    fileprivate var calleeName: TokenSyntax? {
        if let reference = calledExpression.as(DeclReferenceExprSyntax.self) { return reference.baseName }
        return calledExpression.as(MemberAccessExprSyntax.self)?.declName.baseName
    }
}

extension TokenSyntax {
    /// Whether this is a name or the beginning of one, such as `fo` or `for`.
    fileprivate var isName: Bool {
        guard presence == .present else { return false }
        switch tokenKind {
        case .identifier, .keyword, .dollarIdentifier, .wildcard: return true
        default: return false
        }
    }
}
