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

/// Widgets' callbacks and messages.
@Suite(.timeLimit(.minutes(1))) struct WorkerCallbackTests {
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
