import CWorker
import Cells
import Foundation
import Glibc
import JupyterWire
import Processes
import Synchronization
import Testing
import WorkerProtocol

@testable import JupyterKernel

/// Workers that end, or fail and should, and what takes over.
@Suite(.timeLimit(.minutes(1))) struct WorkerDeathTests {
    // MARK: Death

    @Test func theSnapshotTakesOver() throws {
        let bench = Bench(["bad": { worker, _ in worker.die() }])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("bad", cell: 2) == "died \(-SIGSEGV), as before 2")
        #expect(bench.session.takeDeath() == nil)
        #expect(try bench.run("bad", cell: 3) == "died \(-SIGSEGV), as before 3")
        #expect(try bench.run("b", cell: 4) == "finished")
        #expect(
            bench.worker.asked == [
                "1 snapshot", "1 run 1 a main", "1 snapshot", "1 run 2 bad main", "2 snapshot", "2 run 3 bad main",
                "3 snapshot", "3 run 4 b main",
            ])
    }

    @Test func whatADyingWorkerWroteIsShown() throws {
        let bench = Bench([
            "bad": { worker, serial in
                worker.write("almost", to: .stdout)
                worker.write("Fatal error: memory is damaged\n", to: .stderr)
                worker.report(.ending([]))
                worker.die(SIGABRT)
            }
        ])
        bench.begin(1)
        let ending = try bench.session.run(object: "bad", entryPoint: "main")
        guard case .died(let death) = ending else {
            Issue.record("it did not die")
            return
        }
        #expect(death.status == -SIGABRT && death.fatalError == "memory is damaged")
        #expect(bench.log.all == ["1: stdout almost"])
    }

    @Test func aWorkerWithoutASnapshotLosesEverything() throws {
        let bench = Bench([
            "snapshot": { worker, _ in worker.report(.snapshot(error: "no memory")) },
            "bad": { worker, _ in worker.die(SIGKILL) },
        ])
        #expect(try bench.run("bad", cell: 1) == "died \(-SIGKILL), nothing left no memory")
        #expect(try bench.run("a", cell: 2) == "finished")
        #expect(
            bench.worker.asked == ["1 snapshot", "1 run 1 bad main", "2 snapshot", "2 run 2 a main"])
    }

    @Test func aSnapshotMayHaveEndedToo() throws {
        let bench = Bench([
            "snapshot": { worker, _ in worker.report(.snapshot(error: nil)) },
            "bad": { worker, _ in worker.die() },
        ])
        #expect(try bench.run("bad", cell: 1) == "died \(-SIGSEGV), nothing left its snapshot has ended too")
    }

    @Test func aDeathBetweenTwoCellsIsToldOnce() throws {
        let bench = Bench([
            "a": { worker, serial in
                worker.report(.finished(serial: serial))
                worker.die()
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(bench.waitForDeath() == "died \(-SIGSEGV), as before 1")
        #expect(bench.session.takeDeath() == nil)
    }

    @Test func anUnreportedDeathKeepsItsRollback() throws {
        let bench = Bench(["bad": { worker, _ in worker.die(SIGABRT) }])
        #expect(try bench.run("a", cell: 1) == "finished")
        try bench.killBetweenCells()
        #expect(try bench.run("bad", as: .question) == "died \(-SIGABRT), as before ")
        #expect(bench.waitForDeath() == "died \(-SIGABRT), as before 1")
    }

    @Test func aCellIsNotGivenToASuccessorInAnotherState() throws {
        let bench = Bench()
        #expect(try bench.run("a", cell: 1) == "finished")
        bench.begin(2)
        try bench.session.makeSnapshot(before: 2)
        try bench.killBetweenCells()
        #expect(try bench.run("b") == "died \(-SIGSEGV), as before 2")
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "1 snapshot"])
    }

    @Test func aWorkerThatDiesUnderAQuestionIsToldToTheNextCell() throws {
        let bench = Bench(["bad": { worker, _ in worker.die() }])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("bad", as: .question) == "died \(-SIGSEGV), as before 1")
        #expect(bench.waitForDeath() == "died \(-SIGSEGV), as before 1")
    }

    // MARK: Failures

    @Test func aWorkerThatHandlesItsFailureGoesOn() throws {
        let bench = Bench(
            limit: .milliseconds(200),
            [
                "bad": { worker, serial in
                    worker.raise(CW_FAILURE_BEGAN)
                    worker.raise(CW_FAILURE_HANDLED)
                    usleep(600_000)
                    worker.report(.failed(serial: serial, .thrown("trap")))
                }
            ])
        #expect(try bench.run("bad", cell: 1) == "failed trap")
        #expect(try bench.run("a", cell: 2) == "finished")
    }

    @Test func aWorkerThatCannotHandleItsFailureIsKilled() throws {
        let bench = Bench(limit: .milliseconds(200), ["bad": { worker, _ in worker.raise(CW_FAILURE_BEGAN) }])
        #expect(try bench.run("bad", cell: 1) == "died \(-SIGKILL) stuck, as before 1")
        #expect(try bench.run("a", cell: 2) == "finished")
        // A failure of the worker that took over counts for itself, and so does each of several.
        let second = Bench(
            limit: .milliseconds(200),
            [
                "bad": { worker, _ in
                    worker.raise(CW_FAILURE_BEGAN, failure: 1)
                    worker.raise(CW_FAILURE_BEGAN, failure: 2)
                    worker.raise(CW_FAILURE_HANDLED, failure: 2)
                }
            ])
        for cell in 1...2 { #expect(try second.run("bad", cell: cell) == "died \(-SIGKILL) stuck, as before \(cell)") }
    }

    @Test func aFailureBetweenTwoCellsIsToldToTheNext() throws {
        let bench = Bench(
            limit: .milliseconds(200),
            [
                "late": { worker, serial in
                    worker.report(.finished(serial: serial))
                    worker.raise(CW_FAILURE_BEGAN)
                }
            ])
        #expect(try bench.run("late", cell: 1) == "finished")
        #expect(bench.waitForDeath() == "died \(-SIGKILL) stuck, as before 1")
    }

    @Test func aWorkerThatEndsByItselfAfterItsFailureWasNotStuck() throws {
        let bench = Bench([
            "bad": { worker, _ in
                worker.raise(CW_FAILURE_BEGAN)
                worker.die()
            }
        ])
        #expect(try bench.run("bad", cell: 1) == "died \(-SIGSEGV), as before 1")
    }

    @Test func aCellThatClosesTheWorkersDescriptorsIsTold() throws {
        let bench = Bench([
            "bad": { worker, _ in
                worker.raise(CW_DESCRIPTORS_CLOSED)
                usleep(50_000)
                worker.die(SIGKILL)
            }
        ])
        #expect(try bench.run("bad", cell: 1) == "died \(-SIGKILL) cut off, as before 1")
        #expect(try bench.run("a", cell: 2) == "finished")
    }

    @Test func aWorkerThatCannotMakeASnapshotIsKilled() throws {
        let isHealthy = Atomic(true)
        let bench = Bench(
            limit: .milliseconds(200),
            [
                "snapshot": { worker, _ in
                    if isHealthy.load(ordering: .relaxed) { worker.report(.snapshot(error: "no memory")) }
                }
            ])
        #expect(try bench.run("a", cell: 1) == "finished")
        isHealthy.store(false, ordering: .relaxed)
        bench.begin(2)
        try bench.session.makeSnapshot(before: 2)
        #expect(bench.waitForDeath() == "died \(-SIGKILL), nothing left no memory")
    }
}
