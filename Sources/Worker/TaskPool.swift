import CWorker
import Glibc
import Processes
@_spi(ExperimentalScheduling) internal import _Concurrency

/// The threads that run Swift's tasks: up to one per processor, at least two, started when there is work.
final class TaskPool: TaskExecutor, SchedulingExecutor, Sendable {
    static let shared = TaskPool()

    struct State {
        fileprivate var ready = JobQueue()
        /// Jobs that wait for their deadlines, the latest first.
        fileprivate var delayed: [(deadline: ContinuousClock.Instant, job: UnownedJob)] = []
        fileprivate var threadCount = 0
        fileprivate var idleCount = 0

        /// Moves the jobs whose deadlines have passed to those that are ready.
        fileprivate mutating func wakeDelayed() {
            guard !delayed.isEmpty else { return }
            let now = ContinuousClock.now
            while let next = delayed.last, next.deadline <= now {
                ready.append(next.job)
                delayed.removeLast()
            }
        }
    }

    let state = Monitor(State())

    private static let width = max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    private static let stackSize = 8 << 20

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock(quietly: true) { state in
            state.ready.append(job)
            engageThread(&state)
        }
    }

    /// Runs a job after a delay; `Task.sleep` uses this.
    func enqueue<C: Clock>(_ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C) {
        let job = UnownedJob(job)
        // A custom clock whose durations are not Swift's does not sleep through this function.
        let nanoseconds = (delay as? Swift.Duration).map { $0 / .nanoseconds(1) } ?? 0
        let deadline = ContinuousClock.now + .nanoseconds(Int64(min(max(0, nanoseconds), 0x1p62)))
        state.withLock(quietly: true) { state in
            let index = state.delayed.firstIndex { $0.deadline <= deadline } ?? state.delayed.endIndex
            state.delayed.insert((deadline, job), at: index)
            engageThread(&state)
        }
    }

    /// Starts a thread that replaces one that failed and was parked.
    func replaceThread() {
        state.withLock(quietly: true) { state in
            state.threadCount -= 1
            engageThread(&state)
        }
    }

    /// Resumes in a copy of the process, which has no threads, and in which no thread holds the lock.
    func restart() {
        state.makeFree()
        state.withLock(quietly: true) { state in
            (state.threadCount, state.idleCount) = (0, 0)
            if !(state.ready.isEmpty && state.delayed.isEmpty) { engageThread(&state) }
        }
    }

    /// Wakes an idle thread, or starts one if there is none.
    private func engageThread(_ state: inout State) {
        if state.idleCount > 0 {
            self.state.wakeOne()
        } else if state.threadCount < Self.width {
            var thread = pthread_t()
            let code = cw_start_thread(
                &thread, Int64(CW_TASK_THREAD), Self.stackSize, { _ in TaskPool.shared.serve() }, nil)
            if code == 0 { state.threadCount += 1 }
        }
    }

    private func serve() {
        while true {
            let job = next()
            cw_set_owner(job.owner)
            unsafe job.runSynchronously(on: .generic)
            cw_set_owner(0)
        }
    }

    /// Waits for a job.
    private func next() -> UnownedJob {
        var isIdle = false
        return state.wait(
            quietly: true, lookingAgainAfter: { $0.delayed.last.map { $0.deadline - .now } },
            until: { state in
                if isIdle { state.idleCount -= 1 }
                state.wakeDelayed()
                let job = state.ready.popFirst()
                isIdle = job == nil
                if isIdle { state.idleCount += 1 }
                if !state.ready.isEmpty { engageThread(&state) }
                return job
            })
    }
}

/// A first-in, first-out queue of jobs.
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
