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
    /// A session, and all that went in and came out.
    private final class Bench: Sendable {
        let log = OutputLog()
        let worker: MockWorker
        let session: WorkerSession

        /// - Parameter limit: How long a worker may be silent.
        init(limit: Duration = .seconds(60), _ programs: [String: MockWorker.Program] = [:]) {
            let worker = MockWorker(programs)
            self.worker = worker
            let limits = WorkerSession.Limits(interrupt: limit, failure: limit, snapshot: limit)
            session = WorkerSession(limits: limits, launch: worker.launch) { note in
                (note.line ?? note.statement.map { $0 + 1 }).map { "Line \($0)" }
            } describe: { failure, fatalError in
                CellError(
                    name: failure.name, value: fatalError?.message ?? failure.message,
                    traceback: ["✗ \(failure.message)"])
            }
        }

        deinit {
            session.shutDown()
            worker.kill()
        }

        /// Runs a cell as the interpreter does: what its output is told begins with its number.
        func run(_ object: String, cell: Int, answer: String? = nil) throws -> String {
            begin(cell, answer: answer)
            try session.makeSnapshot(before: cell)
            return try run(object)
        }

        func begin(_ cell: Int, answer: String? = nil) {
            let result: Result<String, InputError> = answer.map { .success($0) } ?? .failure(.notAllowed)
            session.beginCell(output: RecordingOutput("\(cell)", log, answer: result))
        }

        func run(_ object: String, as kind: WorkerJob.Kind = .cell) throws -> String {
            Self.text(try session.run(object: object, entryPoint: "main", as: kind))
        }

        /// Runs a cell on another thread, until the worker is asked to.
        func start(_ object: String, cell: Int) throws -> OneShot<String> {
            let ending = OneShot<String>()
            begin(cell)
            try session.makeSnapshot(before: cell)
            let count = worker.asked.count
            Thread.detachNewThread { ending.resolve((try? self.run(object)) ?? "threw") }
            _ = worker.waitForRequests(count + 1)
            return ending
        }

        func deliver(_ kind: CommMessage.Kind = .message, id: String = "slider") {
            session.deliver(CommMessage(kind, id: id), output: RecordingOutput("front end", log))
        }

        /// Kills the worker while it is idle, and waits until its snapshot has taken over.
        func killBetweenCells() throws {
            let process = try #require(session.processIdentifier)
            kill(process, SIGSEGV)
            while session.processIdentifier == process || session.processIdentifier == nil { usleep(1000) }
        }

        /// Waits until a worker has died between two cells.
        func waitForDeath() -> String? {
            for _ in 0..<20_000 {
                if let death = session.takeDeath() { return Self.text(.died(death)) }
                usleep(1000)
            }
            return nil
        }

        static func text(_ ending: WorkerJob.Ending) -> String {
            switch ending {
            case .finished: return "finished"
            case .failed(let failure, let fatalError):
                return "failed \(failure.message)\(fatalError.map { ", fatal: \($0.message)" } ?? "")"
            case .died(let death):
                let recovery =
                    switch death.recovery {
                    case .state(let cell, _): "as before \(cell.map(String.init) ?? "")"
                    case .nothing(let reason): "nothing left \(reason ?? "")"
                    }
                let circumstances = [
                    death.wasInterrupted ? " interrupted" : "", death.wasStuck ? " stuck" : "",
                    death.wasCutOff ? " cut off" : "",
                ]
                return "died \(death.status)\(circumstances.joined()), \(recovery)"
            case .shutDown: return "shut down"
            }
        }
    }

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

    // MARK: Callbacks

    @Test func callbacksRunWhenTheirMessageHasBeenHandled() throws {
        let bench = Bench([
            "comm": { worker, number in
                worker.report(.comm(serial: number, CommMessage(.message, id: "slider", data: #"{"value":3}"#)))
                worker.report(.callbacksWait)
                worker.report(.commTaken(number: number))
            },
            "callbacks": { worker, serial in
                worker.report(.callback(serial: serial, origin: 1, output: nil))
                worker.report(.printed(serial: 1, .stdout, Data("moved".utf8), pipesWereEmpty: true))
                worker.report(.finished(serial: serial))
            },
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        bench.deliver()
        #expect(bench.worker.asked.last == "1 comm -1 slider")
        bench.session.messageHandled()
        #expect(
            bench.log.wait(for: 5) == [
                #"front end: comm_msg slider {"value":3}"#, "front end: busy", "1: stdout moved", "1: drain",
                "front end: idle",
            ])
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 a main", "1 comm -1 slider", "1 callbacks 2"])
    }

    @Test func callbacksWaitForTheRunningCell() throws {
        let mayEnd = OneShot<Void>()
        let bench = Bench([
            "long": { worker, serial in
                Thread.detachNewThread {
                    mayEnd.wait()
                    worker.report(.finished(serial: serial))
                }
            },
            "comm": { worker, number in
                worker.report(.commTaken(number: number))
                worker.report(.callbacksWait)
                worker.report(.callbacksWait)
            },
        ])
        let ending = try bench.start("long", cell: 1)
        bench.deliver()
        bench.session.messageHandled()
        usleep(50_000)
        #expect(bench.worker.asked == ["1 snapshot", "1 run 1 long main", "1 comm -1 slider"])
        mayEnd.resolve(())
        #expect(ending.wait() == "finished")
        #expect(bench.worker.waitForRequests(4).last == "1 callbacks 2")
    }

    @Test func aCallbackThatFailsIsShownAndTheNextOnesRun() throws {
        let bench = Bench([
            "callbacks": { worker, serial in
                switch serial {
                case 2:
                    worker.report(.callback(serial: serial, origin: 1, output: nil))
                    worker.report(.failed(serial: serial, .thrown("first")))
                case 3:
                    worker.report(.callback(serial: serial, origin: 1, output: "area"))
                    worker.report(.failed(serial: serial, .thrown("second")))
                default: worker.report(.finished(serial: serial))
                }
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        bench.session.takeCallbackTurn()
        #expect(
            bench.worker.waitForRequests(6) == [
                "1 snapshot", "1 run 1 a main", "1 callbacks 2", "1 callbacks 3", "1 failed in area Mistake second",
                "1 callbacks 4",
            ])
        #expect(bench.log.all == ["1: stderr ✗ first\n", "1: drain"])
    }

    @Test func aCallbackThatFailsWhileACellPausesEndsNoCell() throws {
        let bench = Bench([
            "b": { worker, serial in
                worker.report(.callback(serial: 77, origin: 1, output: nil))
                worker.report(.printed(serial: 1, .stderr, Data("Fatal error: nil\n".utf8), pipesWereEmpty: true))
                worker.report(.failed(serial: 77, .thrown("paused")))
                Thread.detachNewThread {
                    usleep(50_000)
                    worker.report(.finished(serial: serial))
                }
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        #expect(try bench.run("b", cell: 2) == "finished")
        #expect(bench.log.wait(for: 1) == ["1: stderr ✗ paused\n"])
    }

    @Test func anInterruptStopsCallbacks() throws {
        let bench = Bench([
            "callbacks": { _, _ in },
            "interrupt": { worker, serial in worker.report(.finished(serial: serial)) },
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        // While nothing runs, it is meant for what cells have started.
        bench.session.interruptBackground()
        #expect(bench.worker.waitForRequests(3).last == "1 interrupt 0")
        bench.session.takeCallbackTurn()
        #expect(bench.worker.waitForRequests(4).last == "1 callbacks 2")
        bench.session.interruptBackground()
        #expect(bench.worker.waitForRequests(5).last == "1 interrupt 2")
        #expect(try bench.run("b", cell: 2) == "finished")
    }

    @Test func aWorkerThatDiesInACallbackIsToldToTheNextCell() throws {
        let bench = Bench([
            "callbacks": { worker, serial in
                worker.report(.callback(serial: serial, origin: 1, output: nil))
                worker.die()
            }
        ])
        #expect(try bench.run("a", cell: 1) == "finished")
        bench.deliver()
        bench.session.takeCallbackTurn()
        #expect(bench.log.wait(for: 3) == ["front end: busy", "1: drain", "front end: idle"])
        #expect(bench.waitForDeath() == "died \(-SIGSEGV), as before 1")
        #expect(try bench.run("b", cell: 2) == "finished")
    }

    @Test func commsThatASuccessorDoesNotKnowAreClosed() throws {
        let bench = Bench([
            "open": { worker, serial in
                for id in ["a", "b", "c"] {
                    worker.report(.comm(serial: serial, CommMessage(.open(target: "widget"), id: id)))
                }
                worker.report(.comm(serial: serial, CommMessage(.close, id: "c")))
                worker.report(.finished(serial: serial))
            },
            "bad": { worker, _ in worker.die() },
            "b": { worker, serial in
                worker.report(.openComms(["b"]))
                worker.report(.finished(serial: serial))
            },
        ])
        #expect(try bench.run("open", cell: 1) == "finished")
        #expect(try bench.run("bad", cell: 2) == "died \(-SIGSEGV), as before 2")
        #expect(try bench.run("b", cell: 3) == "finished")
        #expect(
            bench.log.all == [
                "1: comm_open a {}", "1: comm_open b {}", "1: comm_open c {}", "1: comm_close c {}",
                "3: comm_close a {}",
            ])
    }

    @Test func withoutAWorkerNoMessageIsDelivered() {
        let bench = Bench()
        let message = CommMessage(.message, id: "slider")
        #expect(!bench.session.deliver(message, output: RecordingOutput("front end", bench.log)))
    }
}
