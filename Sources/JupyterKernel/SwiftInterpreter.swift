import CWorker
package import Cells
import Dispatch
import JupyterWire
import Synchronization
package import WorkerProtocol

/// Swift behind the kernel: compiles each cell, and has a worker process run it.
package final class SwiftInterpreter: Interpreter {
    package let language: LanguageInfo

    private let compiler: Compiler
    private let cache: CellCache?
    private let symbolizer: Symbolizer
    let cells: CellSession
    private let worker: WorkerSession
    private let questions: SessionQuestions
    private let commands: CommandRunner
    let languageService: LanguageServiceConnection
    private let liveDiagnostics = LiveDiagnostics()
    /// The newest cell that began to run.
    private let running: CellInTurn

    /// An interpreter whose worker is started by a command.
    ///
    /// - Parameters:
    ///   - compiler: What compiles the cells.
    ///   - cache: Where compiled cells are kept for later sessions.
    ///   - version: Of the Swift compiler.
    ///   - workerCommand: The program and its arguments.
    ///   - languageServiceCommand: What answers an editor's questions: a program and its arguments.
    package init(
        compiler: Compiler, cache: CellCache? = nil, version: String, workerCommand: [String],
        languageServiceCommand: [String]
    ) {
        self.compiler = compiler
        self.cache = cache
        languageService = LanguageServiceConnection(command: languageServiceCommand)
        let cells = CellSession(compiler: compiler, cache: cache)
        let symbolizer = Symbolizer(toolchain: compiler.toolchain, folder: compiler.folder)
        let running = CellInTurn()
        self.running = running
        self.cells = cells
        self.symbolizer = symbolizer
        // A snapshot is a child of the worker that it replaces.
        cw_adopt_orphans()
        worker = WorkerSession { handle throws(CompilationError) in
            try WorkerConnection(command: workerCommand, handle: handle)
        } locate: { note in
            let cell = running.cell
            if let line = note.line { return "Line \(line)" }
            guard let place = symbolizer.trace(note.frames).lines.first?.place else {
                return note.statement.flatMap { cell?.lines(ofStatement: $0)?.lowerBound }.map { "Line \($0)" }
            }
            return place.cell == cell.map { "cell \($0.number)" }
                ? "Line \(place.line)" : place.cell.prefix(1).uppercased() + "\(place)".dropFirst()
        } describe: { failure, fatalError in
            let trace = symbolizer.trace(failure.frames).completed(innermost: fatalError?.place)
            let cell = trace.lines.first?.cell ?? ""
            return CellError(
                failure, trace: trace, fatalError: fatalError, source: cells.source(of: cell) ?? "", cell: cell)
        }
        questions = SessionQuestions(cells: cells, worker: worker, symbolizer: symbolizer)
        commands = CommandRunner(cells: cells, questions: questions, toolchain: compiler.toolchain)
        language = .swift(version: version, banner: "Swiftlet \(Kernel.version): Swift \(version), compiled")
    }

    package func start(output: any OutputSink) {
        worker.start(output: output)
        warmUpLanguageService()
        Compiler.removeAbandonedFolders()
        if let cache { DispatchQueue.global(qos: .utility).async { cache.tidy() } }
    }

    package func willExecute(_ code: String) {
        // What cannot be understood is said when its turn comes.
        guard let parts = try? split(code) else { return }
        if parts.isPlain || parts.hasSwift, parts.timing != .repeatedly { cells.announce(parts.swift) }
    }

    package func execute(_ cell: Cell, output: any OutputSink) -> CellOutcome {
        commands.beginCell(output: output)
        tellOfDeath(output)
        do throws(CellError) {
            let parts = try split(cell)
            for entry in parts.commands { try run(entry, of: cell, output: output) }
            let outcome = parts.isPlain || parts.hasSwift ? try run(parts, of: cell, output: output) : .ok
            if outcome == .ok { commands.note(parts, number: cell.executionCount) }
            return outcome
        } catch {
            return .error(error)
        }
    }

    /// Splits a cell's source into its commands and its Swift.
    func split(_ code: String) throws(CommandError) -> CommandCell {
        try CommandCell(code, names: SessionNames(cells: cells))
    }

    private func split(_ cell: Cell) throws(CellError) -> CommandCell {
        do { return try split(cell.code) } catch { throw CellError(error, cell: cell.executionCount) }
    }

    /// Runs a command of a cell.
    private func run(_ entry: CommandCell.Entry, of cell: Cell, output: any OutputSink) throws(CellError) {
        switch entry.command {
        case .undo:
            guard let recovery = undo() else {
                let error = CommandError(
                    "there is nothing to take back", hint: "only the last cell can be taken back, and only once",
                    line: entry.line)
                throw CellError(error, cell: cell.executionCount)
            }
            commands.forget(cell: recovery.cell)
            output.write(recovery.undoNote.utf8, to: .stdout)
        case .reset:
            worker.reset()
            cells.reset()
            output.write("All cells are forgotten.\n".utf8, to: .stdout)
        default: try commands.run(entry, of: cell, output: output)
        }
    }

    /// Compiles and runs a cell's Swift.
    private func run(_ parts: CommandCell, of cell: Cell, output: any OutputSink) throws(CellError) -> CellOutcome {
        do {
            func compile() throws(CompilationError) -> CellSession.CompiledCell {
                try cells.compile(
                    parts.swift, number: cell.executionCount, id: cell.id,
                    form: parts.timing == .repeatedly ? .timed : .cell)
            }
            var compiled = try compile()
            let snapshotStart = ContinuousClock.now
            try worker.makeSnapshot(before: cell.executionCount)
            output.note(metadata: ["snapshot": (ContinuousClock.now - snapshotStart).milliseconds])
            // The worker has ended under what the cell was compiled against.
            if tellOfDeath(output) { compiled = try compile() }
            defer { output.note(metadata: compiled.phases.metadata) }
            cells.attempt(compiled)
            let watch = Stopwatch(process: worker.processIdentifier)
            running.cell = compiled
            let ending = try worker.run(
                object: compiled.object, entryPoint: compiled.entryPoint, notes: compiled.notes)
            compiled.phases.run = watch.wall
            if parts.timing == .once { output.write(watch.report(compiled.phases).utf8, to: .stdout) }
            return outcome(of: ending, compiled, isTimed: parts.timing == .repeatedly, output: output)
        } catch {
            throw CellError(error)
        }
    }

    package func evaluate(_ expression: String) -> Result<MimeBundle, CellError> {
        questions.evaluate(expression)
    }

    package func variables() -> [Variable] {
        questions.variables().map { variable, summary in
            Variable(
                name: variable.name, type: variable.type, value: summary?.text ?? "",
                children: summary?.parts.map(Variable.init) ?? [])
        }
    }

    package func isComplete(_ code: String) -> Completeness {
        // A command that cannot be understood is best said by running it.
        guard let parts = try? split(code) else {
            return CommandCell.isWaiting(code) ? .incomplete(indent: "") : .complete
        }
        return switch Cells.Completeness(of: parts.swift) {
        case .complete: .complete
        case .incomplete(let indent): .incomplete(indent: indent)
        case .invalid: .invalid
        }
    }

    package func complete(_ code: String, at cursor: String.Index) -> Completions {
        CommandLine(in: code, at: cursor)?.completions ?? completeSwift(code, at: cursor)
    }

    package func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle? {
        CommandLine(in: code, at: cursor)?.help.map { .markdown($0.text) }
            ?? inspectSwift(code, at: cursor, detail: detail)
    }

    package func interrupt() {
        commands.interrupt()
        worker.interrupt()
        cells.interrupt()
    }

    package func interruptBackground() { worker.interruptBackground() }

    package func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool {
        if liveDiagnostics.open(message) { return true }
        return message.kind == .open(target: WorkerComms.target) && worker.deliver(message, output: output)
    }

    package func commReceived(_ message: CommMessage, output: any OutputSink) {
        if liveDiagnostics.receive(message, output: output, find: diagnose) { return }
        worker.deliver(message, output: output)
    }

    package func commHandled() { worker.messageHandled() }

    package func shutdown(restart: Bool) {
        commands.interrupt()
        cells.interrupt()
        worker.shutDown()
        languageService.shutDown()
        compiler.removeFolder()
    }

    /// What the notebook is told of a cell that was run, and what later cells see of it.
    private func outcome(
        of ending: WorkerJob.Ending, _ compiled: CellSession.CompiledCell, isTimed: Bool, output: any OutputSink
    ) -> CellOutcome {
        switch ending {
        case .finished:
            if let note = cells.adopt(compiled) { output.display(.note(note), id: nil) }
            return .ok
        case .failed(let failure, let fatalError):
            let name = "cell \(compiled.number)"
            let isKnown = failure.kind != .notLoaded
            let failed = failure.kind == .interrupted ? nil : failure.statement
            let trace = symbolizer.trace(failure.frames).completed(
                innermost: fatalError?.place, cell: name,
                statement: isKnown && failed != nil ? compiled.lines(ofStatement: failure.statement) : nil)
            let line = trace.lines.first { $0.place.cell == name }?.place.line
            let isInterrupted = failure.kind == .stopped || failure.kind == .interrupted
            func error(_ explanation: String? = nil) -> CellError {
                CellError(
                    failure, trace: trace, fatalError: fatalError, source: compiled.source, cell: name,
                    explanation: explanation)
            }
            let stop = CellStop(isInterrupted ? .interrupted : .failed(error().name), line: line)
            if let note = cells.adopt(compiled, failedIn: failed, because: stop) {
                output.display(.note(note), id: nil)
            }
            let reason = fatalError?.message ?? trace.reason ?? ""
            // The variables of a timed cell are its own.
            let isIndex = failure.kind == .trapped && reason.hasPrefix("Index out of range") && !isTimed
            return .error(error(isIndex ? questions.arrays(at: trace) : nil))
        case .died(let death):
            // The snapshot knows nothing of this cell, as the session does not.
            if case .nothing = death.recovery { cells.reset() }
            let trace = symbolizer.trace(death.frames)
            let error = CellError(death, trace: trace, source: compiled.source, cell: compiled.number)
            cells.lose(
                compiled,
                because: CellStop(
                    death.wasInterrupted ? .interrupted : .failed(error.name), line: trace.lines.first?.place.line))
            return .error(error)
        case .shutDown:
            return .aborted
        }
    }

    /// Says that the worker has ended between two cells, if it has, and goes back to the state that is left.
    @discardableResult
    private func tellOfDeath(_ output: any OutputSink) -> Bool {
        guard let death = worker.takeDeath() else { return false }
        forgetCells(lostWith: death.recovery)
        output.write(death.note.utf8, to: .stderr)
        return true
    }

    private func forgetCells(lostWith recovery: WorkerDeath.Recovery) {
        switch recovery {
        case .state(beforeCell: .some, _): cells.rewind()
        case .state: break
        case .nothing: cells.reset()
        }
    }

    /// Takes back what the last cell did to variables, functions and types.
    ///
    /// - Returns: What is left: the state before the cell, as a rule; `nil` when there is nothing to take back.
    func undo() -> WorkerDeath.Recovery? {
        guard let recovery = worker.undo() else { return nil }
        forgetCells(lostWith: recovery)
        return recovery
    }
}

/// The newest cell that began to run, which notes are about.
private final class CellInTurn: Sendable {
    private let stored = Mutex<CellSession.CompiledCell?>(nil)

    var cell: CellSession.CompiledCell? {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}

extension MimeBundle {
    /// A remark in small grey letters, with code between back-ticks.
    static func note(_ text: String) -> Self {
        let code = text.htmlEscaped.replacing(/`([^`]*)`/) { "<code>\($0.output.1)</code>" }
        return Self([
            "text/plain": .text(text),
            "text/html": .text("<small style=\"color: var(--jp-ui-font-color2, gray)\">\(code)</small>"),
        ])
    }
}

extension Phases {
    /// What a reply's metadata says of them, in milliseconds.
    var metadata: [String: JSON] {
        var metadata: [String: JSON] = [
            "parse": parse.milliseconds, "compile": compile.milliseconds, "link": link.milliseconds,
            "wait": wait.milliseconds, "cached": .bool(isCached), "compiled_ahead": .bool(isCompiledAhead),
        ]
        metadata["run"] = run?.milliseconds
        return metadata
    }
}

extension Duration {
    /// Milliseconds, to the microsecond.
    fileprivate var milliseconds: JSON { .double((self / .microseconds(1)).rounded() / 1000) }
}
