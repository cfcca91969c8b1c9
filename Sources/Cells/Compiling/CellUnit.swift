import WorkerProtocol

/// A parsed cell with everything that it is compiled from.
struct CellUnit: Sendable {
    let cell: ParsedCell
    let form: CellForm
    /// The session that it is compiled in.
    let session: SessionState
    /// The number in the cell's prompt.
    let number: Int
    /// The name of its module.
    let module: String
    /// The text before the cell's first line.
    let prelude: String
    /// The edits of the source.
    var edits: [ParsedCell.Edit]
    /// The modules of earlier cells that it imports.
    let foundations: [String]
    /// Their keys.
    let foundationKeys: [ContentKey]
    /// The modules whose types it declares again, word for word, and so does not compile anew.
    let reused: Set<String>
    /// The packages that it may import.
    let packages: [PackageLibrary]

    /// The mistakes that reading it finds: the compiler need not be asked.
    var mistakes: [Diagnostic] {
        // Earlier cells' variables are meant where the cell's own have no value yet.
        let early = cell.earlyUses.filter { !$0.isDirect || session.scope.module(declaring: $0.name) == nil }
        return cell.mistakes + early.map(\.mistake)
    }

    /// A conformance that a cell adds to another cell's type would have to be public, since `@testable import` makes
    /// the type public.
    static func options(for cell: ParsedCell) -> [String] {
        cell.hasForeignConformance ? ["-disable-access-control"] : []
    }

    var options: [String] { Self.options(for: cell) + packages.flatMap(\.arguments) }

    /// The sets of edits to try, one after the other: the first may fail only because the value cannot be displayed.
    var variants: [[ParsedCell.Edit]] {
        if form == .timed { return [cell.timed(edits, keeps: true), cell.timed(edits, keeps: false)] }
        guard let shown = cell.shownExpression else { return [edits] }
        let showing =
            [ParsedCell.Edit(range: shown.lowerBound..<shown.lowerBound, text: WorkerFunction.show.name + "(")] + edits
            + [ParsedCell.Edit(range: shown.upperBound..<shown.upperBound, text: ")")]
        return [showing, edits]
    }

    /// Whether a mistake in one variant may not be one in the next.
    func isWorthAnotherTry(_ mistakes: [Diagnostic]) -> Bool {
        if mistakes.contains(where: SlowExpression.isSlow) { return false }
        if form == .timed { return true }
        guard let shown = cell.shownExpression else { return false }
        return mistakes.contains { cell.isIn(shown, line: $0.line) }
    }

    /// The complete text for the compiler.
    func text(with edits: [ParsedCell.Edit]) -> String { prelude + cell.edited(with: edits) + "\n" }

    /// The text before the cell's first line: imports and the functions that help to run it.
    static func prelude(_ imports: Scope.Imports, module: String, name: String, form: CellForm = .cell) -> String {
        var support = [
            "typealias \(Scope.marker(of: module)) = ()",
            "private func __swiftletFailure(_ failure: String, _ message: String) -> String "
                + "{ message.isEmpty ? failure : failure + \": \" + message }",
            check("precondition", "Precondition failed"), check("assert", "Assertion failed"),
            failure("preconditionFailure", "Precondition failed", "Never"),
            failure("assertionFailure", "Assertion failed", "Void"),
        ]
        var functions: [WorkerFunction] = [.statement, .show, .await]
        if form == .timed { functions += [.keep, .time] }
        support += functions.map(\.declaration)
        return prelude(of: imports.statements + support, name: name)
    }

    /// The text before the cell for a tool that only reads it: without the functions that help to run it, so that
    /// Swift's own checks appear with their documentation.
    static func readingPrelude(_ imports: Scope.Imports, name: String) -> String {
        prelude(of: imports.statements, name: name)
    }

    private static func prelude(of statements: [String], name: String) -> String {
        statements.joined(separator: "; ") + "\n#sourceLocation(file: \"\(name)\", line: 1)\n"
    }

    /// A replacement of a check of Swift's, which in optimised code has no message or is removed.
    private static func check(_ name: String, _ failure: String) -> String {
        "@_transparent private func \(name)(_ condition: @autoclosure () -> Bool, \(message)) "
            + "{ if _slowPath(!condition()) { \(end(failure)) } }"
    }

    private static func failure(_ name: String, _ failure: String, _ result: String) -> String {
        "@_transparent private func \(name)(\(message)) -> \(result) { \(end(failure)) }"
    }

    /// The line is an argument since the optimiser merges calls that never return, and the merged call has no line.
    private static let message =
        "_ message: @autoclosure () -> String = \"\", file: StaticString = #file, line: UInt = #line"

    private static func end(_ failure: String) -> String {
        "fatalError(__swiftletFailure(\"\(failure)\", message()), file: file, line: line)"
    }
}
