import CWorker
import Cells
import Foundation
import JupyterWire
import Synchronization
import WorkerProtocol

/// The worker process behind a notebook: runs compiled cells one at a time and hands on what they show.
///
/// Before each cell the worker makes a snapshot of itself, a process that stands still. When the worker ends, whatever the reason, its
/// snapshot goes on in its place, with everything as it was before that cell.
final class WorkerSession: Sendable {
    /// How a cell's run ended.
    enum Ending {
        case finished
        case failed(WorkerReport.Failure, fatalError: FatalError?)
        case died(WorkerDeath)
        case shutDown
    }

    struct State {
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

    let command: [String]
    let comms = WorkerComms()
    let state = Mutex(State())
    /// Held while the worker runs a cell or another job: one at a time.
    let turn = NSLock()
    /// Says what went wrong in code that ran because of a widget.
    let describe: @Sendable (WorkerReport.Failure, _ fatalError: FatalError?) -> CellError
    /// Held while a worker is replaced or started.
    let replacing = Mutex(())
    let ended = DispatchSemaphore(value: 0)
    let serial = Atomic<Int>(0)

    /// How long a worker may say nothing of an interrupt before it is ended.
    private static let patience = Duration.seconds(2.5)

    /// A session whose worker is started by a command.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - describe: Says what went wrong in code that ran because of a widget.
    init(
        command: [String],
        describe: @escaping @Sendable (WorkerReport.Failure, _ fatalError: FatalError?) -> CellError
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

    func waitForEnd() -> Ending {
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

    /// Ends the worker at once, with all programs that cells have started; a cell that runs ends with ``Ending/shutDown``.
    func shutDown() {
        let group = state.withLock { state in
            state.isShuttingDown = true
            state.snapshot = nil
            return state.group
        }
        if let group { kill(-group, SIGKILL) }
    }
}
