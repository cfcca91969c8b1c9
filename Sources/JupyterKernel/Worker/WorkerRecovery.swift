import Cells
import Foundation
import Synchronization

/// Snapshots, and what goes on in a worker's place when it has ended.
extension WorkerSession {
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

    /// The end of a worker between two cells, if this was not asked since.
    func takeDeath() -> WorkerDeath? { state.withLock { $0.death.take() } }

    /// Starts a worker unless there is one.
    func ensureWorker() throws(CompilationError) {
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
    static var outOfMemoryCount: Int {
        let statistics = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
        let line = statistics.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }

    /// Lets the snapshot of a worker that has ended take over, and tells who waits.
    func replaceWorker(thatEndedWith status: Int32) {
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
                    status: status, fatalError: state.fatalErrors.take()?.message, frames: state.lastWords,
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
}
