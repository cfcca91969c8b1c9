import Cells
import Foundation
import Glibc
import Processes
import Testing
import WorkerProtocol

@testable import JupyterKernel

/// Real processes: shells that write a worker's frames.
@Suite(.timeLimit(.minutes(1))) struct WorkerConnectionTests {
    /// Runs a script of the shell as a worker, and lists what happens until it has ended.
    private func events(_ script: String, _ body: (WorkerConnection) -> Void = { _ in }) throws -> [String] {
        let lines = Monitor<[String]>([])
        let connection = try WorkerConnection(command: ["/bin/sh", "-c", script]) { event in
            let line =
                switch event {
                case .report(let report): Self.text(report)
                case .printed(let bytes, let stream): "\(stream.rawValue): \(String(decoding: bytes, as: UTF8.self))"
                case .stillFailing: "still failing"
                case .failing(let failure): "failing \(failure & 0xffff)"
                case .recovered(let failure): "recovered \(failure & 0xffff)"
                case .isCutOff: "cut off"
                case .ended(let status): "ended \(status)"
                }
            lines.withLock { $0.append(line) }
        }
        // What a script leaves running.
        defer { kill(-connection.identifier, SIGKILL) }
        body(connection)
        return lines.wait(seconds: 30) { $0.last?.hasPrefix("ended") == true ? $0 : nil } ?? lines.withLock { $0 }
    }

    private static func text(_ report: WorkerReport) -> String {
        switch report {
        case .finished(let serial): "finished \(serial)"
        case .printed(let serial, _, let bytes, _): "printed \(serial) \(String(decoding: bytes, as: UTF8.self))"
        default: "\(report)"
        }
    }

    /// A command of the shell that sends a report.
    private func sending(_ report: WorkerReport) throws -> String {
        let body = try JSONEncoder().encode(report)
        let frame = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) } + body
        return "printf '" + frame.map { "\\" + String(Int($0) + 0o1000, radix: 8).suffix(3) }.joined() + "' >&3"
    }

    @Test func whatWasPrintedBeforeAReportComesBeforeIt() throws {
        let script = try [
            "echo first", sending(.finished(serial: 1)), "echo second >&2", sending(.finished(serial: 2)), "exit 3",
        ].joined(separator: "; ")
        let found = try events(script)
        let order = ["stdout: first\n", "finished 1", "stderr: second\n", "finished 2", "ended 3"]
        // What two streams hold at the same time has no order; each is before the report that follows it.
        for (earlier, later) in [(0, 1), (1, 3), (2, 3), (3, 4)] {
            let indices = [order[earlier], order[later]].map { found.firstIndex(of: $0) }
            #expect(try #require(indices[0]) < #require(indices[1]), "\(found)")
        }
        #expect(found.sorted() == order.sorted())
    }

    @Test func aPrintThatFoundThePipesEmptyComesBeforeThem() throws {
        let script = try [
            sending(.printed(serial: 1, .stdout, Data("print".utf8), pipesWereEmpty: true)), "echo program",
        ].joined(separator: "; ")
        #expect(try events(script) == ["printed 1 print", "stdout: program\n", "ended 0"])
    }

    @Test func aProcessThatIsKilled() throws {
        #expect(try events("echo ready; sleep 1000 & wait") { $0.kill() }.last == "ended \(-SIGKILL)")
    }

    @Test func aFailingThreadIsHeardWhateverElseTheWorkerDoes() throws {
        let found = try events(
            #"printf '\0\0\0\0\7\0\0\0\1\0\0\0\7\0\0\0\2\0\0\0\0\0\0\0' >&4; sleep 0.5; kill -9 $$"#)
        #expect(found == ["failing 7", "recovered 7", "cut off", "ended \(-SIGKILL)"])
    }

    /// A program that outlives its worker holds the worker's channel and streams.
    @Test func aProgramThatGoesOnHoldsNothingUp() throws {
        let start = ContinuousClock.now
        #expect(try events("sleep 20 & echo done") == ["stdout: done\n", "ended 0"])
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test func aWorkerThatClosesItsChannelIsEnded() throws {
        #expect(try events("exec 3>&-; exec sleep 1000") == ["ended \(-SIGKILL)"])
    }

    @Test func theWorkerKnowsWhatItsRuntimeNeeds() throws {
        #expect(try events("echo $SWIFT_BACKTRACE $OPENBLAS_NUM_THREADS") == ["stdout: enable=no 1\n", "ended 0"])
    }
}
