import SwiftParser
import SwiftSyntax

/// A cell's source, read: what it declares, what it refers to, and what has to be changed before it is compiled.
package struct ParsedCell {
    /// The kinds of declaration, in the words of a scoped import.
    package enum Kind: String, Sendable {
        case `var`, `func`, `struct`, `class`, `enum`, `protocol`, `typealias`, `macro`
    }

    /// Something that a cell declares for the cells after it.
    package struct Declaration: Sendable, Hashable {
        package var kind: Kind
        package var name: String
        /// What a later declaration must share to take this one's place: for a function its labels and types, else the name.
        package var signature: String
        /// The line, from 1.
        package var line = 1
    }

    package let source: String
    /// `import` statements, as written.
    package internal(set) var imports: [String] = []
    package internal(set) var declarations: [Declaration] = []
    /// The extensions' members and operators: what no scoped import can name.
    package internal(set) var extensionMembers: Set<String> = []
    /// Whether an extension conforms a type of another cell to a protocol.
    package internal(set) var hasForeignConformance = false
    /// Every identifier and operator in the cell.
    package internal(set) var references: Set<String> = []
    /// Changes to make before compiling, in the order of the source; none moves a line.
    package internal(set) var edits: [Edit] = []
    /// Where the cell reads a name before declaring it anew, as in `let x = f(x)`.
    package internal(set) var ownEarlierReferences: [String: [Range<Int>]] = [:]
    /// Mistakes that are better said here than by the compiler.
    package internal(set) var mistakes: [Diagnostic] = []

    /// Text to put in place of a range of bytes.
    package struct Edit: Sendable, Equatable {
        package var range: Range<Int>
        package var text: String
    }

    /// Reads a cell.
    ///
    /// - Parameters:
    ///   - source: What the student wrote.
    ///   - name: What diagnostics call it: "cell 4".
    package init(_ source: String, name: String) {
        self.source = source
        let reader = CellReader(tree: Parser.parse(source: source), name: name)
        reader.read(into: &self)
    }

    /// The source after the edits.
    package func edited(with more: [Edit] = []) -> String {
        var bytes: [UInt8] = []
        let original = Array(source.utf8)
        var position = 0
        for edit in (edits + more).sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            bytes += original[position..<edit.range.lowerBound]
            bytes += Array(edit.text.utf8)
            position = edit.range.upperBound
        }
        bytes += original[position...]
        return String(decoding: bytes, as: UTF8.self)
    }
}
