import WorkerProtocol

/// What is made of a source.
package enum CellForm: Sendable {
    /// A cell: later cells see what it declares, and the value of its last expression is shown.
    case cell
    /// The body of a function that is called many times. What it declares is its own.
    case timed
    /// Something that the kernel asks the session, which no later cell knows of.
    case question
}

extension ParsedCell {
    /// The edits that make a cell the body of a function which is called many times.
    ///
    /// - Parameter keeps: Whether the value of the last expression, and the variables, are handed to a function that the compiler
    ///   does not know: it cannot leave out what makes them.
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
        // A comment may stand at the end. What follows is in no cell.
        edits.append(
            Edit(
                range: end..<end, text: "\n#sourceLocation()\n\(kept)}\ntry \(WorkerFunction.time.name)(__swiftletBody)"
            ))
        return edits
    }

    /// The cell as later cells see it when it keeps to itself what it declares.
    var withoutDeclarations: ParsedCell {
        var cell = self
        cell.declarations = []
        cell.statements = []
        cell.extensionMembers = []
        return cell
    }
}
