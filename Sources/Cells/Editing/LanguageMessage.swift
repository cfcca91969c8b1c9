import SwiftParser
import SwiftSyntax

/// A cell that is being edited, with everything that the compiler needs to analyse it.
package struct Draft: Codable, Sendable, Equatable {
    package var source: String
    /// The cursor's position in the source, in bytes.
    package var cursor: Int
    /// The text before the source: the imports.
    package var prelude: String
    /// The compiler's arguments.
    package var arguments: [String]

    package init(source: String, cursor: Int, prelude: String, arguments: [String]) {
        self.source = source
        self.cursor = cursor
        self.prelude = prelude
        self.arguments = arguments
    }

    /// The name of a draft's module.
    package static let module = "Cell"

    /// The complete text.
    var text: String { prelude + source }

    /// A part of the source.
    func text(in range: Range<Int>) -> String {
        String(decoding: source.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
    }

    /// A draft of another source with the same imports.
    func replacingSource(with text: String) -> Draft {
        Draft(source: text, cursor: 0, prelude: prelude, arguments: arguments)
    }

    /// The draft with a range of the source replaced by a text, and the cursor after it.
    func replacing(_ range: Range<Int>, with text: String) -> Draft {
        var draft = self
        let bytes = source.utf8.prefix(range.lowerBound) + Array(text.utf8) + source.utf8.dropFirst(range.upperBound)
        draft.source = String(decoding: Array(bytes), as: UTF8.self)
        draft.cursor = range.lowerBound + text.utf8.count
        return draft
    }

    /// A simpler draft: the statements before the one at the cursor, and the cursor's line up to the cursor.
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

/// A request of the kernel's to the language service.
package struct LanguageRequest: Codable, Sendable {
    package enum Question: String, Codable, Sendable {
        /// The completions at the cursor.
        case complete
        /// The inspection of the name at the cursor.
        case inspect
        /// No answer: prepare for requests about such a cell.
        case warmUp
    }

    var serial: Int
    package var question: Question
    package var draft: Draft
}

/// An answer of the language service.
package enum LanguageAnswer: Codable, Sendable, Equatable {
    /// There is no result.
    case nothing
    case completions(CodeCompletions)
    case inspection(Inspection)

    /// The answer with its ranges in the source moved.
    func shifted(by offset: Int) -> LanguageAnswer {
        guard case .completions(var found) = self else { return self }
        found.range = found.range.lowerBound + offset..<found.range.upperBound + offset
        return .completions(found)
    }
}

/// An answer with the serial number of its request.
struct LanguageReply: Codable, Sendable {
    var serial: Int
    var answer: LanguageAnswer
}

/// The completions at a cursor.
package struct CodeCompletions: Codable, Sendable, Equatable {
    package struct Match: Codable, Sendable, Equatable {
        /// The kind, in the terms of Jupyter's front ends.
        package enum Kind: String, Codable, Sendable {
            case function, method, property, instance, param, `struct`, `class`, `enum`, `protocol`, `typealias`, module
            case keyword, macro
            /// A case of an enumeration.
            case `case`
        }

        /// The text to insert.
        package var text: String
        package var kind: Kind
        /// The parameters and the type, one overload a line.
        package var signature: String?

        package init(text: String, kind: Kind, signature: String? = nil) {
            self.text = text
            self.kind = kind
            self.signature = signature
        }
    }

    /// The candidates, the most likely first, without duplicates.
    package var matches: [Match]
    /// The range of the source that a match replaces, in bytes.
    package var range: Range<Int>

    package init(matches: [Match], range: Range<Int>) {
        self.matches = matches
        self.range = range
    }
}
