/// The effect on earlier cells of a cell that redeclares some of their names, or gives their variables other values.
///
/// No cell is run again automatically; a note says what still uses the earlier declarations.
struct Redefinition {
    /// The session, with the new cell in it.
    private let session: SessionState
    private let cell: CellSession.CompiledCell
    private let replaced: [Scope.Replaced]
    /// The variables of other cells to which the cell assigns.
    private let overwritten: [Use]
    /// The sources of the cells that wait to run.
    private let waiting: Set<String>
    /// The declarations of other cells that a cell uses.
    private let uses: (CellSession.CompiledCell) -> Set<Use>

    init(
        _ replaced: [Scope.Replaced], overwriting overwritten: [Use] = [], by cell: CellSession.CompiledCell,
        in session: SessionState,
        waiting: Set<String>, uses: @escaping (CellSession.CompiledCell) -> Set<Use>
    ) {
        self.session = session
        self.cell = cell
        self.waiting = waiting
        self.uses = uses
        // While a notebook runs from top to bottom, a later cell that redeclares a name does so on purpose.
        self.replaced = replaced.filter { replaced in
            waiting.isEmpty || session.cells[replaced.use.module]?.isSameCell(as: cell) == true
        }
        self.overwritten = waiting.isEmpty ? overwritten : []
    }

    /// The note for the student; `nil` if nothing depends on what was replaced.
    var note: String? {
        let sentences = [typeSentence, valueSentence].compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// The variables that are of an earlier type, and the cells to run again so that they are not.
    private var typeSentence: String? {
        let types = replaced.filter { $0.kind.isType }
        let variables = session.variables.filter { variable in
            let used = SymbolTable.uses(in: variable.qualifiedType)
            return types.contains { used.contains($0.use) } && !isRunAgain(variable.module)
        }
        let affected = types.filter { type in
            variables.contains { SymbolTable.uses(in: $0.qualifiedType).contains(type.use) }
        }
        let stale = staleCells(types)
        guard !variables.isEmpty else {
            return stale.isEmpty ? nil : Self.sentence(stale, types.filter { !staleCells([$0]).isEmpty })
        }
        // Running the cell that declared the earlier type would bring it back.
        let declaring = Set(affected.map(\.use.module))
        let cells = Set(
            stale.filter { number in !declaring.contains { session.cells[$0]?.number == number } }
                + variables.filter { !declaring.contains($0.module) }.map(\.cell)
        ).sorted()
        let isOne = variables.count == 1
        return Self.list(variables.map { "`\($0.name)`" }) + (isOne ? " is" : " are") + " still of the earlier type "
            + Self.list(Self.names(affected), "or")
            + (cells.isEmpty ? "" : ": run \(Self.list(cells: cells)) again")
            + (cells.count > 1 ? ", in this order." : ".")
    }

    /// The cells that read an earlier value or called an earlier function.
    private var valueSentence: String? {
        let values =
            replaced.filter { value in
                guard !value.kind.isType, let earlier = session.cells[value.use.module] else { return false }
                // A value that was made from the earlier one continues it; what is declared as before has not changed.
                return !uses(cell).contains(value.use) && !isSame(cell, earlier) && !staleCells([value]).isEmpty
            }
            + overwritten.map { Scope.Replaced(kind: .var, use: $0) }.filter { !staleCells([$0]).isEmpty }
        return values.isEmpty ? nil : Self.sentence(staleCells(values), values)
    }

    /// Whether two runs of a cell have the same declaration.
    private func isSame(_ cell: CellSession.CompiledCell, _ earlier: CellSession.CompiledCell) -> Bool {
        cell.isSameCell(as: earlier) && cell.source == earlier.source && foreignUses(cell) == foreignUses(earlier)
    }

    /// The declarations that a cell uses, without those of its own earlier runs.
    private func foreignUses(_ cell: CellSession.CompiledCell) -> Set<Use> {
        uses(cell).filter { session.cells[$0.module]?.isSameCell(as: cell) != true }
    }

    /// A declaration, and the equal ones before it, about which no note was made.
    private func withPredecessors(_ replaced: Scope.Replaced) -> Set<Use> {
        guard !replaced.kind.isType, let declaring = session.cells[replaced.use.module] else { return [replaced.use] }
        let same = session.cells.values.filter { $0.module == declaring.module || isSame(declaring, $0) }
        return Set(same.map { Use(module: $0.module, name: replaced.use.name) })
    }

    /// The numbers of the cells that used what was replaced and do not wait to run again.
    private func staleCells(_ replaced: [Scope.Replaced]) -> [Int] {
        let stale = Set(replaced.flatMap(withPredecessors))
        return session.runs.filter { run in
            !run.isFailed && run.cell.module != cell.module && !waiting.contains(run.cell.source)
                // Who gives a variable a value has not used the one before.
                && uses(run.cell).contains { stale.contains($0) && !run.cell.cell.overwrites.contains($0.name) }
        }.map(\.cell.number).sorted()
    }

    private func isRunAgain(_ module: String) -> Bool {
        session.cells[module].map { waiting.contains($0.source) } ?? false
    }

    // MARK: Words

    private static func sentence(_ cells: [Int], _ replaced: [Scope.Replaced]) -> String {
        let list = list(cells: cells)
        return list.prefix(1).uppercased() + list.dropFirst() + " used the previous " + self.list(names(replaced), "or")
            + "."
    }

    private static func names(_ replaced: [Scope.Replaced]) -> [String] {
        Set(replaced.map { "`\($0.use.name)`" }).sorted()
    }

    private static func list(cells: [Int]) -> String {
        (cells.count == 1 ? "cell " : "cells ") + list(cells.map(String.init))
    }

    /// "a, b and c"; only the beginning of a long list.
    private static func list(_ items: [String], _ conjunction: String = "and") -> String {
        let limit = 8
        guard items.count > 1 else { return items.joined() }
        guard items.count <= limit else {
            return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
        }
        return items.dropLast().joined(separator: ", ") + " \(conjunction) " + items[items.count - 1]
    }
}
