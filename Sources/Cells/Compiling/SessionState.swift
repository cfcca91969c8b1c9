import WorkerProtocol

/// The state of a session: its cells and their declarations.
///
/// It is a value: cells are compiled ahead against a copy in which the cells before them have succeeded.
struct SessionState: Sendable {
    /// The part of the state that is restored when a cell is undone.
    private struct Knowledge: Sendable {
        var scope = Scope()
        /// The last run of every cell of the notebook, in the order in which they ran.
        var runs: [Run] = []
    }

    /// A cell that ran.
    struct Run: Sendable {
        let cell: CellSession.CompiledCell
        /// Whether it failed.
        let isFailed: Bool
    }

    private var knowledge = Knowledge()
    /// The knowledge before the last cell that began to run.
    private var checkpoint = Knowledge()
    /// The cells that were adopted, by module.
    private(set) var cells: [String: CellSession.CompiledCell] = [:]
    /// The names of the modules that may have been loaded. No name is used twice.
    private var modules: Set<String> = []
    /// The packages that cells can import.
    private(set) var packages: [PackageLibrary] = []

    var scope: Scope { knowledge.scope }
    var runs: [Run] { knowledge.runs }

    /// A cell with everything that it is compiled from.
    func unit(for source: String, number: Int, form: CellForm = .cell) -> CellUnit {
        let name = form == .question ? "expression" : "cell \(number)"
        let cell = ParsedCell(source, name: name)
        let module = moduleName(number)
        let imports = scope.imports(for: cell)
        return CellUnit(
            cell: cell, form: form, session: self, number: number, module: module,
            prelude: CellUnit.prelude(imports, module: module, name: name, form: form),
            edits: cell.edits + scope.qualifications(for: cell) + (form == .cell ? cell.statementMarks : []),
            foundations: imports.modules,
            foundationKeys: imports.modules.compactMap { cells[$0]?.key }, packages: packages)
    }

    /// Whether a cell has declared a function of this name whose result may be ignored.
    func discards(_ name: String) -> Bool { cells.values.contains { $0.cell.discardables.contains(name) } }

    /// Notes that a module's name is used.
    mutating func note(_ module: String) { modules.insert(module) }

    /// Makes a package available to the cells from now on, or no longer available.
    mutating func use(_ package: PackageLibrary, _ isUsed: Bool = true) {
        packages.removeAll { $0.path == package.path }
        if isUsed { packages.append(package) }
    }

    /// Notes that a cell is about to run.
    mutating func attempt(_ compiled: CellSession.CompiledCell) {
        checkpoint = knowledge
        modules.insert(compiled.module)
    }

    /// Makes a cell's declarations visible to later cells, except the variables of the statement that failed and of the
    /// statements after it.
    ///
    /// - Returns: The declarations that they replace.
    @discardableResult
    mutating func adopt(_ compiled: CellSession.CompiledCell, failedIn statement: Int? = nil) -> [Scope.Replaced] {
        var cell = compiled.cell
        if let statement { cell.declarations.removeAll { $0.kind == .var && $0.statement >= statement } }
        let replaced = scope.replaced(by: cell)
        knowledge.runs.removeAll { compiled.isSameCell(as: $0.cell) }
        knowledge.runs.append(Run(cell: compiled, isFailed: statement != nil))
        knowledge.scope.add(cell, module: compiled.module, foundations: compiled.foundations)
        cells[compiled.module] = compiled
        modules.insert(compiled.module)
        return replaced
    }

    /// Restores the state before the last cell that began to run.
    mutating func rewind() { knowledge = checkpoint }

    /// Forgets what the cells declared.
    mutating func reset() {
        knowledge = Knowledge()
        checkpoint = Knowledge()
        cells = [:]
        packages = []
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

extension SessionState {
    /// The variables that have a value, in the order of their cells.
    var variables: [CellSession.Variable] {
        let modules = scope.variables.compactMap { module, names in cells[module].map { ($0, names) } }
        return modules.sorted { $0.0.number < $1.0.number }.flatMap { cell, names -> [CellSession.Variable] in
            let symbols = SymbolTable(object: cell.object)
            var types = symbols.variableTypes(module: cell.module)
            // A student has declared `rate`, and not the wrapper `_rate` behind it.
            let wrapped = cell.cell.wrappedVariables
            if !wrapped.isEmpty {
                types.merge(symbols.computedVariableTypes(module: cell.module).filter { wrapped.contains($0.key) }) {
                    $1
                }
                for name in wrapped where types[name] != nil { types["_" + name] = nil }
            }
            return names.compactMap { name in
                types[name].map {
                    .init(
                        name: name, cell: cell.number, module: cell.module, type: TypeName.readable($0),
                        qualifiedType: $0)
                }
            }
        }
    }
}
