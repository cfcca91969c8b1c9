import CWorker
import Cells
import Foundation
import Glibc
import Processes
import Synchronization
import WorkerProtocol

/// A running worker process: its messages and what it prints.
final class WorkerConnection: Sendable {
    /// What the worker did.
    enum Event {
        case report(WorkerReport)
        case printed([UInt8], StandardStream)
        /// One of its threads has failed. The worker handles that soon, or ends, or can do neither.
        case failing(failure: Int)
        /// It has neither handled a failure nor ended for another moment.
        case stillFailing(WorkerConnection)
        /// It has handled a failure, and goes on.
        case recovered(failure: Int)
        /// A cell has closed descriptors that it cannot work without, and it ends.
        case isCutOff
        /// It has ended: with an exit status or, if negative, by a signal.
        case ended(Int32)
    }

    private let process: Subprocess
    /// Becomes readable when the process has ended.
    private let processDescriptor: Int32
    private let channel: MessageChannel
    private let outputPipe: Cells.Pipe
    private let errorPipe: Cells.Pipe
    private let alarmPipe: Cells.Pipe
    /// When the last event was handled; `nil` while one is.
    private let lastHandled = Mutex<ContinuousClock.Instant?>(.now)

    /// Whether the dispatch queues that earlier cells have used no longer work.
    let lostDispatchQueues: Bool

    /// Starts a worker as the leader of a new process group.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - handle: Takes all events: those about failures at once, all others in order, on a thread of their own.
    convenience init(command: [String], handle: @escaping @Sendable (Event) -> Void) throws(CompilationError) {
        let (channel, other) = try Self.channel()
        defer { close(other) }
        let (output, error, alarm) = (try Cells.Pipe(), try Cells.Pipe(), try Cells.Pipe())
        let process = try Subprocess(
            command,
            environment: [
                // The runtime's crash reports would be printed into the notebook.
                "SWIFT_BACKTRACE": "enable=no",
                "OPENBLAS_NUM_THREADS": "1",
                // The objects of a training step's graph wait for the next step in their thread's cache, which by
                // default holds seven.
                "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000",
            ],
            descriptors: [-1, output.writing, error.writing, other, alarm.writing])
        self.init(process, channel: channel, output: output, error: error, alarm: alarm, handle: handle)
    }

    /// Lets a snapshot of a worker that has ended take over.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot's line.
    ///   - next: The other end of the line for the new worker's own snapshot.
    ///   - handle: Takes all events: those about failures at once, all others in order, on a thread of their own.
    convenience init?(
        takingOver snapshot: SnapshotLine, next: Int32, handle: @escaping @Sendable (Event) -> Void
    ) throws(CompilationError) {
        let (channel, other) = try Self.channel()
        let (output, error, alarm) = (try Cells.Pipe(), try Cells.Pipe(), try Cells.Pipe())
        let isSent = snapshot.takeOver(with: [other, alarm.writing, output.writing, error.writing, next])
        close(other)
        // A snapshot that has not answered by then never will.
        var answer = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
        guard isSent, poll(&answer, 1, Self.patience) > 0,
            case .ready(let identifier, let lostDispatchQueues) = channel.receive(WorkerReport.self)
        else {
            return nil
        }
        self.init(
            Subprocess(adopting: identifier), channel: channel, output: output, error: error, alarm: alarm,
            lostDispatchQueues: lostDispatchQueues, handle: handle)
    }

    /// Serves a process that has the other end of the channel and the writing ends of the pipes.
    init(
        _ process: Subprocess, channel: MessageChannel, output: Cells.Pipe, error: Cells.Pipe, alarm: Cells.Pipe,
        lostDispatchQueues: Bool = false, handle: @escaping @Sendable (Event) -> Void
    ) {
        self.process = process
        self.channel = channel
        outputPipe = output
        errorPipe = error
        alarmPipe = alarm
        self.lostDispatchQueues = lostDispatchQueues
        processDescriptor = cw_process_descriptor(process.identifier)
        outputPipe.closeWriting()
        errorPipe.closeWriting()
        alarmPipe.closeWriting()
        Thread.detachNewThread { self.pump(handle) }
        // Events may wait for front ends, which failures must not.
        Thread.detachNewThread { self.watchAlarms(handle) }
    }

    private static func channel() throws(CompilationError) -> (channel: MessageChannel, other: Int32) {
        do throws(SystemError) { return try MessageChannel.pair() } catch { throw CompilationError(error) }
    }

    deinit { close(processDescriptor) }

    /// How long, in milliseconds, a snapshot may take to answer.
    private static let patience: Int32 = 4_000

    /// How often, in milliseconds, to look at a worker that is failing.
    private static let alarmInterval: Int32 = 50

    /// For how long nothing has come from the worker; zero while something is being handled.
    var silence: Duration { lastHandled.withLock { $0.map { .now - $0 } ?? .zero } }

    /// The process identifier.
    var identifier: Int32 { process.identifier }

    /// Sends a request, with a copy of a descriptor.
    func send(_ request: WorkerRequest, passing descriptor: Int32? = nil) {
        channel.send(request, passing: descriptor)
    }

    /// Kills the process.
    func kill() { process.send(SIGKILL) }

    /// Passes on what failing threads report, until the worker is gone.
    private func watchAlarms(_ handle: (Event) -> Void) {
        var failures: Set<Int> = []
        while true {
            var polls = [alarmPipe.reading, processDescriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let count = poll(&polls, 2, failures.isEmpty ? -1 : Self.alarmInterval)
            if count == 0 { handle(.stillFailing(self)) }
            guard count > 0 else { continue }
            guard polls[0].revents != 0 else { return }
            var alarm = cw_alarm()
            let size = MemoryLayout<cw_alarm>.size
            guard read(alarmPipe.reading, &alarm, size) == size else { return }
            // Unique among all workers.
            let failure = Int(identifier) << 32 | Int(alarm.number)
            switch cw_alarm_kind(rawValue: UInt32(alarm.kind)) {
            case CW_FAILURE_BEGAN:
                failures.insert(failure)
                handle(.failing(failure: failure))
            case CW_FAILURE_HANDLED:
                failures.remove(failure)
                handle(.recovered(failure: failure))
            default: handle(.isCutOff)
            }
        }
    }

    /// Reads everything until the worker is gone. What was printed before a message is handled before it.
    private func pump(_ pass: (Event) -> Void) {
        func handle(_ event: Event) {
            lastHandled.withLock { $0 = nil }
            pass(event)
            lastHandled.withLock { $0 = .now }
        }
        let streams: [(descriptor: Int32, stream: StandardStream)] = [
            (outputPipe.reading, .stdout), (errorPipe.reading, .stderr),
        ]
        for (descriptor, _) in streams { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var open = [true, true]

        /// Passes on what a stream holds: all that was printed before a message that has arrived, and little more.
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
            // A program's output follows what its cell had printed before it started the program.
            let isFirst = if case .printed(_, _, _, pipesWereEmpty: true)? = report { true } else { false }
            if let report, isFirst { handle(.report(report)) }
            drain(0)
            drain(1)
            if let report, !isFirst { handle(.report(report)) }
            // A program that a cell has started may hold the channel long after the worker's end.
            if !hasReport, polls[1].revents != 0 { break }
        }
        // A worker that has closed its channel can do nothing more; usually it is about to end.
        var end = pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)
        if poll(&end, 1, 1000) == 0 { kill() }
        let status = process.wait()
        drain(0)
        drain(1)
        handle(.ended(status))
    }
}
