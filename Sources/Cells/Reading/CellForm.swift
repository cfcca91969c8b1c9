import WorkerProtocol

/// How a source is compiled.
package enum CellForm: Sendable {
    /// A cell: later cells see its declarations, and the value of its last expression is displayed.
    case cell
    /// The body of a function that is called many times, with local declarations.
    case timed
    /// A question of the kernel's about the session, which later cells do not see.
    case question
}

extension ParsedCell {
    /// The edits that make a cell the body of a function that is called many times.
    ///
    /// - Parameter keeps: Whether the value of the last expression and the variables are passed to an opaque function,
    ///   so that the compiler cannot remove the code that computes them.
    func timed(_ edits: [Edit], keeps: Bool) -> [Edit] {
        let end = source.utf8.count
        var edits = [Edit(range: 0..<0, text: "func __swiftletBody() throws { ")] + edits
        var kept = ""
        if keeps {
            if let shown = shownExpression {
                edits.append(Edit(range: shown.lowerBound..<shown.lowerBound, text: WorkerFunction.keep.name + "("))
                edits.append(Edit(range: shown.upperBound..<shown.upperBound, text: ")"))
            }
            let names = Set(declarations.filter { $0.kind == .var }.map(\.name))
            kept = names.sorted().map { "\(WorkerFunction.keep.name)(`\($0)`); " }.joined()
        }
        // The cell may end with a comment. What follows belongs to no cell.
        edits.append(
            Edit(
                range: end..<end, text: "\n#sourceLocation()\n\(kept)}\ntry \(WorkerFunction.time.name)(__swiftletBody)"
            ))
        return edits
    }

    /// The cell without the declarations that later cells would see.
    var withoutDeclarations: ParsedCell {
        var cell = self
        cell.declarations = []
        cell.statements = []
        cell.extensionMembers = []
        return cell
    }
}
