import Cells
import Foundation
import Glibc
import Synchronization
import WorkerProtocol

/// The worker process behind a notebook: runs compiled cells one at a time and passes on what they show.
///
/// Before each cell the worker makes a snapshot of itself, a forked process that waits. When the worker ends, for
/// whatever reason, its snapshot takes over, with everything as it was before that cell. What the worker is doing is a
/// state of ``WorkerMachine``.
final class WorkerSession: Sendable {
    /// Starts a worker that passes all its events to a function.
    typealias Launcher =
        @Sendable (_ handle: @escaping @Sendable (WorkerConnection.Event) -> Void) throws(CompilationError)
        -> WorkerConnection

    struct State {
        var machine = WorkerMachine<WorkerConnection>()
        /// The process group of the workers, their snapshots, and the programs that cells have started.
        var group: Int32?
        var outputs = CellOutputs()
        var evidence = DeathEvidence()
        /// Whether a thread is about to run the callbacks that are waiting.
        var isCallbackTurnComing = false
        var callbackTurn = CallbackTurn()
    }

    let comms = WorkerComms()
    let state = Mutex(State())
    /// Held during each phase of the machine but `idle`.
    let turn = NSLock()
    /// Held while a worker is started or replaced.
    let replacing = Mutex(())
    let launch: Launcher
    /// Finds the line that a note is about: "Line 3", or "Cell 2, line 1" for another cell's.
    let locate: @Sendable (WorkerNote) -> String?
    /// The notes of the newest cell that had any.
    let shownNotes = Mutex<(serial: Int, texts: Set<String>)>((0, []))
    /// Describes a failure of a widget's callback.
    let describe: @Sendable (WorkerReport.Failure, _ fatalError: FatalError?) -> CellError
    /// How long a worker may be silent before it is killed.
    struct Limits {
        /// After an interrupt.
        var interrupt = Duration.seconds(2.5)
        /// After it has signalled a failure: until it has handled that, or has ended.
        var failure = Duration.seconds(2)
        /// While it is to make a snapshot.
        var snapshot = Duration.seconds(5)
    }

    let limits: Limits
    private let lastSerial = Atomic<Int>(0)

    /// - Parameters:
    ///   - limits: How long a worker may be silent before it is killed.
    ///   - launch: Starts a worker.
    ///   - locate: Finds the line that a note is about.
    ///   - describe: Describes a failure of a widget's callback.
    init(
        limits: Limits = Limits(), launch: @escaping Launcher,
        locate: @escaping @Sendable (WorkerNote) -> String? = { _ in nil },
        describe: @escaping @Sendable (WorkerReport.Failure, _ fatalError: FatalError?) -> CellError
    ) {
        self.limits = limits
        self.launch = launch
        self.locate = locate
        self.describe = describe
    }

    /// Starts the first worker. If that fails, the first cell reports it.
    ///
    /// - Parameter output: Takes what belongs to no cell.
    func start(output: any OutputSink) {
        state.withLock { $0.outputs.begin(output) }
        try? ensureWorker()
    }

    /// Assigns what follows to a new cell, and clears any earlier interrupt.
    func beginCell(output: any OutputSink) {
        state.withLock { state in
            state.outputs.begin(output)
            state.evidence.beginCell()
            state.machine.beginCell()
        }
    }

    /// Runs compiled code to its end.
    ///
    /// - Parameters:
    ///   - notes: The compiler's remarks on the code.
    ///   - kind: If the worker dies under a `question`, the next cell is told.
    func run(
        object: String, entryPoint: String, notes: [WorkerNote] = [], as kind: WorkerJob.Kind = .cell
    ) throws(CompilationError) -> WorkerJob.Ending {
        turn.lock()
        defer { turn.unlock() }
        let job = newJob(kind)
        while true {
            try ensureWorker()
            let (start, worker) = state.withLock { state in
                let start = state.machine.begin(job)
                if case .begun = start { state.outputs.name(job.serial) }
                return (start, state.machine.worker)
            }
            switch start {
            case .begun(let ending):
                if !notes.isEmpty { worker?.send(.notes(serial: job.serial, notes)) }
                worker?.send(.run(serial: job.serial, object: object, entryPoint: entryPoint))
                return ending.wait()
            case .interrupted: throw .interrupted
            case .ended(let ending): return ending
            case .noWorker: continue
            }
        }
    }

    /// A job with a serial number larger than all before.
    func newJob(_ kind: WorkerJob.Kind) -> WorkerJob {
        WorkerJob(serial: lastSerial.add(1, ordering: .relaxed).newValue, kind: kind)
    }

    /// The worker's process identifier.
    var processIdentifier: Int32? { state.withLock { $0.machine.worker?.identifier } }

    /// Asks the running job to stop.
    ///
    /// - Returns: Whether one is running. If not, none will start until the next ``beginCell(output:)``.
    @discardableResult
    func interrupt() -> Bool {
        guard let (worker, serial) = state.withLock({ $0.machine.interrupt(at: .now) }) else { return false }
        worker.send(.interrupt(serial: serial))
        Thread.detachNewThread { self.watchInterrupt(of: serial, worker) }
        return true
    }

    /// Kills a worker that does not react to an interrupt: it may be unable to, when a cell has damaged its memory.
    private func watchInterrupt(of serial: Int, _ worker: WorkerConnection) {
        while let silence = state.withLock({ $0.machine.silence(of: serial, at: .now) }) {
            if silence > limits.interrupt { return worker.kill() }
            usleep(50_000)
        }
    }

    /// Kills the worker with all programs that cells have started; a cell that runs ends with
    /// ``WorkerJob/Ending/shutDown``.
    func shutDown() {
        let group = state.withLock { state in
            state.machine.shutDown()
            return state.group
        }
        if let group { kill(-group, SIGKILL) }
    }
}
