import CWorker
import Glibc
import Processes
@_spi(ExperimentalCustomExecutors) internal import _Concurrency

/// The thread of the main actor, and of libdispatch's main queue once that is used.
final class MainThread: MainExecutor, Sendable {
    static let shared = MainThread()

    struct State {
        fileprivate var jobs = JobQueue()
        fileprivate var thread = pthread_self()
        /// Whether this is the thread that libdispatch considers the main thread.
        fileprivate var canServeDispatch = true
    }

    let state = Monitor(State())
    /// The descriptor that wakes the thread.
    let wakeup = cw_wakeup_descriptor()

    var isMainExecutor: Bool { true }

    func checkIsolated() {
        precondition(pthread_equal(state.withLock { $0.thread }, pthread_self()) != 0, "not on the main actor's thread")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        var one: UInt64 = 1
        write(wakeup, &one, 8)
    }

    /// Makes the calling thread the main actor's.
    func serve() -> Never {
        cw_adopt_thread(Int64(CW_MAIN_THREAD))
        state.withLock { $0.thread = pthread_self() }
        while true {
            wait()
            while let job = state.withLock({ $0.jobs.popFirst() }) {
                cw_set_owner(job.owner)
                unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                cw_set_owner(0)
            }
        }
    }

    func run() { serve() }
    func stop() {}

    /// Starts a thread that replaces one that failed and was parked.
    func replaceThread() {
        state.withLock { $0.canServeDispatch = false }
        var thread = pthread_t()
        cw_start_thread(&thread, Int64(CW_MAIN_THREAD), 8 << 20, { _ in MainThread.shared.serve() }, nil)
    }

    /// Resumes in a copy of the process, in which no thread holds the lock.
    func restart() {
        state.makeFree()
        state.withLock { $0.canServeDispatch = !isDispatchInUse() }
    }

    /// Waits for a job, and runs the blocks of the main queue. Asking libdispatch for the queue's descriptor would
    /// start libdispatch, after which a copy of the process cannot use it any more; so this is done only once a cell
    /// has started it.
    private func wait() {
        let queue = state.withLock { $0.canServeDispatch } && isDispatchInUse() ? mainQueueDescriptor() : -1
        var polls = [
            pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0), pollfd(fd: queue, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polls, 2, queue < 0 ? 100 : -1) > 0 else { return }
        for entry in polls where entry.revents != 0 {
            var value: UInt64 = 0
            read(entry.fd, &value, 8)
        }
        if polls[1].revents != 0 { runMainQueue(nil) }
    }
}

// What Foundation's run loop uses to serve the main queue.
@_silgen_name("_dispatch_get_main_queue_handle_4CF") private func mainQueueDescriptor() -> Int32
@_silgen_name("_dispatch_main_queue_callback_4CF") private func runMainQueue(_ unused: UnsafeMutableRawPointer?)
