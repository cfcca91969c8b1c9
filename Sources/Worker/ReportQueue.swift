import CWorker
import Cells
import Foundation
import Glibc
import Synchronization
import Tensors

/// What is on its way to the kernel: all that cells print and show, and how they end, in the order in which it happened.
///
/// Any thread adds to it, and a thread of its own sends. Text waits some milliseconds for more, so that a cell that prints fast sends
/// few reports. When much waits, whoever prints or shows something waits too: the kernel takes output as fast as front ends do.
///
/// After a fork the child has an empty queue that nobody serves, and prints to its descriptors 1 and 2, until ``serve()`` is called.
final class ReportQueue: @unchecked Sendable {
    /// How many bytes may wait before those who add to them do.
    private static let capacity = 64 << 10
    /// How long text waits for more, unless it is the first for that long.
    private static let patience = Duration.milliseconds(5)
    /// How many times stdout and stderr may take turns in what waits; beyond that, each one's text is put together.
    private static let maximumTurns = 64

    /// A report, or text that still grows.
    private struct Item {
        var report: WorkerReport?
        var serial = 0
        var stream = WorkerReport.Stream.stdout
        var bytes: [UInt8] = []
        var pipesWereEmpty = true

        var complete: WorkerReport {
            report ?? .printed(serial: serial, stream, Data(bytes), pipesWereEmpty: pipesWereEmpty)
        }
    }

    private let channel: MessageChannel
    /// Guards everything below but the atomic.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Held while reports are being sent.
    private let sending = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var items: [Item] = []
    private var isUrgent = false
    private var isServed = false
    private var lastSent = ContinuousClock.now
    /// About how many bytes have not been sent.
    private let unsent = Atomic<Int>(0)

    init(channel: MessageChannel) {
        self.channel = channel
        reset()
        Self.current = self
        // The thread that forks holds both mutexes meanwhile: no report is half sent, and the child's copy is in order.
        pthread_atfork(
            {
                pthread_mutex_lock(ReportQueue.current!.sending)
                pthread_mutex_lock(ReportQueue.current!.mutex)
            },
            {
                pthread_mutex_unlock(ReportQueue.current!.mutex)
                pthread_mutex_unlock(ReportQueue.current!.sending)
            }, { ReportQueue.current!.reset() })
    }

    /// The one queue of this process, for functions of C.
    private nonisolated(unsafe) static var current: ReportQueue?

    private func reset() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_mutex_init(sending, nil)
        (items, isUrgent, isServed) = ([], false, false)
        unsent.store(0, ordering: .relaxed)
    }

    /// Takes the place of C's standard output and error, for the life of the process.
    func redirectOutput() {
        cw_redirect_output(
            { descriptor, bytes, count in
                ReportQueue.current!.print(UnsafeRawBufferPointer(start: bytes, count: count), descriptor: descriptor)
            }, { ReportQueue.current!.waitForRoom() })
        cw_before_end { ReportQueue.current!.drain(milliseconds: 300) }
    }

    /// Starts the thread that sends.
    func serve() {
        // What waits in the socket cannot be taken back: a cell that is interrupted is not to wait for much of it.
        var size = Int32(Self.capacity)
        setsockopt(channel.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        withLock { isServed = true }
        startThread {
            while true { self.send(self.next()) }
        }
    }

    // MARK: Adding

    /// Adds a report, behind everything printed before.
    func add(_ report: WorkerReport) {
        withLock {
            items.append(Item(report: report))
            unsent.wrappingAdd(report.size, ordering: .relaxed)
            isUrgent = true
            pthread_cond_signal(changed)
        }
    }

    /// Adds something that is shown, once there is room for it.
    func show(_ report: WorkerReport) {
        cw_flush_output()
        waitForRoom()
        add(report)
    }

    /// Adds text.
    /// - Returns: Whether its thread should wait for room, or look whether it is to stop.
    private func print(_ bytes: UnsafeRawBufferPointer, descriptor: Int32) -> Bool {
        let owner = cw_owner()
        let serial = Int(PrintCaptures.cell(of: owner))
        let stream = descriptor == 2 ? WorkerReport.Stream.stderr : .stdout
        if PrintCaptures.take(bytes, of: owner, stream: stream.rawValue) { return Interruption.isRequested }
        return withLock {
            guard isServed else {
                _ = write(descriptor, bytes.baseAddress, bytes.count)
                return false
            }
            let size = unsent.wrappingAdd(bytes.count, ordering: .relaxed).newValue
            if let index = growingItem(serial, stream) {
                items[index].bytes.append(contentsOf: bytes)
            } else {
                items.append(
                    Item(serial: serial, stream: stream, bytes: Array(bytes), pipesWereEmpty: Self.pipesAreEmpty))
            }
            if items.count == 1 || size >= Self.capacity / 2 {
                isUrgent = isUrgent || size >= Self.capacity / 2
                pthread_cond_signal(changed)
            }
            return size >= Self.capacity || Interruption.isRequested
        }
    }

    /// Whether the kernel has taken all that was written to the descriptors 1 and 2.
    private static var pipesAreEmpty: Bool {
        [STDOUT_FILENO, STDERR_FILENO].allSatisfy { descriptor in
            var count: Int32 = 0
            return ioctl(descriptor, UInt(FIONREAD), &count) != 0 || count == 0
        }
    }

    /// The text that more of the same kind can be added to.
    private func growingItem(_ serial: Int, _ stream: WorkerReport.Stream) -> Int? {
        func fits(_ item: Item) -> Bool { item.report == nil && item.serial == serial && item.stream == stream }
        guard let last = items.indices.last else { return nil }
        if fits(items[last]) { return last }
        guard items.count >= Self.maximumTurns else { return nil }
        let start = items.lastIndex { $0.report != nil } ?? -1
        return items[(start + 1)...].lastIndex(where: fits)
    }

    /// Waits while much waits to be sent. A cell that is to stop stops here.
    private func waitForRoom() {
        Interruption.check(before: "print more")
        while unsent.load(ordering: .relaxed) >= Self.capacity {
            usleep(1000)
            Interruption.check(before: "print more")
        }
    }

    /// Waits, but not for long, until everything is sent. Takes no lock: it is called at the end of the process.
    func drain(milliseconds: Int) {
        for _ in 0..<milliseconds where unsent.load(ordering: .relaxed) > 0 { usleep(1000) }
    }

    // MARK: Sending

    /// Waits for something to send.
    private func next() -> [Item] {
        withLock {
            while items.isEmpty { pthread_cond_wait(changed, mutex) }
            let due = lastSent + Self.patience
            while !isUrgent, case let rest = due - .now, rest > .zero { wait(rest) }
            defer { (items, isUrgent, lastSent) = ([], false, .now) }
            return items
        }
    }

    /// Waits for `changed`, but no longer than the time.
    private func wait(_ duration: Duration) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_nsec += Int(duration / .nanoseconds(1))
        deadline.tv_sec += deadline.tv_nsec / 1_000_000_000
        deadline.tv_nsec %= 1_000_000_000
        pthread_cond_timedwait(changed, mutex, &deadline)
    }

    private func send(_ items: [Item]) {
        pthread_mutex_lock(sending)
        defer { pthread_mutex_unlock(sending) }
        for item in items {
            let report = item.complete
            channel.send(report)
            unsent.wrappingSubtract(report.size, ordering: .relaxed)
        }
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

extension WorkerReport {
    /// About how many bytes it brings, or, for something small that is shown, is worth.
    fileprivate var size: Int {
        switch self {
        case .printed(_, _, let bytes, _): bytes.count
        case .display(_, let output, _), .update(_, let output, _), .result(_, let output): output.size
        case .comm(_, let comm): comm.buffers.reduce(256 + comm.data.utf8.count) { $0 + $1.count }
        default: 64
        }
    }
}

extension WorkerReport.Output {
    fileprivate var size: Int {
        contents.values.reduce(1024) { size, content in
            switch content {
            case .text(let text), .json(let text): size + text.utf8.count
            case .binary(let data): size + data.count
            }
        }
    }
}
