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

/// A kernel's side of its workers, with workers that follow a script.
@Suite(.timeLimit(.minutes(1))) struct WorkerSessionTests {
    // MARK: Running

    @Test func cellsRunOneAfterTheOther() throws {
        let bench = Bench([
            "a": { worker, serial in
                worker.report(.display(serial: serial, .text("plot"), identifier: "d"))
                worker.report(.update(serial: serial, .text("curve"), identifier: "d"))
                worker.report(.clearOutput(serial: serial, wait: true))
                worker.report(.result(serial: serial, .text("42")))
                worker.report(.finished(serial: serial))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("b", cell: 2) == "finished")
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "1 snapshot", "1 run 2 b main"])
        #expect(bench.log.all == ["1: display plot as d", "1: update d curve", "1: clear later", "1: result 42"])
    }

    @Test func notesAreShownBesideTheOutput() throws {
        let bench = Bench([
            "a": { worker, serial in
                for _ in 1...2 {
                    worker.report(.note(serial: serial, WorkerNote("images go from 0 to 255", statement: 1)))
                }
                worker.report(.finished(serial: serial))
            }
        ])
        bench.begin(1)
        let ending = try bench.session.run(
            object: "a", entryPoint: "main", notes: [WorkerNote("sorted() is unused", line: 3)])
        #expect(Bench.text(ending) == "finished")
        #expect(bench.worker.asked == ["1 notes 1 [\"sorted() is unused\"]", "1 run 1 a main"])
        #expect(
            bench.log.all == ["1: display Line 3: sorted() is unused", "1: display Line 2: images go from 0 to 255"])
    }

    @Test func whatWasWrittenBeforeAReportIsShownBeforeIt() throws {
        let bench = Bench([
            "a": { worker, serial in
                for turn in 0..<3 {
                    worker.write("\(turn)")
                    worker.report(.display(serial: serial, .text("\(turn)"), identifier: nil))
                }
                worker.write("program")
                worker.report(.printed(serial: serial, .stdout, Data("print".utf8), pipesWereEmpty: false))
                worker.report(.finished(serial: serial))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        let lines = bench.log.all
        let displays = lines.filter { $0.hasPrefix("1: display ") }
        #expect(displays == ["1: display 0", "1: display 1", "1: display 2"])
        #expect(lines.filter { !displays.contains($0) }.map { $0.dropFirst(10) }.joined() == "012programprint")
        for (index, display) in displays.enumerated() {
            let before = lines.prefix { $0 != display }
            #expect(before.contains { $0.hasPrefix("1: stdout ") && $0.contains("\(index)") }, "\(lines)")
        }
        #expect(lines.last == "1: stdout print")
    }

    @Test func aProgramsOutputFollowsWhatWasPrintedBeforeIt() throws {
        let bench = Bench([
            "a": { worker, serial in
                worker.report(.printed(serial: serial, .stdout, Data("print".utf8), pipesWereEmpty: true))
                worker.write("program")
                worker.report(.finished(serial: serial))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(bench.log.all == ["1: stdout print", "1: stdout program"])
    }

    @Test func theErrorRepeatsWhatTheRuntimePrints() throws {
        let bench = Bench([
            "a": { worker, serial in
                worker.write("before\nmain.swift:3: Fatal error: Index out of range\nafter\n", to: .stderr)
                worker.report(.failed(serial: serial, .thrown("trap")))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "failed trap, fatal: Index out of range")
        #expect(bench.log.all == ["1: stderr before\nafter\n"])
        #expect(try bench.run("b", cell: 2) == "finished")
    }

    @Test func whatAThreadOfAnEarlierCellShowsIsThatCells() throws {
        let bench = Bench([
            "b": { worker, serial in
                worker.report(.printed(serial: serial - 1, .stdout, Data("late".utf8), pipesWereEmpty: true))
                let fatal = Data("Fatal error: of a thread\n".utf8)
                worker.report(.printed(serial: serial - 1, .stderr, fatal, pipesWereEmpty: true))
                worker.report(.display(serial: 0, .text("nobody's"), identifier: nil))
                worker.report(.finished(serial: serial))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("b", cell: 2) == "finished")
        let lines = ["1: stdout late", "1: stderr Fatal error: of a thread\n", "2: display nobody's"]
        #expect(bench.log.all == lines)
    }

    @Test func theEndOfAnotherJobEndsNothing() throws {
        let bench = Bench([
            "a": { worker, serial in
                worker.report(.finished(serial: serial + 1))
                worker.report(.failed(serial: serial - 1, .thrown("not this one")))
                worker.report(.failed(serial: serial, .thrown("this one")))
                worker.report(.finished(serial: serial))
            }
        ])
        #expect(try bench.run("a", cell: 1) == "failed this one")
    }

    @Test(arguments: ["Ada", nil])
    func anAnswerReachesTheWorker(answer: String?) throws {
        let bench = Bench([
            "a": { worker, serial in worker.report(.input(serial: serial, prompt: "Name?", isPassword: false)) },
            "input": { worker, _ in worker.report(.finished(serial: 1)) },
        ])
        #expect(try bench.run("a", cell: 1, answer: answer) == "finished")
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "1 input \(answer ?? "none")"])
        #expect(bench.log.all == ["1: asks Name?"])
    }

    @Test func aWorkerThatCannotStartIsTheCellsError() throws {
        let session = WorkerSession(launch: { _ throws(CompilationError) in
            throw .toolFailed(tool: "worker", message: "not found")
        }) { failure, _ in CellError(name: failure.name, value: failure.message) }
        session.start(output: RecordingOutput("1", OutputLog()))
        #expect(throws: CompilationError.self) { try session.run(object: "a", entryPoint: "main") }
        #expect(throws: CompilationError.self) { try session.makeSnapshot(before: 1) }
        #expect(session.undo() == nil && session.processIdentifier == nil)
    }

    // MARK: Snapshots

    @Test func aWorkerThatDiesWhileItMakesASnapshotIsReplaced() throws {
        let isFirst = OneShot<Void>()
        let bench = Bench([
            "snapshot": { worker, _ in
                if worker.number == 1 { worker.die() } else { worker.report(.snapshot(error: "no memory")) }
                if worker.number == 1 { isFirst.resolve(()) }
            }
        ])
        bench.begin(1)
        try bench.session.makeSnapshot(before: 1)
        isFirst.wait()
        #expect(bench.waitForDeath() == "died \(-SIGSEGV), nothing left ")
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(bench.worker.asked == ["1 snapshot", "2 snapshot", "2 run 1 a main"])
    }

    @Test func theLastCellIsTakenBack() throws {
        let bench = Bench()
        #expect(bench.session.undo() == nil)
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("b", cell: 2) == "finished")
        #expect(bench.session.undo() == .state(beforeCell: 2, lostDispatchQueues: false))
        #expect(bench.session.takeDeath() == nil)
        #expect(bench.session.undo() == nil, "only the last cell can be taken back, and only once")
        #expect(try bench.run("c", cell: 3) == "finished")
        #expect(bench.session.undo() == .state(beforeCell: 3, lostDispatchQueues: false))
        #expect(
            bench.worker.asked == [
                "1 snapshot", "1 run 1 a main", "1 snapshot", "1 run 2 b main", "2 snapshot", "2 run 3 c main",
            ])
    }

    @Test func aResetStartsOver() throws {
        let bench = Bench()
        bench.session.reset()
        #expect(try bench.run("a", cell: 1) == "finished")
        bench.session.reset()
        #expect(bench.session.takeDeath() == nil && bench.session.processIdentifier == nil)
        #expect(bench.session.undo() == nil)
        bench.session.reset()
        #expect(try bench.run("b", cell: 2) == "finished")
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "2 snapshot", "2 run 2 b main"])
    }

    // MARK: Interrupts

    @Test func aCellThatStops() throws {
        let bench = Bench([
            "endless": { _, _ in },
            "interrupt": { worker, serial in worker.report(.failed(serial: serial, .stopped("stopped"))) },
        ])
        let ending = try bench.start("endless", cell: 1)
        #expect(bench.session.interrupt())
        #expect(ending.wait() == "failed stopped")
        #expect(try bench.run("a", cell: 2) == "finished")
        #expect(
            bench.worker.asked == [
                "1 snapshot", "1 run 1 endless main", "1 interrupt 1", "1 snapshot", "1 run 2 a main",
            ])
    }

    @Test func aCellThatIgnoresAnInterruptIsKilled() throws {
        let bench = Bench(limit: .milliseconds(100), ["endless": { _, _ in }])
        let ending = try bench.start("endless", cell: 1)
        #expect(bench.session.interrupt())
        #expect(ending.wait() == "died \(-SIGKILL) interrupted, as before 1")
        #expect(try bench.run("a", cell: 2) == "finished")
    }

    @Test func aCellThatIsStoppingIsLeftAlone() throws {
        let bench = Bench(
            limit: .milliseconds(400),
            [
                "endless": { _, _ in },
                "interrupt": { worker, serial in
                    for _ in 0..<10 {
                        worker.report(.stopping(serial: serial))
                        usleep(100_000)
                    }
                    worker.report(.finished(serial: serial))
                },
            ])
        let ending = try bench.start("endless", cell: 1)
        #expect(bench.session.interrupt())
        #expect(ending.wait() == "finished")
    }

    @Test func aCellThatCannotBeStoppedIsKilledAtOnce() throws {
        let bench = Bench([
            "endless": { _, _ in },
            "interrupt": { worker, serial in
                worker.report(.unstoppable(serial: serial + 1))
                worker.report(.display(serial: serial, .text("still here"), identifier: nil))
                worker.report(.unstoppable(serial: serial))
            },
        ])
        let ending = try bench.start("endless", cell: 1)
        #expect(bench.session.interrupt())
        #expect(ending.wait() == "died \(-SIGKILL) interrupted, as before 1")
        #expect(bench.log.all == ["1: display still here"])
    }

    @Test func anInterruptBeforeTheWorkerStarts() throws {
        let bench = Bench()
        bench.begin(1)
        #expect(!bench.session.interrupt())
        try bench.session.makeSnapshot(before: 1)
        #expect {
            try bench.run("a")
        } throws: { error in
            if case CompilationError.interrupted = error { true } else { false }
        }
        #expect(bench.worker.asked == ["1 snapshot"])
        #expect(try bench.run("b", cell: 2) == "finished")
    }

    @Test func anInterruptThatComesTooLateAffectsNoLaterCell() throws {
        let bench = Bench()
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(!bench.session.interrupt())
        #expect(try bench.run("b", cell: 2) == "finished")
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "1 snapshot", "1 run 2 b main"])
    }

    // MARK: Shutting down

    @Test func shuttingDownEndsTheRunningCell() throws {
        let bench = Bench(["endless": { _, _ in }])
        let ending = try bench.start("endless", cell: 1)
        bench.session.shutDown()
        #expect(ending.wait() == "shut down")
        // Nothing starts again.
        #expect(try bench.run("a", cell: 2) == "shut down")
        #expect(bench.session.takeDeath() == nil && bench.session.processIdentifier == nil)
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 endless main"])
    }

    @Test func shuttingDownEndsASnapshot() throws {
        let bench = Bench(["snapshot": { _, _ in }])
        bench.begin(1)
        let made = OneShot<Void>()
        Thread.detachNewThread {
            try? bench.session.makeSnapshot(before: 1)
            made.resolve(())
        }
        _ = bench.worker.waitForRequests(1)
        bench.session.shutDown()
        made.wait()
        #expect(try bench.run("a") == "shut down")
        #expect(bench.worker.asked == ["1 snapshot"])
    }
}
