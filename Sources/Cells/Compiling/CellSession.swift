import Dispatch
import Synchronization
package import WorkerProtocol

/// The cells of one session, each compiled against those before it.
package final class CellSession: Sendable {
    /// A cell that can be loaded.
    package struct CompiledCell: Sendable {
        /// The name of the cell's module, unique in the session.
        package let module: String
        /// The shared object.
        package let object: String
        /// The function that runs the cell's top-level code.
        package var entryPoint: String { module + "_main" }
        /// The number in the cell's prompt.
        package let number: Int
        /// What the student wrote.
        package var source: String { cell.source }
        /// The front end's identifier of the cell, the same in every run; `nil` if it has none.
        package var id: String?
        let cell: ParsedCell
        /// The modules of earlier cells that it was compiled against.
        let foundations: [String]
        /// The modules that have the types which it declares again, unchanged.
        let reused: Set<String>
        let key: ContentKey
        /// The durations so far.
        package var phases: Phases
        /// What the compiler, and a reading of the source, remark on it.
        package var notes: [WorkerNote] = []

        /// The lines of a top-level statement, by its index.
        package func lines(ofStatement index: Int) -> ClosedRange<Int>? {
            cell.statements.indices.contains(index) ? cell.statements[index] : nil
        }

        /// Whether both are runs of the same cell of the notebook, by their identifiers or, without these, by their
        /// sources.
        func isSameCell(as other: CompiledCell) -> Bool {
            if let id, let otherID = other.id { return id == otherID }
            return source == other.source
        }
    }

    private let builder: CellBuilder
    private let ahead: CompileAhead
    private let state = Mutex(SessionState())
    /// The declarations of other cells that each cell uses, by module.
    private let uses = Mutex<[String: Set<Use>]>([:])
    /// The compilation that the caller waits for.
    private let current = Mutex<BuildTask?>(nil)

    /// An empty session.
    ///
    /// - Parameter cache: Where compiled cells are kept for later sessions.
    package init(compiler: Compiler, cache: CellCache? = nil) {
        builder = CellBuilder(compiler: compiler, cache: cache)
        ahead = CompileAhead(builder: builder)
    }

    /// Announces a cell that waits, so that it can be compiled while another one runs. It may never come to run.
    package func announce(_ source: String) { ahead.announce(source) }

    /// Compiles a cell. Its declarations become visible to later cells with ``adopt(_:failedIn:)``.
    ///
    /// - Parameters:
    ///   - source: What the student wrote.
    ///   - number: The number in the cell's prompt, which appears in errors.
    ///   - id: The front end's identifier of the cell.
    ///   - form: How the source is compiled.
    package func compile(
        _ source: String, number: Int, id: String? = nil, form: CellForm = .cell
    ) throws(CompilationError) -> CompiledCell {
        let clock = ContinuousClock()
        let start = clock.now
        let task = BuildTask()
        current.withLock { $0 = task }
        defer { current.withLock { $0 = nil } }

        ahead.begin(source)
        let state = state.withLock { $0 }
        let unit = state.unit(for: source, number: number, form: form)
        let parsed = clock.now
        var compiled: CompiledCell
        do throws(CompilationError) {
            compiled = try compile(unit, in: state, task: task)
        } catch {
            miss(unit.cell, number: number, id: id, error)
            throw error
        }
        compiled.id = id
        compiled.phases.parse = start.duration(to: parsed)
        compiled.phases.wait = start.duration(to: clock.now)
        return compiled
    }

    /// Compiles a question of the kernel's about the session. It is not adopted; its ``CompiledCell/number`` is 0.
    package func compile(question source: String) throws(CompilationError) -> CompiledCell {
        let task = BuildTask()
        current.withLock { $0 = task }
        defer { current.withLock { $0 = nil } }
        let unit = state.withLock { $0 }.unit(for: source, number: 0, form: .question)
        let compiled = try builder.build(unit, key: builder.key(of: unit), task: task)
        state.withLock { $0.note(compiled.module) }
        return compiled
    }

    /// Compiles a cell with the types of an earlier run or, if it does not compile with these, with its own: a private
    /// member, for instance, can only be reached where its type is compiled.
    private func compile(
        _ unit: CellUnit, in state: SessionState, task: BuildTask
    ) throws(CompilationError) -> CompiledCell {
        do {
            return try compile(unit, task: task)
        } catch {
            guard case .diagnosed = error, !unit.reused.isEmpty else { throw error }
            return try compile(state.unit(for: unit.cell.source, number: unit.number, reuses: false), task: task)
        }
    }

    /// Notes what a cell that does not compile would have declared.
    private func miss(_ cell: ParsedCell, number: Int, id: String?, _ error: CompilationError) {
        guard case .diagnosed(let mistakes) = error else { return }
        let stop = CellStop(.invalid, line: mistakes.first?.line)
        state.withLock { $0.miss(cell, number: number, id: id, because: stop, mistakes: mistakes) }
    }

    /// Discards what was compiled ahead, since the cells that wait will not run, and notes what they would have
    /// declared.
    private func giveUpWaiting(behind number: Int) {
        let waiting = ahead.waiting
        ahead.cancel(forgetting: true)
        state.withLock { state in
            for source in waiting {
                let cell = ParsedCell(source, name: "cell")
                state.miss(cell, number: nil, id: nil, because: CellStop(.notRun(behind: number)), mistakes: [])
            }
        }
    }

    private func compile(_ unit: CellUnit, task: BuildTask) throws(CompilationError) -> CompiledCell {
        let key = builder.key(of: unit)
        switch ahead.take(key) {
        case .success(var compiled):
            compiled.phases.isCompiledAhead = true
            return compiled
        case .failure(.diagnosed(let diagnostics)):
            // The cells that wait behind one that failed will not run.
            giveUpWaiting(behind: unit.number)
            throw .diagnosed(diagnostics)
        case .failure, nil:
            // What is being compiled depends on another cell of this name.
            ahead.cancel()
            do {
                return try builder.build(unit, key: key, task: task)
            } catch {
                giveUpWaiting(behind: unit.number)
                throw error
            }
        }
    }

    /// Notes that a cell is about to run. ``rewind()`` returns to the state before it.
    package func attempt(_ compiled: CompiledCell) {
        var forecast = state.withLock { state in
            state.attempt(compiled)
            return state
        }
        forecast.adopt(compiled)
        ahead.proceed(from: forecast, number: compiled.number + 1)
    }

    /// Makes a cell's declarations visible to later cells.
    ///
    /// - Parameters:
    ///   - compiled: The cell.
    ///   - statement: The index of the top-level statement in which the cell failed, if it did. The variables of this
    ///     statement and of those after it never got a value: earlier declarations of their names remain visible.
    ///   - stop: Why it failed, if it did.
    /// - Returns: A note for the student about cells that depend on what this one has redeclared, with names in
    ///   back-ticks.
    @discardableResult
    package func adopt(
        _ compiled: CompiledCell, failedIn statement: Int? = nil, because stop: CellStop? = nil
    ) -> String? {
        let (replaced, overwritten, session) = state.withLock { state in
            let overwritten = statement == nil ? state.overwritten(by: compiled) : []
            let replaced = state.adopt(compiled, failedIn: statement, because: stop)
            return (replaced, overwritten, state)
        }
        if statement != nil { giveUpWaiting(behind: compiled.number) }
        guard !replaced.isEmpty || !overwritten.isEmpty else { return nil }
        return Redefinition(
            replaced, overwriting: overwritten, by: compiled, in: session, waiting: ahead.waiting, uses: uses(of:)
        ).note
    }

    private func uses(of cell: CompiledCell) -> Set<Use> {
        uses.withLock { known in
            if let uses = known[cell.module] { return uses }
            let uses = SymbolTable(object: cell.object).uses(by: cell.module)
            known[cell.module] = uses
            return uses
        }
    }

    /// The source of the last adopted cell with a name such as "cell 4".
    package func source(of name: String) -> String? {
        state.withLock { state in
            state.cells.values.filter { $0.cell.name == name }.max { $0.module.count < $1.module.count }?.source
        }
    }

    /// Notes that the process in which a cell ran has ended, and that its declarations are lost with it.
    package func lose(_ compiled: CompiledCell, because stop: CellStop) {
        state.withLock {
            $0.miss(compiled.cell, number: compiled.number, id: compiled.id, because: stop, mistakes: [])
        }
    }

    /// Restores the state before the last cell that began to run, whether it was adopted or not.
    package func rewind() {
        state.withLock { $0.rewind() }
        ahead.cancel(forgetting: true)
    }

    /// Forgets all cells: their variables are gone.
    package func reset() {
        state.withLock { $0.reset() }
        ahead.cancel(forgetting: true)
    }

    /// Makes a package available to the cells from now on.
    package func use(_ package: PackageLibrary) { state.withLock { $0.use(package) } }

    /// Makes a package unavailable again.
    package func forget(_ package: PackageLibrary) { state.withLock { $0.use(package, false) } }

    /// The packages that cells can import.
    package var packages: [PackageLibrary] { state.withLock { $0.packages } }

    /// Whether a cell has declared this name or operator.
    package func declares(_ name: String) -> Bool { state.withLock { $0.scope.declares(name) } }

    /// Cancels the current compilation, if any, and what is compiled ahead.
    package func interrupt() {
        current.withLock { $0 }?.cancel()
        ahead.cancel(forgetting: true)
    }

    /// The mistakes in a cell that is being edited; none if the compiler takes longer than `limit` to find them.
    package func diagnose(_ source: String, within limit: Duration = .seconds(5)) -> [Diagnostic] {
        let state = state.withLock { $0 }
        let unit = state.unit(for: source, number: 0)
        let task = BuildTask()
        let timer = DispatchWorkItem { task.cancel() }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1), execute: timer)
        defer { timer.cancel() }
        let mistakes = builder.diagnose(unit, task: task)
        if mistakes.isEmpty || unit.reused.isEmpty { return mistakes }
        return builder.diagnose(state.unit(for: source, number: 0, reuses: false), task: task)
    }

    // MARK: What the session knows

    /// A variable that later cells can read.
    package struct Variable: Sendable, Equatable {
        package var name: String
        /// The number of the cell that declared it.
        package var cell: Int
        /// The name of that cell's module.
        package var module: String
        /// The type as a student writes it: `[Dog]`.
        package var type: String
        /// The type with its modules: `Swift.Array<Cell3.Dog>`.
        package var qualifiedType: String
        /// The number of the cell that declared its type, or one within it, if another cell has done so again since.
        package var earlierCell: Int?
    }

    /// The variables that have a value, in the order of their cells.
    package var variables: [Variable] { state.withLock { $0 }.variables }

    /// A function or type that later cells can use.
    package struct Declaration: Sendable, Equatable {
        /// The declaration as text: `struct Dog`, `func bark(times: Int)`.
        package var text: String
        /// The number of the cell that declared it.
        package var cell: Int
    }

    /// The functions and types, in the order of their cells.
    package var declarations: [Declaration] {
        let state = state.withLock { $0 }
        return state.scope.functionsAndTypes.compactMap { module, declaration in
            let name = declaration.kind == .func ? declaration.name + declaration.signature : declaration.name
            return state.number(of: module).map {
                Declaration(text: "\(declaration.kind.rawValue) \(name)", cell: $0)
            }
        }
        .sorted { ($0.cell, $0.text) < ($1.cell, $1.text) }
    }

    /// What a tool needs besides a cell's source to analyse it while it is being edited.
    package struct Surroundings: Sendable {
        /// The text before the source, whose lines are counted from 1.
        package var prelude: String
        /// The compiler's arguments, except input and output.
        package var arguments: [String]
    }

    /// What a cell would be compiled with: the library and everything that earlier cells declare, referenced or not.
    package func surroundings(for source: String) -> Surroundings {
        let cell = ParsedCell(source, name: "cell")
        let scope = state.withLock { $0.scope }
        return Surroundings(
            prelude: CellUnit.readingPrelude(scope.imports(for: cell, all: true), name: cell.name),
            arguments: ["-module-name", Draft.module] + builder.compiler.languageArguments + CellUnit.options(for: cell)
                + packages.flatMap(\.arguments))
    }
}
