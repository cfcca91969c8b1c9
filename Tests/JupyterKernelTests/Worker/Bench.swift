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

/// A session with workers that follow a script, and all that went in and came out.
final class Bench: Sendable {
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
