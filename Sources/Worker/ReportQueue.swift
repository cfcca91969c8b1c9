import CWorker
import Foundation
import Glibc
import Processes
import Synchronization
import Tensors
import WorkerProtocol

/// The reports on their way to the kernel: all output of cells, and how the cells end, in order.
///
/// Any thread adds reports, and one thread sends them. Text waits some milliseconds for more, so that a cell that
/// prints fast sends few reports. A thread that prints or shows something waits while the queue is full: the kernel
/// accepts output only as fast as front ends do.
///
/// After a fork, the child has an empty queue, and prints to its descriptors 1 and 2 until ``serve()`` is called.
final class ReportQueue: Sendable {
    /// The number of unsent bytes from which threads that add output wait.
    private static let capacity = 64 << 10
    /// How long text waits for more, unless nothing was sent for that long.
    private static let patience = Duration.milliseconds(5)
    /// How often stdout and stderr may alternate in the queue; beyond that, the text of each is merged.
    private static let maximumTurns = 64

    /// A report, or text to which more can be added.
    private struct Item {
        var report: WorkerReport?
        var serial = 0
        var stream = StandardStream.stdout
        var bytes: [UInt8] = []
        var pipesWereEmpty = true

        var complete: WorkerReport {
            report ?? .printed(serial: serial, stream, Data(bytes), pipesWereEmpty: pipesWereEmpty)
        }
    }

    private struct State {
        var items: [Item] = []
        var isUrgent = false
        var isServed = false
        var lastSent = ContinuousClock.now

        /// The index of the text to which more of the same cell and stream can be added.
        func growingItem(_ serial: Int, _ stream: StandardStream) -> Int? {
            func fits(_ item: Item) -> Bool { item.report == nil && item.serial == serial && item.stream == stream }
            guard let last = items.indices.last else { return nil }
            if fits(items[last]) { return last }
            guard items.count >= ReportQueue.maximumTurns else { return nil }
            let start = items.lastIndex { $0.report != nil } ?? -1
            return items[(start + 1)...].lastIndex(where: fits)
        }
    }

    private let channel: MessageChannel
    private let state = Monitor(State())
    /// Held while reports are being sent.
    private let sending = Monitor(())

    init(channel: MessageChannel) {
        self.channel = channel
        Self.current = self
        // The forking thread holds both locks meanwhile: no report is half sent, and the child's copy is consistent.
        pthread_atfork(
            {
                ReportQueue.current!.sending.lock()
                ReportQueue.current!.state.lock()
            },
            {
                ReportQueue.current!.state.unlock()
                ReportQueue.current!.sending.unlock()
            }, { ReportQueue.current!.reset() })
    }

    /// The process's only queue, for C functions.
    private nonisolated(unsafe) static var current: ReportQueue?

    private func reset() {
        state.makeFree()
        sending.makeFree()
        state.withLock { $0 = State() }
        cw_add_unsent(-cw_add_unsent(0))
    }

    /// Replaces C's standard output and error, for the life of the process.
    func redirectOutput() {
        cw_redirect_output(
            { descriptor, bytes, count in
                ReportQueue.current!.print(UnsafeRawBufferPointer(start: bytes, count: count), descriptor: descriptor)
            }, { ReportQueue.current!.waitForRoom() })
        cw_send_at_exit()
    }

    /// Starts the thread that sends.
    func serve() {
        // What the socket's buffer holds cannot be dropped: an interrupted cell should not have to wait for much of it.
        var size = Int32(Self.capacity)
        setsockopt(channel.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        state.withLock { $0.isServed = true }
        startThread {
            while true { self.send(self.next()) }
        }
    }

    // MARK: Adding

    /// Adds a report behind all text printed before it.
    func add(_ report: WorkerReport) {
        state.withLock { state in
            state.items.append(Item(report: report))
            cw_add_unsent(Int64(report.size))
            state.isUrgent = true
        }
    }

    /// Adds a report of something shown, once there is room for it.
    func show(_ report: WorkerReport) {
        cw_flush_output()
        waitForRoom()
        add(report)
    }

    /// Adds printed text.
    ///
    /// - Returns: Whether the thread should call ``waitForRoom()``: the queue is full, or the cell is to stop.
    private func print(_ bytes: UnsafeRawBufferPointer, descriptor: Int32) -> Bool {
        let owner = cw_owner()
        let serial = Int(PrintCaptures.cell(of: owner))
        let stream = descriptor == 2 ? StandardStream.stderr : .stdout
        if PrintCaptures.take(bytes, of: owner, stream: stream.rawValue) { return Interruption.isRequested }
        return state.withLock(quietly: true) { state in
            guard state.isServed else {
                _ = write(descriptor, bytes.baseAddress, bytes.count)
                return false
            }
            let size = cw_add_unsent(Int64(bytes.count))
            if let index = state.growingItem(serial, stream) {
                state.items[index].bytes.append(contentsOf: bytes)
            } else {
                state.items.append(
                    Item(serial: serial, stream: stream, bytes: Array(bytes), pipesWereEmpty: Self.pipesAreEmpty))
            }
            if state.items.count == 1 || size >= Self.capacity / 2 {
                state.isUrgent = state.isUrgent || size >= Self.capacity / 2
                self.state.wakeOne()
            }
            return size >= Self.capacity || Interruption.isRequested
        }
    }

    /// Whether the kernel has read everything that was written to descriptors 1 and 2.
    private static var pipesAreEmpty: Bool {
        [STDOUT_FILENO, STDERR_FILENO].allSatisfy { descriptor in
            var count: Int32 = 0
            return ioctl(descriptor, UInt(FIONREAD), &count) != 0 || count == 0
        }
    }

    /// Waits while the queue is full. A cell that is to stop stops here.
    private func waitForRoom() {
        Interruption.check(before: "print more")
        while cw_add_unsent(0) >= Self.capacity {
            usleep(1000)
            Interruption.check(before: "print more")
        }
    }

    // MARK: Sending

    /// Waits for reports to send.
    private func next() -> [Item] {
        state.wait(
            quietly: true,
            lookingAgainAfter: { state in state.items.isEmpty ? nil : state.lastSent + Self.patience - .now },
            until: { state in
                let isDue = state.isUrgent || .now >= state.lastSent + Self.patience
                guard isDue, !state.items.isEmpty else { return nil }
                defer { (state.items, state.isUrgent, state.lastSent) = ([], false, .now) }
                return state.items
            })
    }

    private func send(_ items: [Item]) {
        sending.withLock { _ in
            for item in items {
                let report = item.complete
                channel.send(report)
                cw_add_unsent(-Int64(report.size))
            }
        }
    }
}

extension WorkerReport {
    /// About how many bytes the report has; small displays count for more, since they cost a message.
    fileprivate var size: Int {
        switch self {
        case .printed(_, _, let bytes, _): bytes.count
        case .display(_, let output, _), .update(_, let output, _), .result(_, let output): output.size
        case .comm(_, let comm): comm.buffers.reduce(256 + comm.data.utf8.count) { $0 + $1.count }
        default: 64
        }
    }
}

extension MimeBundle {
    fileprivate var size: Int {
        contents.values.reduce(1024) { size, content in
            switch content {
            case .text(let text), .json(let text): size + text.utf8.count
            case .binary(let data): size + data.count
            }
        }
    }
}
