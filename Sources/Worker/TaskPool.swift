import CWorker
import Glibc
@_spi(ExperimentalScheduling) internal import _Concurrency

/// The threads that run Swift's tasks: as many as there are processors, started when there is work.
final class TaskPool: TaskExecutor, SchedulingExecutor, @unchecked Sendable {
    static let shared = TaskPool()

    /// Guards everything below.
    let monitor = Monitor()
    private var ready = JobQueue()
    /// Jobs that wait for their time, the latest first.
    private var delayed: [(deadline: UInt64, job: UnownedJob)] = []
    private var threadCount = 0
    private var idleCount = 0

    private static let width = max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    private static let stackSize = 8 << 20

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        monitor.withLock {
            ready.append(job)
            engageThread()
        }
    }

    /// What `Task.sleep` comes to.
    func enqueue<C: Clock>(_ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C) {
        let job = UnownedJob(job)
        // A clock of somebody's own that counts otherwise than in seconds sleeps in a way of its own, not by way of this.
        let nanoseconds = (delay as? Swift.Duration).map { $0 / .nanoseconds(1) } ?? 0
        let deadline = Monitor.now + UInt64(min(max(0, nanoseconds), 0x1p62))
        monitor.withLock {
            let index = delayed.firstIndex { $0.deadline <= deadline } ?? delayed.endIndex
            delayed.insert((deadline, job), at: index)
            engageThread()
        }
    }

    /// Starts another thread in the place of one that failed and was parked.
    func replaceThread() {
        monitor.withLock {
            threadCount -= 1
            engageThread()
        }
    }

    /// Goes on in a copy of the process: no threads, and nobody holds the lock.
    func restart() {
        monitor.reset()
        (threadCount, idleCount) = (0, 0)
        if !(ready.isEmpty && delayed.isEmpty) { monitor.withLock { engageThread() } }
    }

    private func engageThread() {
        if idleCount > 0 {
            monitor.signal()
        } else if threadCount < Self.width {
            var thread = pthread_t()
            let code = cw_start_thread(
                &thread, Int64(CW_TASK_THREAD), Self.stackSize, { _ in TaskPool.shared.serve() }, nil)
            if code == 0 { threadCount += 1 }
        }
    }

    private func serve() {
        monitor.lock()
        while true {
            let now = Monitor.now
            while let next = delayed.last, next.deadline <= now {
                ready.append(next.job)
                delayed.removeLast()
            }
            if let job = ready.popFirst() {
                if !ready.isEmpty { engageThread() }
                monitor.unlock()
                cw_set_owner(job.owner)
                unsafe job.runSynchronously(on: .generic)
                monitor.lock()
            } else {
                idleCount += 1
                monitor.wait(until: delayed.last?.deadline)
                idleCount -= 1
            }
        }
    }
}

/// Jobs in the order in which they came.
struct JobQueue {
    private var jobs: [UnownedJob] = []
    private var head = 0

    var isEmpty: Bool { head == jobs.count }

    mutating func append(_ job: UnownedJob) { jobs.append(job) }

    mutating func popFirst() -> UnownedJob? {
        guard !isEmpty else { return nil }
        defer {
            head += 1
            if head == jobs.count || head == 1024 {
                jobs.removeFirst(head)
                head = 0
            }
        }
        return jobs[head]
    }
}
