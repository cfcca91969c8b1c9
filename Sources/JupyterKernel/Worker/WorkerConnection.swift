import CWorker
import Cells
import Foundation
import Glibc
import Processes
import Synchronization
import WorkerProtocol

/// A running worker process: its messages, and what it prints.
final class WorkerConnection: Sendable {
    /// What the worker did.
    enum Event {
        case report(WorkerReport)
        case printed([UInt8], StandardStream)
        /// It ended: with a status, or, if negative, by a signal.
        case ended(Int32)
    }

    private let process: Subprocess
    /// Becomes readable when the process has ended.
    private let processDescriptor: Int32
    private let channel: MessageChannel
    private let outputPipe: Cells.Pipe
    private let errorPipe: Cells.Pipe

    /// Whether libdispatch's queues, which earlier cells have used, can be used no more.
    let lostDispatchQueues: Bool

    /// Starts a worker, at the head of a process group of its own.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - handle: Takes all events, in order, on a thread of the connection's own.
    init(command: [String], handle: @escaping @Sendable (Event) -> Void) throws(CompilationError) {
        let (channel, other) = try Self.channel()
        defer { close(other) }
        self.channel = channel
        outputPipe = try Cells.Pipe()
        errorPipe = try Cells.Pipe()
        process = try Subprocess(
            command,
            environment: [
                // The run time's own crash reports would be printed into the notebook.
                "SWIFT_BACKTRACE": "enable=no",
                "OPENBLAS_NUM_THREADS": "1",
                // The objects of one step's graph wait for the next one in their thread's own list, which by default has room for seven.
                "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000",
            ],
            descriptors: [-1, outputPipe.writing, errorPipe.writing, other])
        lostDispatchQueues = false
        processDescriptor = cw_process_descriptor(process.identifier)
        start(handle)
    }

    /// Lets a snapshot of a worker that has ended take over.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot's line.
    ///   - next: The other end of the line for the new worker's own snapshot.
    ///   - handle: Takes all events, in order, on a thread of the connection's own.
    init?(
        takingOver snapshot: SnapshotLine, next: Int32, handle: @escaping @Sendable (Event) -> Void
    ) throws(CompilationError) {
        let (channel, other) = try Self.channel()
        self.channel = channel
        outputPipe = try Cells.Pipe()
        errorPipe = try Cells.Pipe()
        let isSent = snapshot.takeOver(with: [other, outputPipe.writing, errorPipe.writing, next])
        close(other)
        // One that does not answer for ten seconds never will.
        var answer = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
        guard isSent, poll(&answer, 1, 10_000) > 0,
            case .ready(let identifier, let lostDispatchQueues) = channel.receive(WorkerReport.self)
        else {
            return nil
        }
        self.lostDispatchQueues = lostDispatchQueues
        process = Subprocess(adopting: identifier)
        processDescriptor = cw_process_descriptor(identifier)
        start(handle)
    }

    private static func channel() throws(CompilationError) -> (channel: MessageChannel, other: Int32) {
        do throws(SystemError) { return try MessageChannel.pair() } catch { throw CompilationError(error) }
    }

    deinit { close(processDescriptor) }

    private func start(_ handle: @escaping @Sendable (Event) -> Void) {
        outputPipe.closeWriting()
        errorPipe.closeWriting()
        let thread = Thread { self.pump(handle) }
        thread.start()
    }

    /// The number of the process.
    var identifier: Int32 { process.identifier }

    /// Sends a request, with a copy of a descriptor.
    func send(_ request: WorkerRequest, passing descriptor: Int32? = nil) {
        channel.send(request, passing: descriptor)
    }

    /// Ends the process at once.
    func kill() { process.send(SIGKILL) }

    /// Reads everything that comes, until the worker is gone. What was printed before a message is handled before it.
    private func pump(_ handle: (Event) -> Void) {
        let streams: [(descriptor: Int32, stream: StandardStream)] = [
            (outputPipe.reading, .stdout), (errorPipe.reading, .stderr),
        ]
        for (descriptor, _) in streams { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var open = [true, true]

        /// Hands on what a stream holds now: all that was printed before a message that is there now, and not much more.
        func drain(_ index: Int) {
            var rest = 1 << 16  // a pipe holds no more
            while open[index], rest > 0 {
                let count = read(streams[index].descriptor, &buffer, buffer.count)
                if count > 0 {
                    rest -= count
                    handle(.printed(Array(buffer[..<count]), streams[index].stream))
                } else if count == 0 {
                    open[index] = false
                } else if errno != EINTR {
                    return
                }
            }
        }

        while true {
            var polls = [channel.descriptor, processDescriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            for (index, entry) in streams.enumerated() {
                polls.append(pollfd(fd: open[index] ? entry.descriptor : -1, events: Int16(POLLIN), revents: 0))
            }
            guard poll(&polls, nfds_t(polls.count), -1) > 0 else { continue }
            let hasReport = polls[0].revents != 0
            let report = hasReport ? channel.receive(WorkerReport.self) : nil
            if hasReport, report == nil { break }
            // A program's output follows what was printed before the program was started.
            let isFirst = if case .printed(_, _, _, pipesWereEmpty: true)? = report { true } else { false }
            if let report, isFirst { handle(.report(report)) }
            drain(0)
            drain(1)
            if let report, !isFirst { handle(.report(report)) }
            // A program that a cell has started may hold the channel when the worker is long gone.
            if !hasReport, polls[1].revents != 0 { break }
        }
        // A worker that has closed its channel can do nothing more; as a rule it is just about to end.
        var end = pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)
        if poll(&end, 1, 1000) == 0 { kill() }
        let status = process.wait()
        drain(0)
        drain(1)
        handle(.ended(status))
    }
}
