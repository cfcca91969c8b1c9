import SwiftParser
import SwiftSyntax

/// A parsed cell: its declarations, its references, and the edits to make before it is compiled.
package struct ParsedCell {
    /// The kinds of declarations, by the keywords of scoped imports.
    package enum Kind: String, Sendable {
        case `var`, `func`, `struct`, `class`, `enum`, `protocol`, `typealias`

        /// Whether it declares a type.
        var isType: Bool { self != .var && self != .func }
    }

    /// A declaration that later cells can use.
    package struct Declaration: Sendable, Hashable {
        package var kind: Kind
        package var name: String
        /// What a later declaration must have in common to replace this one: a function's labels and types, otherwise
        /// the name.
        package var signature: String
        /// The line, from 1.
        package var line = 1
        /// The index of the top-level statement that declares it.
        package var statement = 0

        /// Whether it replaces an earlier declaration of the same name. Functions overload each other.
        func replaces(_ other: Declaration) -> Bool {
            kind != .func || other.kind != .func || other.signature == signature
        }
    }

    package let source: String
    /// The cell's name in diagnostics: "cell 4".
    package let name: String
    /// `import` statements, as written.
    package internal(set) var imports: [String] = []
    /// Their modules and lines, in the same order.
    var importOrigins: [(module: String, line: Int)] = []
    /// The functions, types and extensions.
    var codes: [Code] = []
    package internal(set) var declarations: [Declaration] = []
    /// The members of extensions and the operators: the declarations that no scoped import can name.
    package internal(set) var extensionMembers: Set<String> = []
    /// Whether these include operators or precedence groups.
    package internal(set) var declaresOperators = false
    /// Whether an extension conforms a type of another cell to a protocol.
    package internal(set) var hasForeignConformance = false
    /// Every identifier and operator in the cell.
    package internal(set) var references: Set<String> = []
    /// The edits to make before compiling, in the order of the source. None of them moves a line.
    package internal(set) var edits: [Edit] = []
    /// The lines of the top-level statements and declarations, in the order of the source.
    package internal(set) var statements: [ClosedRange<Int>] = []
    /// The calls between top-level statements that tell the worker which one begins.
    package internal(set) var statementMarks: [Edit] = []
    /// The ranges in which the cell reads a name before it redeclares it, as in `let x = f(x)`. An empty range is where
    /// the name is left out, as in `guard let x`.
    package internal(set) var ownEarlierReferences: [String: [Range<Int>]] = [:]
    /// The lines that begin with `!` and a space, as shell commands do.
    var strayMarks: Set<Int> = []
    /// The variables that the cell gives a value before it reads them.
    package internal(set) var overwrites: Set<String> = []
    /// The variables that the cell uses before it declares them.
    package internal(set) var earlyUses: [EarlyUse] = []
    /// The ranges of projected values of property wrappers, such as `$rate`, by the names of the variables.
    package internal(set) var projections: [String: [Range<Int>]] = [:]
    /// The variables with property wrappers. Each is computed from another variable, which has an underscore before its
    /// name.
    package internal(set) var wrappedVariables: Set<String> = []
    /// The range of the last expression, whose value is displayed; `nil` if the cell does not end with an expression.
    package internal(set) var shownExpression: Range<Int>?
    /// The name of the function that this expression calls, if it is a call.
    package internal(set) var shownCall: String?
    /// The names of the cell's functions whose results may be ignored.
    var discardables: Set<String> = []
    /// Mistakes with clearer messages than the compiler's.
    package internal(set) var mistakes: [Diagnostic] = []

    /// A function, a type or an extension: code that does nothing until it is used.
    struct Code: Sendable {
        /// The declaration; `nil` for an extension.
        var declaration: Declaration?
        /// What an extension adds.
        var extensionMembers: Set<String> = []
        /// As written.
        var text: String
        /// Where it stands, with the semicolon behind it.
        var range: Range<Int>
        /// The functions, types, variables and operators that it refers to.
        var names: Set<String>
        /// Every word in it: what it may name as a member.
        var words: Set<String>
    }

    /// The replacement of a range of bytes by a text.
    package struct Edit: Sendable, Equatable {
        package var range: Range<Int>
        package var text: String

        package init(range: Range<Int>, text: String) {
            self.range = range
            self.text = text
        }
    }

    /// Parses a cell.
    ///
    /// - Parameters:
    ///   - source: What the student wrote.
    ///   - name: Its name in diagnostics: "cell 4".
    package init(_ source: String, name: String) { self.init(source, name: name, conditions: BuildConditions()) }

    init(_ source: String, name: String, conditions: BuildConditions) {
        self.source = source
        self.name = name
        let reader = CellReader(tree: Parser.parse(source: source), name: name, conditions: conditions)
        reader.read(into: &self)
    }

    /// Whether the source is one expression and nothing else.
    package var isExpression: Bool {
        let start = source.utf8.prefix {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t")
        }
        return shownExpression?.lowerBound == start.count && mistakes.isEmpty
    }

    /// The lines, counted from 1, in which a top-level statement begins, or a shell command such as `! ls`.
    package var linesOfStatements: Set<Int> { Set(statements.map(\.lowerBound)).union(strayMarks) }

    /// The edited source.
    package func edited(with edits: [Edit]) -> String {
        var bytes: [UInt8] = []
        let original = Array(source.utf8)
        var position = 0
        for edit in edits.inOrder {
            bytes += original[position..<edit.range.lowerBound]
            bytes += Array(edit.text.utf8)
            position = edit.range.upperBound
        }
        bytes += original[position...]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a range of bytes includes a part of a line, counted from 1.
    func isIn(_ range: Range<Int>, line: Int) -> Bool {
        let before = source.utf8.prefix(range.lowerBound).count { $0 == UInt8(ascii: "\n") }
        let within = source.utf8.dropFirst(range.lowerBound).prefix(range.count).count { $0 == UInt8(ascii: "\n") }
        return (before + 1...before + 1 + within).contains(line)
    }

    /// A message about the edited source, as a message about the student's source.
    package func original(_ diagnostic: Diagnostic, edits: [Edit]) -> Diagnostic {
        var result = diagnostic
        // Notes about other files refer to declarations of other modules, whose lines are not the student's.
        result.remarks = diagnostic.notes.map(\.message)
        result.notes = diagnostic.notes.filter { $0.file == name }.map { original($0, edits: edits) }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        if diagnostic.file != name {
            // Behind the end of the cell, the compiler counts lines of the whole file.
            result.file = name
            result.line = lines.count
            result.column = (lines.last?.utf8.count ?? 0) + 1
            result.excerpt = [String(lines.last ?? ""), String(repeating: " ", count: result.column - 1) + "^"]
            return result
        }
        guard lines.indices.contains(diagnostic.line - 1), diagnostic.excerpt.count > 1 else { return result }
        let line = lines[diagnostic.line - 1]
        let start = source.utf8.distance(from: source.startIndex, to: line.startIndex)
        let own = edits.inOrder.filter { (start...(start + line.utf8.count)).contains($0.range.lowerBound) }
        guard !own.isEmpty else { return result }

        /// The original column of a column of the edited line, counted from 0.
        func originalColumn(_ column: Int) -> Int {
            var shift = 0
            for edit in own {
                let position = edit.range.lowerBound - start + shift
                if column < position { break }
                if column < position + edit.text.utf8.count { return edit.range.lowerBound - start }
                shift += edit.text.utf8.count - edit.range.count
            }
            return min(max(column - shift, 0), line.utf8.count)
        }
        let marks = diagnostic.excerpt[1]
        let first = originalColumn(marks.utf8.count - marks.drop { $0 == " " }.utf8.count)
        let caret = originalColumn(diagnostic.column - 1)
        let last = max(originalColumn(marks.trimmedEnd.utf8.count - 1), caret)
        result.column = caret + 1
        result.excerpt[0] = String(line)
        result.excerpt[1] =
            String(repeating: " ", count: min(first, caret)) + String(repeating: "~", count: max(caret - first, 0))
            + "^"
            + String(repeating: "~", count: last - caret)
        return result
    }
}

extension [ParsedCell.Edit] {
    /// Sorted by position; edits at the same position in their original order.
    var inOrder: [ParsedCell.Edit] {
        enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
                < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
        }.map(\.element)
    }
}
