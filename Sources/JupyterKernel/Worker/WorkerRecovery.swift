import Cells
import Foundation
import Glibc
import Synchronization

/// Snapshots, and what takes over when a worker has ended.
extension WorkerSession {
    /// Makes a snapshot of the worker, to return to when the worker ends or ``undo()`` is called.
    ///
    /// - Parameter cell: The number of the cell that is about to run.
    func makeSnapshot(before cell: Int) throws(CompilationError) {
        turn.lock()
        defer { turn.unlock() }
        try ensureWorker()
        let (line, other) = try SnapshotLine.make(cell: cell)
        defer { close(other) }
        guard let (worker, made) = state.withLock({ $0.machine.beginSnapshot(line) }) else { return }
        worker.send(.snapshot, passing: other)
        // It cannot be made if a cell has damaged the worker's memory, or holds what the worker needs.
        let start = ContinuousClock.now
        while made.wait(seconds: 0.5) == nil {
            if min(worker.silence, .now - start) > limits.snapshot { worker.kill() }
        }
    }

    /// Kills a worker that can neither handle a failure nor end.
    func endIfStuck(_ worker: WorkerConnection) {
        let isStuck = state.withLock { state in
            let isStuck = state.machine.timeSinceFailure(at: .now).map { $0 >= limits.failure } ?? false
            if isStuck { state.evidence.wasStuck = true }
            return isStuck
        }
        if isStuck { worker.kill() }
    }

    /// Takes the last cell back: the worker is killed, and its snapshot takes over.
    ///
    /// - Returns: What is left; `nil` if there is nothing to take back.
    func undo() -> WorkerDeath.Recovery? { end { $0.beginUndo() }?.recovery }

    /// Kills the worker, its snapshot and all programs that cells have started. The next cell starts a new one.
    func reset() {
        // A replacement under way would outlive the reset.
        replacing.withLock { _ in }
        _ = end { $0.beginReset() }
    }

    private func end(
        _ begin: (inout WorkerMachine<WorkerConnection>) -> (worker: WorkerConnection, ended: OneShot<WorkerDeath?>)?
    ) -> WorkerDeath? {
        turn.lock()
        defer { turn.unlock() }
        guard let (worker, ended) = state.withLock({ begin(&$0.machine) }) else { return nil }
        worker.kill()
        return ended.wait()
    }

    /// The death of a worker between two cells that was not asked for before.
    func takeDeath() -> WorkerDeath? { state.withLock { $0.machine.takeDeath() } }

    /// Starts a worker unless there is one, or the kernel is shutting down.
    func ensureWorker() throws(CompilationError) {
        // A mutex passes on no typed errors.
        let result = replacing.withLock { _ -> Result<Void, CompilationError> in
            guard state.withLock({ $0.machine.worker == nil && !$0.machine.isShuttingDown }) else {
                return .success(())
            }
            do throws(CompilationError) {
                let worker = try launch { [weak self] in self?.handle($0) }
                state.withLock { state in
                    state.machine.started(worker)
                    state.group = worker.identifier
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Lets the snapshot of a worker that has ended take over, and tells whoever waits.
    func replaceWorker(thatEndedWith status: Int32) {
        comms.workerEnded()
        replacing.withLock { _ in
            let (snapshot, group) = state.withLock { ($0.machine.workerEnded(), $0.group) }
            // The kernel has adopted what the worker had started.
            if let group { while waitpid(-group, nil, WNOHANG) > 0 {} }
            let successor = snapshot.flatMap(takeOver)
            if successor == nil, let group { kill(-group, SIGKILL) }
            state.withLock { state in
                let recovery: WorkerDeath.Recovery =
                    if let snapshot, let successor {
                        .state(beforeCell: snapshot.cell, lostDispatchQueues: successor.worker.lostDispatchQueues)
                    } else {
                        .nothing(reason: snapshot == nil ? state.machine.snapshotError : "its snapshot has ended too")
                    }
                let death = state.evidence.death(status: status, recovery: recovery)
                state.machine.replaced(by: successor, death)
            }
        }
    }

    private func takeOver(_ snapshot: SnapshotLine) -> (worker: WorkerConnection, line: SnapshotLine)? {
        guard let (line, other) = try? SnapshotLine.make(cell: nil) else { return nil }
        defer { close(other) }
        let worker = try? WorkerConnection(takingOver: snapshot, next: other) { [weak self] in self?.handle($0) }
        return worker.map { ($0, line) }
    }
}
