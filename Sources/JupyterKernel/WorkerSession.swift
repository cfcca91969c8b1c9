import Cells
import Foundation
import JupyterWire
import Synchronization

/// The worker process behind a notebook: runs compiled cells one at a time, hands on what they show, and is started again when it has ended.
final class WorkerSession: Sendable {
    /// How a cell's run ended.
    enum Ending {
        case finished
        case failed(WorkerReport.Failure, fatalError: String?)
        /// The worker ended: with a status, or, if negative, by a signal.
        case died(Int32, fatalError: String?, wasInterrupted: Bool)
        case shutDown
    }

    private struct State {
        var connection: WorkerConnection?
        var outputs = CellOutputs()
        var running: Int?
        var ending: Ending?
        var fatalErrors = FatalErrorFilter()
        var isInterrupted = false
        /// Whether a thread is about to run the code that widgets have waiting.
        var isCallbackTurnComing = false
        /// Who is told that a job runs without a cell; `nil` while none does.
        var callbackActivity: (any OutputSink)?
        /// Under which cells the job prints.
        var callbackOutputs: [any OutputSink] = []
        /// What of the job has failed.
        var failedCallback: WorkerComms.Callback?
        /// Whether a worker has ended whose cells the session still counts on.
        var isMemoryLost = false
        var isShuttingDown = false
    }

    private let command: [String]
    private let comms = WorkerComms()
    private let state = Mutex(State())
    /// Held while the worker runs a cell or another job: one at a time.
    private let turn = NSLock()
    /// Says what went wrong in code that ran because of a widget.
    private let describe: @Sendable (WorkerReport.Failure, _ fatalError: String?) -> CellError
    private let ended = DispatchSemaphore(value: 0)
    private let serial = Atomic<Int>(0)

    /// A session whose worker is started by a command.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - describe: Says what went wrong in code that ran because of a widget.
    init(
        command: [String],
        describe: @escaping @Sendable (WorkerReport.Failure, _ fatalError: String?) -> CellError
    ) {
        self.command = command
        self.describe = describe
    }

    /// Starts the first worker. If that fails, the first cell says so.
    ///
    /// - Parameter output: For what belongs to no cell.
    func start(output: any OutputSink) {
        state.withLock { $0.outputs.begin(output) }
        try? startWorker()
    }

    /// Says that what comes belongs to a new cell, and that an earlier interrupt is none of its business.
    func beginCell(output: any OutputSink) {
        state.withLock { state in
            state.outputs.begin(output)
            state.isInterrupted = false
        }
    }

    /// Runs a cell to its end.
    func run(_ compiled: CellSession.CompiledCell) throws(CompilationError) -> Ending {
        turn.lock()
        defer { turn.unlock() }
        if state.withLock({ $0.connection == nil }) { try startWorker() }
        let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
        let (connection, isInterrupted) = state.withLock { state in
            state.running = number
            state.outputs.name(number)
            state.ending = nil
            return (state.connection, state.isInterrupted)
        }
        // The interrupt may have come after the compiler and before the worker.
        if isInterrupted {
            state.withLock { $0.running = nil }
            throw .interrupted
        }
        connection?.send(.run(serial: number, object: compiled.object, entryPoint: compiled.entryPoint))
        return waitForEnd()
    }

    private func waitForEnd() -> Ending {
        ended.wait()
        return state.withLock { state in
            state.running = nil
            guard let ending = state.ending else { return .shutDown }
            if case .died = ending, state.isShuttingDown { return .shutDown }
            return ending
        }
    }

    /// The worker's number among the system's processes.
    var processIdentifier: Int32? { state.withLock { $0.connection?.identifier } }

    /// Asks the running cell to stop.
    ///
    /// - Returns: Whether one is running. If not, none will be, until the next ``beginCell(output:)``.
    func interrupt() -> Bool {
        let (connection, running) = state.withLock { state in
            state.isInterrupted = true
            return (state.connection, state.running)
        }
        guard let running else { return false }
        connection?.send(.interrupt(serial: running))
        return true
    }

    // MARK: Widgets

    /// Hands a front end's message to the worker, and waits until it is taken.
    ///
    /// - Returns: Whether there is a worker.
    @discardableResult
    func deliver(_ message: CommMessage, output: any OutputSink) -> Bool {
        guard let connection = state.withLock({ $0.connection }) else { return false }
        comms.deliver(message, output: output, to: connection)
        return true
    }

    /// Stops code that runs because of a widget while no cell runs.
    func interruptCallbacks() {
        let (connection, running) = state.withLock { ($0.connection, $0.running) }
        if let running { connection?.send(.interrupt(serial: running)) }
    }

    /// Shows what went wrong in code that ran because of a widget: in the code's area for output, or under the cell that asked for it.
    private func show(_ error: CellError, of callback: WorkerComms.Callback) {
        if let area = callback.output {
            state.withLock { $0.connection }?.send(
                .callbackFailed(output: area, name: error.name, message: error.value, traceback: error.traceback))
        } else {
            let text = error.traceback.joined(separator: "\n") + "\n"
            output(of: callback.origin)?.write(text.utf8, to: .stderr)
        }
    }

    /// The message that was delivered last was handled to its end.
    func messageHandled() {
        if comms.messageHandled() { takeCallbackTurn() }
    }

    /// Has the code run that widgets have waiting, once no cell runs.
    private func takeCallbackTurn() {
        let isFirst = state.withLock { state in
            defer { state.isCallbackTurnComing = true }
            return !state.isCallbackTurnComing
        }
        if isFirst { Thread.detachNewThread { self.runCallbacks() } }
    }

    private func runCallbacks() {
        turn.lock()
        defer { turn.unlock() }
        state.withLock { $0.isCallbackTurnComing = false }
        while true {
            let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
            let connection = state.withLock { state in
                state.running = state.connection == nil ? nil : number
                state.ending = nil
                return state.connection
            }
            guard let connection else { return }
            connection.send(.runCallbacks(serial: number))
            let ending = waitForEnd()
            let (activity, outputs, failed) = state.withLock { state in
                defer { (state.callbackActivity, state.callbackOutputs, state.failedCallback) = (nil, [], nil) }
                return (state.callbackActivity, state.callbackOutputs, state.failedCallback)
            }
            if case .failed(let failure, let fatalError) = ending, let failed {
                show(describe(failure, fatalError), of: failed)
            }
            for output in outputs { output.drain() }
            activity?.workEnded()
            // Behind code that has failed there may be more.
            guard case .failed = ending else { return }
        }
    }

    /// A job begins to run code because of a widget. Without a cell, it is for the front end's message that the kernel is busy.
    private func begin(_ callback: WorkerComms.Callback, serial: Int) {
        comms.run(callback, serial: serial)
        let (sink, output) = (comms.lastOutput, output(of: callback.origin))
        let isFirst = state.withLock { state in
            guard state.running == serial else { return false }
            if callback.output == nil, let output { state.callbackOutputs.append(output) }
            defer { state.callbackActivity = sink }
            return state.callbackActivity == nil
        }
        if isFirst { sink?.workGoesOn() }
    }

    /// Ends the worker at once; a cell that runs ends with ``Ending/shutDown``.
    func shutDown() {
        let connection = state.withLock { state in
            state.isShuttingDown = true
            return state.connection
        }
        connection?.kill()
    }

    /// Whether a worker has ended, with all that cells left in it, since this was last asked.
    func takeMemoryLoss() -> Bool {
        state.withLock { state in
            defer { state.isMemoryLost = false }
            return state.isMemoryLost
        }
    }

    private func startWorker() throws(CompilationError) {
        let connection = try WorkerConnection(command: command) { [weak self] event in self?.handle(event) }
        state.withLock { $0.connection = connection }
    }

    // MARK: What the worker reports

    private func handle(_ event: WorkerConnection.Event) {
        switch event {
        case .printed(let bytes, let stream): print(bytes, to: stream, serial: 0)
        case .report(let report): handle(report)
        case .ended(let status):
            comms.taken()
            // Gone before anybody hears of it: the next cell must not be sent there.
            let wasInterrupted = state.withLock { state in
                state.connection = nil
                state.isMemoryLost = true
                return state.isInterrupted
            }
            end { .died(status, fatalError: $0, wasInterrupted: wasInterrupted) }
        }
    }

    /// The output of a cell, or, for what belongs to none, of the newest.
    private func output(of serial: Int) -> (any OutputSink)? {
        comms.output(of: serial) ?? state.withLock { $0.outputs[serial] }
    }

    private func print(_ bytes: [UInt8], to stream: StandardStream, serial: Int) {
        let (output, visible) = state.withLock { state in
            // The error that ends a cell says what the run time prints about it; for a thread of an earlier cell nobody else does.
            let mayEndCell =
                stream == .stderr && (serial == 0 || serial == state.running || comms.isRunning(for: serial))
            return (state.outputs[serial], mayEndCell ? state.fatalErrors.pass(bytes) : bytes)
        }
        if !visible.isEmpty { output?.write(visible, to: stream) }
    }

    private func handle(_ report: WorkerReport) {
        let running = state.withLock { $0.running }
        switch report {
        case .ready: break
        case .printed(let serial, let stream, let bytes, _):
            print(Array(bytes), to: StandardStream(stream), serial: serial)
        case .display(let serial, let value, let identifier):
            output(of: serial)?.display(JupyterWire.MimeBundle(value), id: identifier)
        case .update(let serial, let value, let identifier):
            output(of: serial)?.update(JupyterWire.MimeBundle(value), id: identifier)
        case .result(let serial, let value): output(of: serial)?.result(JupyterWire.MimeBundle(value))
        case .clearOutput(let serial, let wait): output(of: serial)?.clearOutput(wait: wait)
        case .input(let serial, let prompt):
            let output = output(of: serial)
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
                self.state.withLock { $0.connection }?.send(.input(line))
            }
        case .finished(let serial):
            _ = comms.end(serial: serial)
            if serial == running { end { _ in .finished } }
        case .failed(let serial, let failure):
            let callback = comms.end(serial: serial)
            if serial == running {
                state.withLock { $0.failedCallback = callback }
                end { .failed(failure, fatalError: $0) }
            } else if let callback {
                let fatalError = state.withLock { $0.fatalErrors.take() }
                // Another program is asked for the lines.
                Thread.detachNewThread { self.show(self.describe(failure, fatalError), of: callback) }
            }
        case .comm(let serial, let comm): comms.forward(comm, to: output(of: serial))
        case .commTaken(let number): comms.taken(number)
        case .openComms(let ids): comms.begin(with: ids, output: output(of: 0))
        case .callbacksWait: if comms.mayRunCallbacks() { takeCallbackTurn() }
        case .callback(let serial, let origin, let area): begin(.init(origin: origin, output: area), serial: serial)
        case .unstoppable(let serial): if serial == running { state.withLock { $0.connection }?.kill() }
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

extension StandardStream {
    fileprivate init(_ stream: WorkerReport.Stream) {
        switch stream {
        case .stdout: self = .stdout
        case .stderr: self = .stderr
        }
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
