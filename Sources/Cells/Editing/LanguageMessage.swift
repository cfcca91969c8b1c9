import SwiftParser
import SwiftSyntax

/// A cell that is being written, with what the compiler has to know to read it.
package struct Draft: Codable, Sendable, Equatable {
    package var source: String
    /// The cursor's place in the source, in bytes.
    package var cursor: Int
    /// What stands before the source: it imports what the cell sees.
    package var prelude: String
    /// The compiler's arguments.
    package var arguments: [String]

    package init(source: String, cursor: Int, prelude: String, arguments: [String]) {
        self.source = source
        self.cursor = cursor
        self.prelude = prelude
        self.arguments = arguments
    }

    /// What a draft's module is called.
    package static let module = "Cell"

    /// The complete text.
    var text: String { prelude + source }

    /// A part of the source.
    func text(in range: Range<Int>) -> String {
        String(decoding: source.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
    }

    /// The draft with another text in place of a part of the source, the cursor behind it.
    func replacing(_ range: Range<Int>, with text: String) -> Draft {
        var draft = self
        let bytes = source.utf8.prefix(range.lowerBound) + Array(text.utf8) + source.utf8.dropFirst(range.upperBound)
        draft.source = String(decoding: Array(bytes), as: UTF8.self)
        draft.cursor = range.lowerBound + text.utf8.count
        return draft
    }

    /// A draft of which less can go wrong: the statements before the one at the cursor, and the cursor's line up to the cursor.
    package var simplified: Draft {
        let items = Parser.parse(source: source).statements
        let start = items.last { $0.start < cursor }?.start ?? 0
        let line = source.utf8.prefix(cursor).lastIndex(of: UInt8(ascii: "\n")).map(source.utf8.index(after:))
        let lineStart = line.map { source.utf8.distance(from: source.startIndex, to: $0) } ?? 0
        var draft = self
        draft.source = text(in: 0..<start) + "\n" + text(in: max(start, lineStart)..<cursor)
        draft.cursor = draft.source.utf8.count
        return draft
    }
}

/// What a kernel asks of the language service.
package struct LanguageRequest: Codable, Sendable {
    package enum Question: String, Codable, Sendable {
        /// What could stand at the cursor?
        case complete
        /// What is at the cursor?
        case inspect
        /// Nothing: be ready for questions about such a cell.
        case warmUp
    }

    var serial: Int
    package var question: Question
    package var draft: Draft
}

/// What the language service answers.
package enum LanguageAnswer: Codable, Sendable, Equatable {
    /// It has nothing to say.
    case nothing
    case completions(CodeCompletions)
    case inspection(Inspection)

    /// The answer with its places in the source moved.
    func shifted(by offset: Int) -> LanguageAnswer {
        guard case .completions(var found) = self else { return self }
        found.range = found.range.lowerBound + offset..<found.range.upperBound + offset
        return .completions(found)
    }
}

/// An answer, with the serial number of its request.
struct LanguageReply: Codable, Sendable {
    var serial: Int
    var answer: LanguageAnswer
}

/// What could stand at a cursor.
package struct CodeCompletions: Codable, Sendable, Equatable {
    package struct Match: Codable, Sendable, Equatable {
        /// What it is, in the words of the front ends.
        package enum Kind: String, Codable, Sendable {
            case function, method, property, instance, param, `struct`, `class`, `enum`, `protocol`, `typealias`, module
            case keyword, macro
            /// A case of an enumeration.
            case `case`
        }

        /// The text to insert.
        package var text: String
        package var kind: Kind
        /// The parameters and the type; one line an overload.
        package var signature: String?

        package init(text: String, kind: Kind, signature: String? = nil) {
            self.text = text
            self.kind = kind
            self.signature = signature
        }
    }

    /// The likeliest first, no text twice.
    package var matches: [Match]
    /// The bytes of the source that a match replaces.
    package var range: Range<Int>

    package init(matches: [Match], range: Range<Int>) {
        self.matches = matches
        self.range = range
    }
}
