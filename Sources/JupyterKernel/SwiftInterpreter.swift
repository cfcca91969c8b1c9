package import Cells
import Foundation
import JupyterWire
import Synchronization

/// Swift behind the kernel: compiles each cell, and has a worker process run it.
package final class SwiftInterpreter: Interpreter {
    package let language: LanguageInfo

    private let compiler: Compiler
    private let symbolizer: Symbolizer
    private let workerCommand: [String]
    /// Touched by the shell thread only, but for its `interrupt`.
    private nonisolated(unsafe) let session: CellSession

    private struct State {
        var worker: WorkerConnection?
        var output: (any OutputSink)?
        var running: Int?
        var ending: Ending?
        var fatalErrors = FatalErrorFilter()
        var isInterrupted = false
        /// Whether a worker has ended whose cells the session still counts on.
        var isMemoryLost = false
        var isShuttingDown = false
    }

    private enum Ending {
        case finished
        case failed(WorkerReport.Failure, fatalError: String?)
        case died(Int32, fatalError: String?)
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)
    private let serial = Atomic<Int>(0)

    /// An interpreter whose worker is started by a command.
    ///
    /// - Parameters:
    ///   - compiler: What compiles the cells.
    ///   - version: Of the Swift compiler.
    ///   - workerCommand: The program and its arguments.
    package init(compiler: Compiler, version: String, workerCommand: [String]) {
        self.compiler = compiler
        self.workerCommand = workerCommand
        session = CellSession(compiler: compiler)
        symbolizer = Symbolizer(toolchain: compiler.toolchain, folder: compiler.folder)
        language = .swift(version: version, banner: "Swiftlet: Swift \(version), compiled")
    }

    package func start(output: any OutputSink) {
        state.withLock { $0.output = output }
        try? startWorker()
        Compiler.removeAbandonedFolders()
    }

    package func execute(_ cell: Cell, output: any OutputSink) -> CellOutcome {
        state.withLock { state in
            state.output = output
            state.isInterrupted = false
        }
        if forgetLostCells() {
            output.write(
                "The process that ran the cells has ended: all variables, functions and types are lost.\n".utf8,
                to: .stderr)
        }
        let compiled: CellSession.CompiledCell
        do {
            compiled = try session.compile(cell.code, number: cell.executionCount)
        } catch {
            return .error(CellError(error))
        }
        do {
            return try run(compiled)
        } catch {
            return .error(CellError(error))
        }
    }

    package func isComplete(_ code: String) -> Completeness {
        switch Cells.Completeness(of: code) {
        case .complete: .complete
        case .incomplete(let indent): .incomplete(indent: indent)
        case .invalid: .invalid
        }
    }

    package func interrupt() {
        let (worker, running) = state.withLock { state in
            state.isInterrupted = true
            return (state.worker, state.running)
        }
        if let running { worker?.send(.interrupt(serial: running)) } else { session.interrupt() }
    }

    package func shutdown(restart: Bool) {
        let worker = state.withLock { state in
            state.isShuttingDown = true
            return state.worker
        }
        session.interrupt()
        worker?.kill()
        compiler.removeFolder()
    }

    // MARK: Running

    private func run(_ compiled: CellSession.CompiledCell) throws(CompilationError) -> CellOutcome {
        if state.withLock({ $0.worker == nil }) { try startWorker() }
        let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
        let (worker, isInterrupted) = state.withLock { state in
            state.running = number
            state.ending = nil
            return (state.worker, state.isInterrupted)
        }
        // The interrupt may have come after the compiler and before the worker.
        if isInterrupted {
            state.withLock { $0.running = nil }
            throw .interrupted
        }
        worker?.send(.run(serial: number, object: compiled.object, entryPoint: compiled.entryPoint))
        ended.wait()
        let (ending, isShuttingDown) = state.withLock { state in
            state.running = nil
            return (state.ending, state.isShuttingDown)
        }
        switch ending {
        case .finished:
            session.adopt(compiled)
            return .ok
        case .failed(let failure, let fatalError):
            let trace = symbolizer.trace(failure.frames)
            let name = "cell \(compiled.number)"
            let line = trace.lines.last { $0.cell == name }?.line
            session.adopt(compiled, failedAt: failure.kind == .notLoaded ? 0 : line ?? 0)
            return .error(CellError(failure, trace: trace, fatalError: fatalError, source: compiled.source, cell: name))
        case .died(let status, let fatalError):
            if isShuttingDown { return .aborted }
            forgetLostCells()
            return .error(
                CellError(
                    workerDiedWith: status, fatalError: fatalError, wasInterrupted: state.withLock { $0.isInterrupted })
            )
        case nil:
            return .aborted
        }
    }

    /// Forgets the cells of a worker that has ended.
    @discardableResult
    private func forgetLostCells() -> Bool {
        let isLost = state.withLock { state in
            defer { state.isMemoryLost = false }
            return state.isMemoryLost
        }
        if isLost { session.reset() }
        return isLost
    }

    private func startWorker() throws(CompilationError) {
        let worker = try WorkerConnection(command: workerCommand) { [weak self] event in self?.handle(event) }
        state.withLock { $0.worker = worker }
    }

    private func handle(_ event: WorkerConnection.Event) {
        let output = state.withLock { $0.output }
        switch event {
        case .printed(let bytes, .stdout): output?.write(bytes, to: .stdout)
        case .printed(let bytes, .stderr):
            let visible = state.withLock { $0.fatalErrors.pass(bytes) }
            if !visible.isEmpty { output?.write(visible, to: .stderr) }
        case .report(let report): handle(report, output)
        case .ended(let status):
            // Gone before anybody hears of it: the next cell must not be sent there.
            state.withLock { state in
                state.worker = nil
                state.isMemoryLost = true
            }
            end { .died(status, fatalError: $0) }
        }
    }

    private func handle(_ report: WorkerReport, _ output: (any OutputSink)?) {
        let running = state.withLock { $0.running }
        switch report {
        case .ready: break
        case .display(let value, let identifier): output?.display(JupyterWire.MimeBundle(value), id: identifier)
        case .update(let value, let identifier): output?.update(JupyterWire.MimeBundle(value), id: identifier)
        case .result(let value): output?.result(JupyterWire.MimeBundle(value))
        case .clearOutput(let wait): output?.clearOutput(wait: wait)
        case .input(_, let prompt):
            // The pump must go on meanwhile.
            Thread.detachNewThread {
                let line: String?
                do throws(InputError) {
                    line = try output?.input(prompt: prompt, isPassword: false)
                } catch {
                    // An interrupt ends the wait by itself; a front end that cannot ask is the end of input.
                    if error == .interrupted { return }
                    line = nil
                }
                self.state.withLock { $0.worker }?.send(.input(line))
            }
        case .finished(let serial): if serial == running { end { _ in .finished } }
        case .failed(let serial, let failure): if serial == running { end { .failed(failure, fatalError: $0) } }
        case .unstoppable(let serial): if serial == running { state.withLock { $0.worker }?.kill() }
        }
    }

    /// Wakes the thread that waits for the cell, if one does.
    private func end(_ ending: (_ fatalError: String?) -> Ending) {
        let isWaiting = state.withLock { state in
            let fatalError = state.fatalErrors.take()
            guard state.running != nil, state.ending == nil else { return false }
            state.ending = ending(fatalError)
            return true
        }
        if isWaiting { ended.signal() }
    }
}

extension JupyterWire.MimeBundle {
    /// What a worker sent, in Jupyter's form.
    init(_ output: WorkerReport.Output) {
        var data: [String: JSON] = [:]
        for (type, content) in output.contents {
            switch content {
            case .text(let text): data[type] = .string(text)
            case .binary(let bytes): data[type] = .string(bytes.base64EncodedString())
            case .json(let text): data[type] = (try? JSON(parsing: Array(text.utf8))) ?? .string(text)
            }
        }
        let metadata = output.sizes.compactMapValues { size -> JSON? in
            size.count == 2 ? .object(["width": .int(size[0]), "height": .int(size[1])]) : nil
        }
        self.init(data, metadata: metadata)
    }
}
