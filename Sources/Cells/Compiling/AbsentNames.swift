/// Why a cell did not declare what it would have declared.
package struct CellStop: Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// It does not compile.
        case invalid
        /// It failed with an error of this name.
        case failed(String)
        /// It was interrupted.
        case interrupted
        /// It waited behind a cell that failed.
        case notRun(behind: Int)
        /// It was undone.
        case takenBack
        /// It ran, and its variables are gone.
        case forgotten
    }

    package var reason: Reason
    /// The line at which it stopped, from 1.
    package var line: Int?

    package init(_ reason: Reason, line: Int? = nil) {
        self.reason = reason
        self.line = line
    }

    /// "which stopped at line 2 (ShapeError): mend it and run it again".
    fileprivate var clause: String {
        let place = line.map { " at line \($0)" } ?? ""
        return switch reason {
        case .invalid: "which does not compile\(line.map { " (line \($0))" } ?? ""): mend it and run it again"
        case .failed(let name): "which stopped\(place) (\(name)): mend it and run it again"
        case .interrupted: "which was interrupted\(place): run it again"
        case .notRun(let behind): "which has not run, since cell \(behind) failed: run it after that one"
        case .takenBack: "which was taken back: run it again"
        case .forgotten: "whose variables are gone: run it again"
        }
    }
}

/// The names that cells would have declared if they had run to their ends.
struct AbsentNames: Sendable {
    /// A cell; without a number if it never ran.
    struct Origin: Sendable {
        var number: Int?
        var id: String?
        var source: String
    }

    private struct Entry {
        var origin: Origin
        var stop: CellStop
    }

    private var entries: [String: Entry] = [:]

    /// "'model' would come from cell 4, which stopped at line 2 (ShapeError): mend it and run it again"; `nil` for a
    /// name that no cell would declare.
    func explanation(of name: String) -> String? {
        guard let entry = entries[name] else { return nil }
        let cell = entry.origin.number.map { "cell \($0)" } ?? "another cell"
        return "'\(name)' would come from \(cell), \(entry.stop.clause)"
    }

    mutating func add(_ names: [String], of origin: Origin, because stop: CellStop) {
        for name in names { entries[name] = Entry(origin: origin, stop: stop) }
    }

    mutating func add(_ names: [String], of cell: CellSession.CompiledCell, because stop: CellStop) {
        add(names, of: Origin(number: cell.number, id: cell.id, source: cell.source), because: stop)
    }

    /// Removes names that a cell has declared, and all that earlier runs of the cell had not.
    mutating func remove(_ names: [String], of cell: CellSession.CompiledCell) {
        for name in names { entries[name] = nil }
        entries = entries.filter { _, entry in
            if let id = entry.origin.id, let own = cell.id { return id != own }
            return entry.origin.source != cell.source
        }
    }
}
