import CWorker
import Cells
import Foundation
import JupyterWire
import Synchronization

/// The worker process behind a notebook: runs compiled cells one at a time and hands on what they show.
///
/// Before each cell the worker makes a snapshot of itself, a process that stands still. When the worker ends, whatever the reason, its
/// snapshot goes on in its place, with everything as it was before that cell.
final class WorkerSession: Sendable {
    /// How a cell's run ended.
    enum Ending {
        case finished
        case failed(WorkerReport.Failure, fatalError: String?)
        case died(WorkerDeath)
        case shutDown
    }

    private struct State {
        var connection: WorkerConnection?
        var outputs = CellOutputs()
        /// What goes on when the worker ends.
        var snapshot: SnapshotLine?
        /// Why there is no snapshot.
        var snapshotError: String?
        /// The process group of the workers, their snapshots, and the programs that cells have started.
        var group: Int32?
        var running: Int?
        var ending: Ending?
        /// Whether a snapshot is being made.
        var isMakingSnapshot = false
        var fatalErrors = FatalErrorFilter()
        /// From where the worker's end was called, if it said so.
        var lastWords: [WorkerReport.Failure.Frame] = []
        var isInterrupted = false
        /// Whether a thread is about to run the code that widgets have waiting.
        var isCallbackTurnComing = false
        /// Who is told that a job runs without a cell; `nil` while none does.
        var callbackActivity: (any OutputSink)?
        /// Under which cells the job prints.
        var callbackOutputs: [any OutputSink] = []
        /// What of the job has failed.
        var failedCallback: WorkerComms.Callback?
        /// When the worker last said that it works on an interrupt.
        var lastSign = ContinuousClock.now
        /// The end of a worker, between two cells, that nobody was told of yet.
        var death: WorkerDeath?
        var isUndoing = false
        /// How many processes of the machine had been ended for want of memory.
        var outOfMemoryCount = WorkerSession.outOfMemoryCount
        var isShuttingDown = false
    }

    private let command: [String]
    private let comms = WorkerComms()
    private let state = Mutex(State())
    /// Held while the worker runs a cell or another job: one at a time.
    private let turn = NSLock()
    /// Says what went wrong in code that ran because of a widget.
    private let describe: @Sendable (WorkerReport.Failure, _ fatalError: String?) -> CellError
    /// Held while a worker is replaced or started.
    private let replacing = Mutex(())
    private let ended = DispatchSemaphore(value: 0)
    private let serial = Atomic<Int>(0)

    /// How long a worker may say nothing of an interrupt before it is ended.
    private static let patience = Duration.seconds(2.5)

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
        // A snapshot is a child of the worker whose place it takes.
        cw_adopt_orphans()
    }

    /// Starts the first worker. If that fails, the first cell says so.
    ///
    /// - Parameter output: For what belongs to no cell.
    func start(output: any OutputSink) {
        state.withLock { $0.outputs.begin(output) }
        try? ensureWorker()
    }

    /// Says that what comes belongs to a new cell, and that an earlier interrupt is none of its business.
    func beginCell(output: any OutputSink) {
        state.withLock { state in
            state.outputs.begin(output)
            state.isInterrupted = false
            state.outOfMemoryCount = Self.outOfMemoryCount
        }
    }

    /// Makes a snapshot of the worker, to go back to when the worker ends or ``undo()`` is called.
    ///
    /// - Parameter cell: The number of the cell that is about to run.
    func makeSnapshot(before cell: Int) throws(CompilationError) {
        turn.lock()
        defer { turn.unlock() }
        try ensureWorker()
        let (line, other) = try SnapshotLine.make(cell: cell)
        defer { close(other) }
        let connection = state.withLock { state in
            state.isMakingSnapshot = state.connection != nil
            return state.connection
        }
        guard let connection else { return }
        connection.send(.snapshot, passing: other)
        ended.wait()
        // Unless the worker ended, and what went on has a snapshot of its own.
        state.withLock { state in
            if state.connection === connection { state.snapshot = state.snapshotError == nil ? line : nil }
        }
    }

    /// Runs a cell to its end.
    ///
    /// - Parameter isQuestion: Whether the session asks something of its own. If the worker ends under it, the next cell is told.
    func run(_ compiled: CellSession.CompiledCell, isQuestion: Bool = false) throws(CompilationError) -> Ending {
        turn.lock()
        defer { turn.unlock() }
        try ensureWorker()
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
        let ending = waitForEnd()
        if isQuestion, case .died(let death) = ending { state.withLock { $0.death = death } }
        return ending
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

    /// Takes the last cell back: the worker is ended, and its snapshot goes on.
    ///
    /// - Returns: What was left, or `nil` when there was nothing to take back.
    func undo() -> WorkerDeath.Recovery? {
        turn.lock()
        defer { turn.unlock() }
        let connection = state.withLock { state -> WorkerConnection? in
            guard let connection = state.connection, state.snapshot?.cell != nil else { return nil }
            state.isUndoing = true
            return connection
        }
        guard let connection else { return nil }
        connection.kill()
        ended.wait()
        return takeDeath()?.recovery
    }

    /// Ends the worker, with its snapshot and all programs that cells have started. The next cell gets a new one.
    func reset() {
        turn.lock()
        defer { turn.unlock() }
        let connection = state.withLock { state -> WorkerConnection? in
            state.snapshot = nil
            state.isUndoing = state.connection != nil
            return state.connection
        }
        guard let connection else { return }
        connection.kill()
        ended.wait()
        _ = takeDeath()
    }

    /// Asks the running cell to stop.
    ///
    /// - Returns: Whether one is running. If not, none will be, until the next ``beginCell(output:)``.
    func interrupt() -> Bool {
        let (connection, running) = state.withLock { state in
            state.isInterrupted = true
            state.lastSign = .now
            return (state.connection, state.running)
        }
        guard let running, let connection else { return false }
        connection.send(.interrupt(serial: running))
        Thread.detachNewThread { self.watchInterrupt(of: running, connection) }
        return true
    }

    /// Ends a worker that does not answer an interrupt: it may be unable to, when a cell has damaged its memory.
    private func watchInterrupt(of serial: Int, _ connection: WorkerConnection) {
        while true {
            usleep(100_000)
            let isSilent = state.withLock { state -> Bool? in
                guard state.running == serial, state.ending == nil, state.connection === connection else { return nil }
                return .now - state.lastSign > Self.patience
            }
            guard let isSilent else { return }
            if isSilent { return connection.kill() }
        }
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
        if state.withLock({ $0.running != nil }) { _ = interrupt() }
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
            // The next cell is told.
            if case .died(let death) = ending { state.withLock { $0.death = death } }
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

    /// Ends the worker at once, with all programs that cells have started; a cell that runs ends with ``Ending/shutDown``.
    func shutDown() {
        let group = state.withLock { state in
            state.isShuttingDown = true
            state.snapshot = nil
            return state.group
        }
        if let group { kill(-group, SIGKILL) }
    }

    /// The end of a worker between two cells, if this was not asked since.
    func takeDeath() -> WorkerDeath? { state.withLock { $0.death.take() } }

    /// Starts a worker unless there is one.
    private func ensureWorker() throws(CompilationError) {
        // Typed errors do not pass through a closure's end.
        let result = replacing.withLock { _ -> Result<Void, CompilationError> in
            guard state.withLock({ $0.connection == nil }) else { return .success(()) }
            do throws(CompilationError) {
                let connection = try WorkerConnection(command: command) { [weak self] in self?.handle($0) }
                state.withLock { state in
                    state.connection = connection
                    state.group = connection.identifier
                    (state.snapshot, state.snapshotError) = (nil, nil)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// How many processes the system has ended for want of memory, its own or that of a group.
    private static var outOfMemoryCount: Int {
        let statistics = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
        let line = statistics.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }

    // MARK: What the worker reports

    private func handle(_ event: WorkerConnection.Event) {
        switch event {
        case .printed(let bytes, let stream): print(bytes, to: stream, serial: 0)
        case .report(let report): handle(report)
        case .ended(let status): replaceWorker(thatEndedWith: status)
        }
    }

    /// Lets the snapshot of a worker that has ended take over, and tells who waits.
    private func replaceWorker(thatEndedWith status: Int32) {
        comms.workerEnded()
        replacing.withLock { _ in
            let (snapshot, group) = state.withLock { state -> (SnapshotLine?, Int32?) in
                // Gone before anybody hears of it: the next cell must not be sent there.
                state.connection = nil
                return (state.isShuttingDown ? nil : state.snapshot.take(), state.group)
            }
            // What the worker has started is this process's to bury now.
            if let group { while waitpid(-group, nil, WNOHANG) > 0 {} }
            let successor = snapshot.flatMap(takeOver)
            if successor == nil, let group { kill(-group, SIGKILL) }
            state.withLock { state in
                let recovery: WorkerDeath.Recovery =
                    if let snapshot, let successor {
                        .state(beforeCell: snapshot.cell, lostDispatchQueues: successor.lostDispatchQueues)
                    } else {
                        .nothing(reason: snapshot == nil ? state.snapshotError : "its snapshot has ended too")
                    }
                let death = WorkerDeath(
                    status: status, fatalError: state.fatalErrors.take(), frames: state.lastWords,
                    wasInterrupted: state.running != nil && state.isInterrupted,
                    wasOutOfMemory: Self.outOfMemoryCount > state.outOfMemoryCount, recovery: recovery)
                state.outOfMemoryCount = Self.outOfMemoryCount
                state.lastWords = []
                let isAwaited = state.isMakingSnapshot || state.isUndoing
                (state.isMakingSnapshot, state.isUndoing) = (false, false)
                if state.running != nil, state.ending == nil {
                    state.ending = .died(death)
                    ended.signal()
                } else {
                    state.death = death.following(state.death)
                    if isAwaited { ended.signal() }
                }
            }
        }
    }

    private func takeOver(_ snapshot: SnapshotLine) -> WorkerConnection? {
        guard let (line, other) = try? SnapshotLine.make(cell: nil) else { return nil }
        defer { close(other) }
        let connection = try? WorkerConnection(takingOver: snapshot, next: other) { [weak self] in self?.handle($0) }
        guard let connection else { return nil }
        state.withLock { state in
            state.connection = connection
            state.snapshot = line
        }
        return connection
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
        case .snapshot(let error):
            let isAwaited = state.withLock { state in
                state.snapshotError = error
                defer { state.isMakingSnapshot = false }
                return state.isMakingSnapshot
            }
            if isAwaited { ended.signal() }
        case .ending(let frames): state.withLock { $0.lastWords = frames }
        case .stopping(let serial):
            if serial == running { state.withLock { $0.lastSign = .now } }
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
