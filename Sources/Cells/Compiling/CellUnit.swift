import WorkerProtocol

/// A cell that is read, with all that it is compiled from.
struct CellUnit: Sendable {
    let cell: ParsedCell
    let form: CellForm
    /// The session that it is compiled in.
    let session: SessionState
    /// The number in the cell's prompt.
    let number: Int
    /// The name of the module that it becomes.
    let module: String
    /// What stands before the cell's own first line.
    let prelude: String
    /// The changes to make in the source.
    let edits: [ParsedCell.Edit]
    /// The modules of earlier cells that it imports.
    let foundations: [String]
    /// Their keys.
    let foundationKeys: [ContentKey]
    /// The packages that it may import.
    let packages: [PackageLibrary]

    /// A conformance that a cell adds to another cell's type would have to be public: an import for testing makes the type so.
    static func options(for cell: ParsedCell) -> [String] {
        cell.hasForeignConformance ? ["-disable-access-control"] : []
    }

    var options: [String] { Self.options(for: cell) + packages.flatMap(\.arguments) }

    /// The edits to try, one after the other. The mistake in the first may be that the value cannot be shown, or is read otherwise than
    /// without being shown.
    var variants: [[ParsedCell.Edit]] {
        if form == .timed { return [cell.timed(edits, keeps: true), cell.timed(edits, keeps: false)] }
        guard let shown = cell.shownExpression else { return [edits] }
        let showing =
            [ParsedCell.Edit(range: shown.lowerBound..<shown.lowerBound, text: WorkerFunction.show.name + "(")] + edits
            + [ParsedCell.Edit(range: shown.upperBound..<shown.upperBound, text: ")")]
        return [showing, edits]
    }

    /// Whether a mistake in one variant may be none in the next.
    func isWorthAnotherTry(_ mistakes: [Diagnostic]) -> Bool {
        if form == .timed { return true }
        guard let shown = cell.shownExpression else { return false }
        return mistakes.contains { cell.isIn(shown, line: $0.line) }
    }

    /// The compiler's messages about the changed source as ones about what the student wrote, in a student's words.
    func explained(_ diagnostics: [Diagnostic], _ edits: [ParsedCell.Edit]) -> [Diagnostic] {
        let explanation = Explanation(session: session)
        return diagnostics.map { explanation.explain(cell.original($0, edits: edits)) }
    }

    /// The complete text for the compiler.
    func text(with edits: [ParsedCell.Edit]) -> String { prelude + cell.edited(with: edits) + "\n" }

    /// What stands before a cell's own first line: all on one line, since lines are counted from the cell's first.
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

    /// What stands before a cell for a tool that only reads it: no help in running it, but Swift's own checks with their
    /// documentation.
    static func readingPrelude(_ imports: Scope.Imports, name: String) -> String {
        prelude(of: imports.statements, name: name)
    }

    private static func prelude(of statements: [String], name: String) -> String {
        statements.joined(separator: "; ") + "\n#sourceLocation(file: \"\(name)\", line: 1)\n"
    }

    /// A check in the place of Swift's own, which says nothing in optimised code, or is not even made.
    private static func check(_ name: String, _ failure: String) -> String {
        "@_transparent private func \(name)(_ condition: @autoclosure () -> Bool, \(message)) "
            + "{ if _slowPath(!condition()) { \(end(failure)) } }"
    }

    private static func failure(_ name: String, _ failure: String, _ result: String) -> String {
        "@_transparent private func \(name)(\(message)) -> \(result) { \(end(failure)) }"
    }

    /// The optimiser makes one call of several that never return, and that call has no line: each hands its line on.
    private static let message =
        "_ message: @autoclosure () -> String = \"\", file: StaticString = #file, line: UInt = #line"

    private static func end(_ failure: String) -> String {
        "fatalError(__swiftletFailure(\"\(failure)\", message()), file: file, line: line)"
    }
}
