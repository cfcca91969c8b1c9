/// The states of the worker behind a notebook, and what each event makes of them.
///
/// A value without threads, clocks or processes: ``WorkerSession`` reports what happens and does the rest. Whoever
/// begins a phase gets the one-shot that the end of the phase resolves. A phase that begins before another one has
/// ended is a mistake in the kernel, and traps.
struct WorkerMachine<Worker: Sendable> {
    /// What the worker does for the kernel.
    enum Phase {
        /// Nothing.
        case idle
        /// It makes a snapshot of itself, which will wait on this line.
        case snapshotting(SnapshotLine, OneShot<Void>)
        case running(WorkerJob, OneShot<WorkerJob.Ending>)
        /// It has been killed, to take the last cell back or to forget all cells.
        case ending(OneShot<WorkerDeath?>)
    }

    /// The process, which may end in any phase.
    private enum Process {
        case none
        case alive(Worker)
        /// It has ended, and its snapshot may take over.
        case replacing
    }

    /// What came of beginning a job.
    enum Start {
        /// It has begun: send it, unless the worker is being replaced.
        case begun(OneShot<WorkerJob.Ending>)
        /// The interrupt came after the compiler and before the worker.
        case interrupted
        /// The worker ended just before, or will end now.
        case ended(WorkerJob.Ending)
        case noWorker
    }

    private(set) var phase = Phase.idle
    private var process = Process.none
    /// What takes over when the worker ends.
    private var snapshot: SnapshotLine?
    /// Why there is no snapshot.
    private(set) var snapshotError: String?
    /// Whether the cell that is about to run was interrupted.
    private var isInterrupted = false
    /// A death that no cell has been told of.
    private var unreportedDeath: WorkerDeath?
    private(set) var isShuttingDown = false
    /// The failures that the worker has not handled yet, and when each began.
    private var failures: [Int: ContinuousClock.Instant] = [:]
    /// How many workers have taken over, one from the other, without doing anything for the kernel.
    private var successions = 0

    /// As many workers may end at once, each with a snapshot of its own; then the snapshots are as damaged as they are.
    private static var maximumSuccessions: Int { 8 }

    /// The worker, unless there is none or it is being replaced.
    var worker: Worker? { if case .alive(let worker) = process { worker } else { nil } }

    /// The job that is running.
    var job: WorkerJob? { if case .running(let job, _) = phase { job } else { nil } }

    /// The number of the job that is running.
    var serial: Int? { job?.serial }

    // MARK: The process

    /// A worker was started, without a snapshot.
    mutating func started(_ worker: Worker) {
        guard case .none = process else { preconditionFailure("a second worker was started") }
        process = .alive(worker)
        (snapshot, snapshotError) = (nil, nil)
    }

    /// The worker has ended.
    ///
    /// - Returns: The snapshot that is to take over.
    mutating func workerEnded() -> SnapshotLine? {
        guard case .alive = process else { preconditionFailure("a worker ended twice") }
        process = .replacing
        failures = [:]
        if isShuttingDown || successions == Self.maximumSuccessions { snapshot = nil }
        return snapshot.take()
    }

    /// The worker that ended was replaced, or could not be. This ends the phase, whichever it is.
    ///
    /// - Parameters:
    ///   - successor: The process that took over, and the line for its own snapshot.
    ///   - death: What the next cell, or the one that was running, is told.
    mutating func replaced(by successor: (worker: Worker, line: SnapshotLine)?, _ death: WorkerDeath) {
        guard case .replacing = process else { preconditionFailure("a worker that lives was replaced") }
        process = if let successor { .alive(successor.worker) } else { .none }
        successions = successor == nil ? 0 : successions + 1
        snapshot = successor?.line
        let ended = phase
        phase = .idle
        switch ended {
        case .idle: note(death)
        case .snapshotting(_, let made):
            note(death)
            made.resolve(())
        case .running(let job, let ending):
            if isShuttingDown { return ending.resolve(.shutDown) }
            var death = death
            death.wasInterrupted = job.lastSign != nil
            if job.kind != .cell { note(death) }
            ending.resolve(.died(death))
        case .ending(let ended): ended.resolve(isShuttingDown ? nil : death.following(unreportedDeath.take()))
        }
    }

    private mutating func note(_ death: WorkerDeath) {
        if !isShuttingDown { unreportedDeath = death.following(unreportedDeath) }
    }

    /// The death that no cell has been told of. The caller tells it.
    mutating func takeDeath() -> WorkerDeath? { unreportedDeath.take() }

    /// The worker is about to be killed for good.
    mutating func shutDown() {
        isShuttingDown = true
        snapshot = nil
    }

    // MARK: Failures

    /// A thread of the worker has failed. The worker is to handle that, or to end.
    mutating func failureBegan(_ failure: Int, at now: ContinuousClock.Instant) { failures[failure] = now }

    /// The worker has handled a failure, and goes on.
    mutating func failureHandled(_ failure: Int) { failures[failure] = nil }

    /// For how long the worker has not handled a failure; `nil` if it has handled all, or has ended.
    func timeSinceFailure(at now: ContinuousClock.Instant) -> Duration? { failures.values.min().map { now - $0 } }

    // MARK: Snapshots

    /// Begins a snapshot. `nil` if there is no worker.
    mutating func beginSnapshot(_ line: SnapshotLine) -> (worker: Worker, made: OneShot<Void>)? {
        expectIdle()
        guard let worker else { return nil }
        let made = OneShot<Void>()
        phase = .snapshotting(line, made)
        return (worker, made)
    }

    /// The worker has made the snapshot, or could not.
    mutating func snapshotEnded(error: String?) {
        guard case .snapshotting(let line, let made) = phase else { return }
        phase = .idle
        successions = 0
        snapshot = error == nil ? line : nil
        snapshotError = error
        made.resolve(())
    }

    /// Begins to take the last cell back. `nil` if there is nothing to take back.
    mutating func beginUndo() -> (worker: Worker, ended: OneShot<WorkerDeath?>)? {
        expectIdle()
        return snapshot?.cell == nil ? nil : beginEnding()
    }

    /// Begins to forget all cells. `nil` if there is no worker to end.
    mutating func beginReset() -> (worker: Worker, ended: OneShot<WorkerDeath?>)? {
        expectIdle()
        (snapshot, unreportedDeath) = (nil, nil)
        return beginEnding()
    }

    private mutating func beginEnding() -> (worker: Worker, ended: OneShot<WorkerDeath?>)? {
        guard let worker else { return nil }
        let ended = OneShot<WorkerDeath?>()
        phase = .ending(ended)
        return (worker, ended)
    }

    // MARK: Jobs

    /// A new cell begins: an earlier interrupt does not concern it.
    mutating func beginCell() { isInterrupted = false }

    /// Begins a job.
    mutating func begin(_ job: WorkerJob) -> Start {
        expectIdle()
        if isShuttingDown { return .ended(.shutDown) }
        if isInterrupted, job.kind != .callbacks { return .interrupted }
        if job.kind == .cell, let death = takeDeath() { return .ended(.died(death)) }
        switch process {
        case .none: return .noWorker
        case .replacing where job.kind == .callbacks: return .noWorker
        case .alive, .replacing:
            let ending = OneShot<WorkerJob.Ending>()
            phase = .running(job, ending)
            return .begun(ending)
        }
    }

    /// A job has ended by itself. Ignored if it is not the one that is running.
    mutating func jobEnded(_ serial: Int, _ ending: WorkerJob.Ending) {
        guard case .running(let job, let ended) = phase, job.serial == serial else { return }
        phase = .idle
        ended.resolve(ending)
    }

    /// Interrupts the job that is running, or else the cell that is about to run.
    ///
    /// - Returns: Whom to ask to stop, and the job's number; `nil` if none is running.
    mutating func interrupt(at now: ContinuousClock.Instant) -> (worker: Worker, serial: Int)? {
        isInterrupted = true
        guard case .running(var job, let ended) = phase, let worker else { return nil }
        job.lastSign = now
        phase = .running(job, ended)
        return (worker, job.serial)
    }

    /// The worker says that a job is stopping.
    mutating func stopping(_ serial: Int, at now: ContinuousClock.Instant) {
        guard case .running(var job, let ended) = phase, job.serial == serial else { return }
        job.lastSign = now
        phase = .running(job, ended)
    }

    /// For how long an interrupted job has not shown that it is stopping; `nil` once it has ended.
    func silence(of serial: Int, at now: ContinuousClock.Instant) -> Duration? {
        guard let job, job.serial == serial, worker != nil else { return nil }
        return job.lastSign.map { now - $0 }
    }

    private func expectIdle() {
        guard case .idle = phase else { preconditionFailure("two phases of a worker at once") }
    }
}
