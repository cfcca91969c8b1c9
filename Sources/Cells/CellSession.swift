import Synchronization

/// The cells of one session, each compiled against those before it.
package final class CellSession: Sendable {
    /// A cell that is ready to be loaded.
    package struct CompiledCell: Sendable {
        /// The name of the cell's module, unique in the session.
        package var module: String
        /// The shared object.
        package var object: String
        /// The function that runs the cell's top-level code.
        package var entryPoint: String { module + "_main" }
        /// The number in the cell's prompt.
        package let number: Int
        /// What the student wrote.
        package var source: String { cell.source }
        let cell: ParsedCell
    }

    fileprivate struct State {
        var scope = Scope()
        /// The scope before the last cell that was attempted.
        var checkpoint = Scope()
        /// The cells that were adopted, by module.
        var cells: [String: CompiledCell] = [:]
        /// The names that were given to modules.
        var modules: Set<String> = []
    }

    private let compiler: Compiler
    private let state = Mutex(State())

    package init(compiler: Compiler) { self.compiler = compiler }

    /// Compiles a cell. Its declarations are visible to later cells once it is given to ``adopt(_:)``.
    ///
    /// - Parameters:
    ///   - source: What the student wrote.
    ///   - number: The number in the cell's prompt, which errors name.
    package func compile(_ source: String, number: Int) throws(CompilationError) -> CompiledCell {
        let name = "cell \(number)"
        let cell = ParsedCell(source, name: name)
        guard cell.mistakes.isEmpty else { throw .diagnosed(cell.mistakes) }
        let (module, scope) = state.withLock { ($0.newModuleName(number), $0.scope) }
        let prelude = Self.prelude(scope.importStatements(for: cell), name: name)
        let options = Self.options(for: cell)
        let compiler = compiler

        func compile(_ edits: [ParsedCell.Edit]) throws(CompilationError) -> CompiledCell {
            do {
                let text = prelude + cell.edited(with: edits) + "\n"
                let object = try compiler.compile(text, module: module, options: options)
                return CompiledCell(module: module, object: object, number: number, cell: cell)
            } catch {
                guard case .diagnosed(let diagnostics) = error else { throw error }
                throw .diagnosed(diagnostics.map { cell.original($0, edits: edits) })
            }
        }

        let edits = cell.edits + scope.qualifications(for: cell) + cell.statementMarks
        guard let shown = cell.shownExpression else { return try compile(edits) }
        do {
            return try compile(Self.showing(shown, edits))
        } catch {
            guard case .diagnosed(let diagnostics) = error,
                diagnostics.contains(where: { cell.isIn(shown, line: $0.line) })
            else { throw error }
            // The mistake may be that the value cannot be shown, or read otherwise than without being shown: compile the bare cell.
            return try compile(edits)
        }
    }

    /// The edits, with the last expression handed to the function that shows its value.
    private static func showing(_ range: Range<Int>, _ edits: [ParsedCell.Edit]) -> [ParsedCell.Edit] {
        [.init(range: range.lowerBound..<range.lowerBound, text: "__swiftletShow(")] + edits
            + [.init(range: range.upperBound..<range.upperBound, text: ")")]
    }

    /// Says that a cell is about to run: this is where ``rewind()`` leads back to.
    package func attempt(_ compiled: CompiledCell) {
        state.withLock { $0.checkpoint = $0.scope }
    }

    /// Makes a cell's declarations visible to the cells after it.
    ///
    /// - Parameter line: The line at which the cell failed, if it did. Variables from there on were never given a value: what had
    ///   their names before is still meant. Without a known line, `0`, that is all of them.
    package func adopt(_ compiled: CompiledCell, failedAt line: Int? = nil) {
        var cell = compiled.cell
        if let line { cell.declarations.removeAll { $0.kind == .var && $0.line >= line } }
        state.withLock { state in
            state.scope.add(cell, module: compiled.module)
            state.cells[compiled.module] = compiled
        }
    }

    /// Goes back to the state before the last cell that was attempted, whether it was adopted since or not.
    package func rewind() {
        state.withLock { $0.scope = $0.checkpoint }
    }

    /// Forgets all cells: their variables are gone.
    package func reset() {
        state.withLock { state in
            state.scope = Scope()
            state.checkpoint = Scope()
        }
    }

    /// Whether a cell so far has declared this name, or an operator.
    package func declares(_ name: String) -> Bool { state.withLock { $0.scope.declares(name) } }

    package func interrupt() { compiler.interrupt() }

    /// A conformance that a cell adds to another cell's type would have to be public: an import for testing makes the type so.
    private static func options(for cell: ParsedCell) -> [String] {
        cell.hasForeignConformance ? ["-disable-access-control"] : []
    }

    /// What stands before the cell's own first line: all on one line, since lines are counted from the cell's first.
    private static func prelude(_ imports: [String], name: String) -> String {
        let support = [
            "@_silgen_name(\"swiftlet_statement\") private func __swiftletStatement(_ line: Int32)",
            "@_silgen_name(\"swiftlet_show_result\") private func __swiftletShow<Value>(_ value: Value)",
            "@_silgen_name(\"swiftlet_await\") private func __swiftletAwait<Value, Failure: Error>"
                + "(_ body: @escaping () async throws(Failure) -> Value) throws(Failure) -> Value",
        ]
        return (imports + support).joined(separator: "; ") + "\n#sourceLocation(file: \"\(name)\", line: 1)\n"
    }
}

extension CellSession.State {
    /// A module of an earlier run of the same number, before its process died, must not be met again.
    fileprivate mutating func newModuleName(_ number: Int) -> String {
        var name = "Cell\(number)"
        var attempt = 1
        while !modules.insert(name).inserted {
            attempt += 1
            name = "Cell\(number)_\(attempt)"
        }
        return name
    }
}

// MARK: What the session knows

extension CellSession {
    /// A variable that later cells can read.
    package struct Variable: Sendable, Equatable {
        package var name: String
        /// The number of the cell that declared it.
        package var cell: Int
        /// The name of that cell's module.
        package var module: String
        /// The type as a student writes it: `[Dog]`.
        package var type: String
        /// The type with the modules that it comes from: `Swift.Array<Cell3.Dog>`.
        package var qualifiedType: String
    }

    /// The variables that have a value, in the order of their cells.
    package var variables: [Variable] {
        let (scope, cells) = state.withLock { ($0.scope, $0.cells) }
        let modules = scope.variables.compactMap { module, names in cells[module].map { ($0, names) } }
        return modules.sorted { $0.0.number < $1.0.number }.flatMap { cell, names -> [Variable] in
            let types = SymbolTable(object: cell.object).variableTypes(module: cell.module)
            return names.compactMap { name in
                types[name].map {
                    Variable(
                        name: name, cell: cell.number, module: cell.module, type: Demangler.readable($0),
                        qualifiedType: $0)
                }
            }
        }
    }

    /// What stands around a cell's source when a tool looks at it while it is being written.
    package struct Surroundings: Sendable {
        /// The text before the source: its own lines count from 1 behind it.
        package var prelude: String
        /// The compiler's arguments, without input and output.
        package var arguments: [String]
    }

    /// What a cell would be compiled with: the library, and everything that the cells before it declare, referred to or not.
    package func surroundings(for source: String) -> Surroundings {
        let cell = ParsedCell(source, name: "cell")
        let scope = state.withLock { $0.scope }
        return Surroundings(
            prelude: Self.prelude(scope.importStatements(for: cell, all: true), name: cell.name),
            arguments: ["-module-name", "Cell"] + compiler.languageArguments + Self.options(for: cell))
    }
}
