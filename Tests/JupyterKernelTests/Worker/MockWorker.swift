import CWorker
import Cells
import Foundation
import Glibc
import Processes
import Synchronization
import WorkerProtocol

@testable import JupyterKernel

/// Workers whose side of the protocol a test speaks, over real channels and pipes.
///
/// The processes are real ones, which sleep: they are killed, and end, as workers are. A snapshot is one more of them.
/// Workers are numbered in the order in which they begin; a snapshot gets its number when it takes over.
final class MockWorker: Sendable {
    /// What a worker does when it is told to run something.
    typealias Program = @Sendable (_ worker: Peer, _ serial: Int) -> Void

    private let programs: [String: Program]
    private let requests = Monitor<[String]>([])
    private let count = Atomic(0)
    private let processes = Mutex<[Subprocess]>([])

    /// Programs by the object to run; `snapshot`, `interrupt`, `input`, `comm` and `callbacks` stand for the other
    /// requests. Any other object does nothing and finishes.
    init(_ programs: [String: Program] = [:]) { self.programs = programs }

    /// The requests to all workers so far: each worker's number, and what was asked.
    var asked: [String] { requests.withLock { $0 } }

    /// Waits until there are this many requests; fewer after a long time.
    func waitForRequests(_ count: Int) -> [String] {
        requests.wait(seconds: 20) { $0.count >= count ? $0 : nil } ?? asked
    }

    /// Starts the first worker, or another one after all was lost.
    @Sendable func launch(
        _ handle: @escaping @Sendable (WorkerConnection.Event) -> Void
    ) throws(CompilationError) -> WorkerConnection {
        let (channel, other) = try Self.channel()
        let (output, error, alarm) = (try Cells.Pipe(), try Cells.Pipe(), try Cells.Pipe())
        let process = try sleeper()
        begin(
            process, MessageChannel(descriptor: other), alarm: dup(alarm.writing), output: dup(output.writing),
            error: dup(error.writing))
        return WorkerConnection(process, channel: channel, output: output, error: error, alarm: alarm, handle: handle)
    }

    private static func channel() throws(CompilationError) -> (channel: MessageChannel, other: Int32) {
        do throws(SystemError) { return try MessageChannel.pair() } catch { throw CompilationError(error) }
    }

    /// Ends all processes.
    func kill() {
        for process in processes.withLock({ $0 }) { Self.signal(process, SIGKILL) }
    }

    /// Signals a process unless it has been buried: its number may be another's by now.
    fileprivate static func signal(_ process: Subprocess, _ signal: Int32) {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(process.identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return }
        Glibc.kill(process.identifier, signal)
    }

    private func sleeper() throws(CompilationError) -> Subprocess {
        let process = try Subprocess(["/bin/sleep", "1000"], descriptors: [-1])
        processes.withLock { $0.append(process) }
        return process
    }

    @discardableResult
    private func begin(
        _ process: Subprocess, _ channel: MessageChannel, alarm: Int32, output: Int32, error: Int32
    ) -> Peer {
        let number = count.add(1, ordering: .relaxed).newValue
        let peer = Peer(number, process, channel, alarm: alarm, output: output, error: error)
        Thread.detachNewThread {
            while let request = channel.receive(WorkerRequest.self) { self.answer(request, peer) }
        }
        return peer
    }

    private func answer(_ request: WorkerRequest, _ peer: Peer) {
        func note(_ text: String) { requests.withLock { $0.append("\(peer.number) \(text)") } }
        func run(_ name: String, _ serial: Int, otherwise report: WorkerReport?) {
            if let program = programs[name] { program(peer, serial) } else if let report { peer.report(report) }
        }
        switch request {
        case .snapshot:
            note("snapshot")
            guard let line = peer.takeDescriptor() else { return }
            if let program = programs["snapshot"] {
                close(line)
                program(peer, 0)
            } else {
                standBy(line)
                peer.report(.snapshot(error: nil))
            }
        case .run(let serial, let object, let entryPoint):
            note("run \(serial) \(object) \(entryPoint)")
            run(object, serial, otherwise: .finished(serial: serial))
        case .notes(let serial, let notes):
            note("notes \(serial) \(notes.map(\.message))")
            for remark in notes { peer.report(.note(serial: serial, remark)) }
        case .interrupt(let serial):
            note("interrupt \(serial)")
            run("interrupt", serial, otherwise: nil)
        case .input(let line):
            note("input \(line ?? "none")")
            run("input", 0, otherwise: nil)
        case .comm(let number, let comm):
            note("comm \(number) \(comm.id)")
            run("comm", number, otherwise: .commTaken(number: number))
        case .runCallbacks(let serial):
            note("callbacks \(serial)")
            run("callbacks", serial, otherwise: .finished(serial: serial))
        case .callbackFailed(let output, let name, let message, _): note("failed in \(output) \(name) \(message)")
        }
    }

    /// A snapshot: it waits until it is dismissed, or until it takes over. It then makes one of its own.
    private func standBy(_ line: Int32) {
        guard let process = try? sleeper() else { return }
        Thread.detachNewThread { [self] in
            var byte: UInt8 = 0
            var received = [Int32](repeating: -1, count: 5)
            var count: Int32 = 0
            defer { close(line) }
            guard cw_receive(line, &byte, 1, &received, 5, &count) == 1, count == 5 else {
                process.send(SIGKILL)
                process.wait()
                return
            }
            standBy(received[4])
            let peer = begin(
                process, MessageChannel(descriptor: received[0]), alarm: received[1], output: received[2],
                error: received[3])
            peer.report(.ready(process: process.identifier, lostDispatchQueues: false))
        }
    }

    /// A worker's own end of everything.
    final class Peer: Sendable {
        let number: Int
        private let process: Subprocess
        private let channel: MessageChannel
        private let alarm: Int32
        private let output: Int32
        private let error: Int32

        fileprivate init(
            _ number: Int, _ process: Subprocess, _ channel: MessageChannel, alarm: Int32, output: Int32, error: Int32
        ) {
            self.number = number
            self.process = process
            self.channel = channel
            self.alarm = alarm
            self.output = output
            self.error = error
        }

        deinit {
            close(alarm)
            close(output)
            close(error)
        }

        func report(_ report: WorkerReport) { channel.send(report) }

        /// Tells the kernel of a failure, as a signal handler does.
        func raise(_ kind: cw_alarm_kind, failure: Int32 = 1) {
            var alarm = cw_alarm(kind: Int32(kind.rawValue), number: failure)
            _ = Glibc.write(self.alarm, &alarm, MemoryLayout<cw_alarm>.size)
        }

        /// Writes to the descriptor 1 or 2.
        func write(_ text: String, to stream: StandardStream = .stdout) {
            let bytes = Array(text.utf8)
            _ = Glibc.write(stream == .stdout ? output : error, bytes, bytes.count)
        }

        /// Ends the process.
        func die(_ signal: Int32 = SIGSEGV) { MockWorker.signal(process, signal) }

        fileprivate func takeDescriptor() -> Int32? { channel.takeDescriptor() }
    }
}

extension WorkerReport.Failure {
    static func stopped(_ message: String) -> Self { Self(kind: .stopped, name: "Interrupted", message: message) }
    static func thrown(_ message: String) -> Self { Self(kind: .thrown, name: "Mistake", message: message) }
}
