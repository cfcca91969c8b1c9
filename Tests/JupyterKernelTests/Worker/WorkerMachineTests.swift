import Cells
import Glibc
import Processes
import Testing
import WorkerProtocol

@testable import JupyterKernel

/// The states of a worker without threads, processes or time.
@Suite struct WorkerMachineTests {
    private var machine = WorkerMachine<String>()
    private let start = ContinuousClock.now

    private func line(_ cell: Int?) throws -> SnapshotLine {
        let (line, other) = try SnapshotLine.make(cell: cell)
        close(other)
        return line
    }

    private func death(_ status: Int32 = 1, beforeCell cell: Int?) -> WorkerDeath {
        WorkerDeath(
            status: status, frames: [], wasOutOfMemory: false,
            recovery: .state(beforeCell: cell, lostDispatchQueues: false))
    }

    private func isIdle() -> Bool { if case .idle = machine.phase { true } else { false } }

    private mutating func makeSnapshot(_ cell: Int) throws {
        let made = try required(machine.beginSnapshot(try line(cell))).made
        machine.snapshotEnded(error: nil)
        made.wait()
    }

    private mutating func begin(_ serial: Int, _ kind: WorkerJob.Kind = .cell) throws -> OneShot<WorkerJob.Ending> {
        guard case .begun(let ending) = machine.begin(WorkerJob(serial: serial, kind: kind)) else {
            throw Refusal()
        }
        return ending
    }

    /// Something else came of it than the test says.
    private struct Refusal: Error {}

    /// As `#require`, which takes no mutating calls.
    private func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Refusal() }
        return value
    }

    // MARK: Phases

    @Test mutating func aCellsWay() throws {
        #expect(machine.worker == nil)
        machine.started("first")
        #expect(machine.worker == "first" && isIdle())
        let made = try required(machine.beginSnapshot(try line(1)))
        #expect(made.worker == "first" && !isIdle())
        machine.snapshotEnded(error: nil)
        made.made.wait()
        #expect(isIdle())
        let ending = try begin(7)
        #expect(machine.serial == 7)
        machine.jobEnded(7, .finished)
        guard case .finished = ending.wait() else { throw Refusal() }
        #expect(isIdle() && machine.serial == nil)
    }

    @Test mutating func aReportAboutAnotherPhaseChangesNothing() throws {
        machine.started("first")
        machine.snapshotEnded(error: "late")
        #expect(machine.snapshotError == nil)
        machine.jobEnded(7, .finished)
        _ = try begin(8)
        machine.jobEnded(7, .finished)
        machine.stopping(7, at: start)
        machine.snapshotEnded(error: "late")
        #expect(machine.serial == 8 && machine.job?.lastSign == nil && machine.snapshotError == nil)
    }

    @Test mutating func aFailedSnapshotLeavesNone() throws {
        machine.started("first")
        try makeSnapshot(1)
        let made = try required(machine.beginSnapshot(try line(2)))
        machine.snapshotEnded(error: "no memory")
        made.made.wait()
        #expect(machine.snapshotError == "no memory" && machine.beginUndo() == nil)
        #expect(machine.workerEnded() == nil)
    }

    @Test mutating func withoutAWorkerNothingBegins() throws {
        #expect(machine.beginSnapshot(try line(1)) == nil)
        #expect(machine.beginUndo() == nil && machine.beginReset() == nil)
        guard case .noWorker = machine.begin(WorkerJob(serial: 1, kind: .cell)) else { throw Refusal() }
        #expect(isIdle() && machine.interrupt(at: start) == nil)
    }

    @Test func twoPhasesAtOnceAreAMistake() async {
        await #expect(processExitsWith: .failure) {
            var machine = WorkerMachine<String>()
            machine.started("first")
            _ = machine.begin(WorkerJob(serial: 1, kind: .cell))
            _ = machine.begin(WorkerJob(serial: 2, kind: .cell))
        }
    }

    @Test func aOneShotIsResolvedOnce() async {
        await #expect(processExitsWith: .failure) {
            let shot = OneShot<Int>()
            shot.resolve(1)
            shot.resolve(1)
        }
    }

    // MARK: Death

    @Test mutating func theSnapshotOfTheLastCellTakesOver() throws {
        machine.started("first")
        try makeSnapshot(1)
        try makeSnapshot(2)
        let ending = try begin(1)
        let snapshot = try required(machine.workerEnded())
        #expect(snapshot.cell == 2 && machine.worker == nil)
        machine.replaced(by: ("second", try line(nil)), death(beforeCell: 2))
        guard case .died(let death) = ending.wait() else { throw Refusal() }
        #expect(death.recovery.cell == 2 && !death.wasInterrupted)
        #expect(machine.worker == "second" && isIdle() && machine.takeDeath() == nil)
        // A worker that has run no cell has nothing to take back.
        #expect(machine.beginUndo() == nil)
    }

    @Test mutating func aDeathInAnyOtherPhaseIsToldLater() throws {
        machine.started("first")
        try makeSnapshot(1)
        let made = try required(machine.beginSnapshot(try line(2)))
        #expect(machine.workerEnded()?.cell == 1)
        machine.replaced(by: ("second", try line(nil)), death(2, beforeCell: 1))
        made.made.wait()
        #expect(machine.takeDeath()?.status == 2)

        _ = machine.workerEnded()
        machine.replaced(by: ("third", try line(nil)), death(3, beforeCell: nil))
        #expect(machine.takeDeath()?.status == 3 && machine.takeDeath() == nil)
    }

    @Test(arguments: [WorkerJob.Kind.question, .callbacks])
    mutating func aDeathInAJobOfTheKernelIsToldLater(kind: WorkerJob.Kind) throws {
        machine.started("first")
        let ending = try begin(1, kind)
        _ = machine.workerEnded()
        machine.replaced(by: ("second", try line(nil)), death(beforeCell: nil))
        guard case .died = ending.wait() else { throw Refusal() }
        #expect(machine.takeDeath() != nil)
    }

    @Test mutating func anEarlierRollbackStands() throws {
        machine.started("first")
        _ = machine.workerEnded()
        machine.replaced(by: ("second", try line(nil)), death(beforeCell: 4))
        _ = machine.workerEnded()
        machine.replaced(by: ("third", try line(nil)), death(2, beforeCell: nil))
        let merged = try required(machine.takeDeath())
        #expect(merged.status == 2 && merged.recovery.cell == 4)
    }

    @Test mutating func aCellDoesNotBeginInAStateThatNobodyWasToldOf() throws {
        machine.started("first")
        _ = machine.workerEnded()
        machine.replaced(by: ("second", try line(nil)), death(beforeCell: 4))
        // A question does not mind, and leaves the death to be told.
        _ = try begin(1, .question)
        machine.jobEnded(1, .finished)
        guard case .ended(.died(let death)) = machine.begin(WorkerJob(serial: 2, kind: .cell)) else { throw Refusal() }
        #expect(death.recovery.cell == 4 && isIdle())
        _ = try begin(3)
    }

    @Test mutating func aJobMayBeginWhileTheWorkerIsReplaced() throws {
        machine.started("first")
        _ = machine.workerEnded()
        guard case .noWorker = machine.begin(WorkerJob(serial: 1, kind: .callbacks)) else { throw Refusal() }
        let ending = try begin(2)
        #expect(machine.interrupt(at: start) == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        guard case .died(let death) = ending.wait() else { throw Refusal() }
        #expect(!death.wasInterrupted, "it did not die of that")
    }

    @Test mutating func afterTooManyDeathsAtOnceNothingTakesOver() throws {
        machine.started("first")
        try makeSnapshot(1)
        for _ in 0..<8 {
            #expect(machine.workerEnded() != nil)
            machine.replaced(by: ("next", try line(nil)), death(beforeCell: 1))
        }
        #expect(machine.workerEnded() == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        #expect(machine.worker == nil)
        // A worker that makes a snapshot in between is sound.
        machine.started("first")
        for cell in 0..<20 {
            try makeSnapshot(cell)
            #expect(machine.workerEnded() != nil)
            machine.replaced(by: ("next", try line(nil)), death(beforeCell: cell))
        }
    }

    // MARK: Failures

    @Test mutating func aFailureCountsUntilItIsHandled() throws {
        machine.started("first")
        #expect(machine.timeSinceFailure(at: start) == nil)
        machine.failureBegan(7, at: start)
        machine.failureBegan(8, at: start + .seconds(1))
        #expect(machine.timeSinceFailure(at: start + .seconds(3)) == .seconds(3))
        machine.failureHandled(7)
        #expect(machine.timeSinceFailure(at: start + .seconds(3)) == .seconds(2))
        machine.failureHandled(8)
        #expect(machine.timeSinceFailure(at: start + .seconds(3)) == nil)
        machine.failureBegan(9, at: start)
        _ = machine.workerEnded()
        #expect(machine.timeSinceFailure(at: start + .seconds(3)) == nil)
    }

    // MARK: Undo and reset

    @Test mutating func undoKeepsTheSnapshotAndResetDoesNot() throws {
        machine.started("first")
        try makeSnapshot(3)
        let undo = try required(machine.beginUndo())
        #expect(machine.workerEnded()?.cell == 3)
        machine.replaced(by: ("second", try line(nil)), death(beforeCell: 3))
        #expect(undo.ended.wait()?.recovery.cell == 3 && machine.takeDeath() == nil)

        try makeSnapshot(4)
        let reset = try required(machine.beginReset())
        #expect(machine.workerEnded() == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        #expect(reset.ended.wait() != nil && machine.takeDeath() == nil && machine.worker == nil)
    }

    @Test mutating func aResetForgetsADeath() throws {
        machine.started("first")
        _ = machine.workerEnded()
        machine.replaced(by: nil, death(beforeCell: nil))
        #expect(machine.beginReset() == nil && machine.takeDeath() == nil)
    }

    // MARK: Interrupts

    @Test mutating func anInterruptWaitsForTheCell() throws {
        machine.started("first")
        #expect(machine.interrupt(at: start) == nil)
        for kind in [WorkerJob.Kind.cell, .question] {
            guard case .interrupted = machine.begin(WorkerJob(serial: 1, kind: kind)) else { throw Refusal() }
        }
        _ = try begin(2, .callbacks)
        machine.jobEnded(2, .finished)
        machine.beginCell()
        _ = try begin(3)
    }

    @Test mutating func anInterruptedJobShowsHowLongItIsSilent() throws {
        machine.started("first")
        _ = try begin(1)
        #expect(machine.silence(of: 1, at: start) == nil)
        let asked = try required(machine.interrupt(at: start))
        #expect(asked.worker == "first" && asked.serial == 1)
        #expect(machine.silence(of: 1, at: start + .seconds(2)) == .seconds(2))
        machine.stopping(1, at: start + .seconds(1))
        #expect(machine.silence(of: 1, at: start + .seconds(2)) == .seconds(1))
        #expect(machine.silence(of: 2, at: start) == nil)
        machine.jobEnded(1, .finished)
        #expect(machine.silence(of: 1, at: start) == nil)
    }

    @Test mutating func anInterruptedJobThatDies() throws {
        machine.started("first")
        let ending = try begin(1)
        _ = machine.interrupt(at: start)
        _ = machine.workerEnded()
        #expect(machine.silence(of: 1, at: start) == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        guard case .died(let death) = ending.wait() else { throw Refusal() }
        #expect(death.wasInterrupted)
    }

    // MARK: Shutting down

    @Test mutating func shuttingDownEndsAJob() throws {
        machine.started("first")
        try makeSnapshot(1)
        let ending = try begin(1)
        machine.shutDown()
        #expect(machine.workerEnded() == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        guard case .shutDown = ending.wait() else { throw Refusal() }
        guard case .ended(.shutDown) = machine.begin(WorkerJob(serial: 2, kind: .cell)) else { throw Refusal() }
        #expect(machine.takeDeath() == nil)
    }

    @Test mutating func shuttingDownEndsAnUndo() throws {
        machine.started("first")
        try makeSnapshot(1)
        let undo = try required(machine.beginUndo())
        machine.shutDown()
        #expect(machine.workerEnded() == nil)
        machine.replaced(by: nil, death(beforeCell: nil))
        #expect(undo.ended.wait() == nil && machine.takeDeath() == nil)
    }
}
