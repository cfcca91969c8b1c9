import WorkerProtocol

/// The state of a session: its cells and their declarations.
///
/// It is a value: cells are compiled ahead against a copy in which the cells before them have succeeded.
struct SessionState: Sendable {
    /// The part of the state that is restored when a cell is undone.
    private struct Knowledge: Sendable {
        var scope = Scope()
        /// The names that cells would have declared if they had run to their ends.
        var absent = AbsentNames()
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
    var absent: AbsentNames { knowledge.absent }
    var runs: [Run] { knowledge.runs }

    /// A cell with everything that it is compiled from.
    ///
    /// - Parameter reuses: Whether types that have not changed remain those of an earlier run.
    func unit(for source: String, number: Int, form: CellForm = .cell, reuses: Bool = true) -> CellUnit {
        let name = form == .question ? "expression" : "cell \(number)"
        let conditions = BuildConditions { [self] in canImport($0) }
        let parsed = ParsedCell(source, name: name, conditions: conditions)
        let reuse = reuses && form == .cell ? Reuse(parsed, in: scope) : Reuse()
        let cell = reuse.reduced(parsed)
        let module = moduleName(number)
        let imports = scope.imports(for: cell)
        return CellUnit(
            cell: cell, form: form, session: self, number: number, module: module,
            prelude: CellUnit.prelude(imports, module: module, name: name, form: form),
            edits: reuse.apply(
                to: cell.edits + scope.qualifications(for: cell) + (form == .cell ? cell.statementMarks : []), of: cell),
            foundations: imports.modules,
            foundationKeys: imports.modules.compactMap { cells[$0]?.key }, reused: reuse.modules, packages: packages)
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
    mutating func adopt(
        _ compiled: CellSession.CompiledCell, failedIn statement: Int? = nil, because stop: CellStop? = nil
    ) -> [Scope.Replaced] {
        var cell = compiled.cell
        knowledge.absent.remove(cell.declarations.map(\.name), of: compiled)
        if let statement {
            let isMissing = { (declaration: ParsedCell.Declaration) in
                declaration.kind == .var && declaration.statement >= statement
            }
            let missing = cell.declarations.filter(isMissing).map(\.name)
            knowledge.absent.add(missing, of: compiled, because: stop ?? CellStop(.failed("an error")))
            cell.declarations.removeAll(where: isMissing)
        }
        let replaced = scope.replaced(by: cell)
        knowledge.runs.removeAll { compiled.isSameCell(as: $0.cell) }
        knowledge.runs.append(Run(cell: compiled, isFailed: statement != nil))
        knowledge.scope.add(cell, module: compiled.module, foundations: compiled.foundations)
        cells[compiled.module] = compiled
        modules.insert(compiled.module)
        return replaced
    }

    /// The variables of other cells that get another value from a cell which is about to be adopted.
    func overwritten(by compiled: CellSession.CompiledCell) -> [Use] {
        let names = compiled.cell.overwrites.subtracting(compiled.cell.declarations.map(\.name))
        return names.sorted().compactMap { name in
            guard let module = scope.module(declaring: name) else { return nil }
            // Whoever used the variable after the cell's last run has used this value.
            if let last = runs.lastIndex(where: {
                compiled.isSameCell(as: $0.cell) && $0.cell.source == compiled.source
            }),
                runs[last...].dropFirst().allSatisfy({ run in
                    run.cell.module != module && !run.cell.cell.overwrites.contains(name)
                })
            {
                return nil
            }
            return Use(module: module, name: name)
        }
    }

    /// Notes that a cell did not come to declare anything. The modules that it imports remain imported.
    ///
    /// - Parameter mistakes: What the compiler says of it, if it does not compile.
    mutating func miss(_ cell: ParsedCell, number: Int?, id: String?, because stop: CellStop, mistakes: [Diagnostic]) {
        let origin = AbsentNames.Origin(number: number, id: id, source: cell.source)
        knowledge.absent.add(cell.declarations.map(\.name), of: origin, because: stop)
        let invalid = Set(mistakes.map(\.line))
        let imports = zip(cell.imports, cell.importOrigins).filter { _, origin in
            !invalid.contains(origin.line) && canImport(origin.module)
        }
        knowledge.scope.add(imports: imports.map(\.0))
    }

    private func canImport(_ module: String) -> Bool {
        ModuleFolders.known.contains(module) || packages.contains { $0.modules.contains(module) }
    }

    /// Restores the state before the last cell that began to run.
    mutating func rewind() {
        let (absent, lost) = (knowledge.absent, declared(missingIn: checkpoint.scope))
        knowledge = checkpoint
        knowledge.absent = absent
        for (name, cell) in lost { knowledge.absent.add([name], of: cell, because: CellStop(.takenBack)) }
    }

    /// The names that the cells have declared and another scope has not.
    private func declared(missingIn other: Scope) -> [(String, CellSession.CompiledCell)] {
        scope.names(ofTypes: false).filter { !other.declares($0) }.compactMap { name in
            scope.module(declaring: name).flatMap { cells[$0] }.map { (name, $0) }
        }
    }

    /// Forgets what the cells declared.
    mutating func reset() {
        let lost = declared(missingIn: Scope())
        knowledge = Knowledge()
        for (name, cell) in lost { knowledge.absent.add([name], of: cell, because: CellStop(.forgotten)) }
        checkpoint = knowledge
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
                types[name].map { type in
                    .init(
                        name: name, cell: cell.number, module: cell.module, type: TypeName.readable(type),
                        qualifiedType: type,
                        earlierCell: SymbolTable.uses(in: type).first(where: isEarlier).flatMap {
                            number(of: $0.module)
                        })
                }
            }
        }
    }

    /// Whether another cell has declared the name again.
    func isEarlier(_ use: Use) -> Bool { scope.module(declaring: use.name).map { $0 != use.module } ?? false }

    /// The number of the cell that declares a module's types, as it ran last.
    func number(of module: String) -> Int? {
        runs.last { $0.cell.reused.contains(module) }?.cell.number ?? cells[module]?.number
    }
}
