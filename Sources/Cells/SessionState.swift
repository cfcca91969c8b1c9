/// What a session knows of its cells.
///
/// It is a value: cells are compiled ahead against a copy in which the cells before them have succeeded.
struct SessionState: Sendable {
    private(set) var scope = Scope()
    /// The scope before the last cell that was attempted.
    private var checkpoint = Scope()
    /// The cells that were adopted, by module.
    private(set) var cells: [String: CellSession.CompiledCell] = [:]
    /// The names of the modules that may have been loaded: none is met a second time.
    private var modules: Set<String> = []

    /// A cell with all that it is compiled from.
    func unit(for source: String, number: Int) -> CellUnit {
        let name = "cell \(number)"
        let cell = ParsedCell(source, name: name)
        let module = moduleName(number)
        let imports = scope.imports(for: cell)
        return CellUnit(
            cell: cell, number: number, module: module,
            prelude: CellUnit.prelude(imports, module: module, name: name),
            edits: cell.edits + scope.qualifications(for: cell) + cell.statementMarks, foundations: imports.modules,
            foundationKeys: imports.modules.compactMap { cells[$0]?.key })
    }

    /// Notes that a cell is about to run.
    mutating func attempt(_ compiled: CellSession.CompiledCell) {
        checkpoint = scope
        modules.insert(compiled.module)
    }

    /// Makes a cell's declarations visible to the cells after it, but for variables from a line on, if one is given.
    mutating func adopt(_ compiled: CellSession.CompiledCell, failedAt line: Int? = nil) {
        var cell = compiled.cell
        if let line { cell.declarations.removeAll { $0.kind == .var && $0.line >= line } }
        scope.add(cell, module: compiled.module, foundations: compiled.foundations)
        cells[compiled.module] = compiled
        modules.insert(compiled.module)
    }

    /// Goes back to before the last cell that was attempted.
    mutating func rewind() { scope = checkpoint }

    /// Forgets what the cells declared.
    mutating func reset() {
        scope = Scope()
        checkpoint = Scope()
        cells = [:]
    }

    private func moduleName(_ number: Int) -> String {
        var name = "Cell\(number)"
        var attempt = 1
        while modules.contains(name) {
            attempt += 1
            name = "Cell\(number)_\(attempt)"
        }
        return name
    }
}
