internal import CKernels
internal import Glibc
internal import Synchronization

/// The threads that share the work of one operation.
///
/// They sleep while there is nothing to do, but not immediately: some microseconds lie between the operations of a
/// training step, and waking up takes as long. Work is cut into the same chunks for any number of threads, so that
/// results do not depend on the machine. After a fork the child has no threads, and starts its own when it needs them.
public enum ThreadPool {
    /// The number of threads that work on an operation, including the calling one; initially the number of processors.
    public static var threadCount: Int {
        get { pool.threadCount.load(ordering: .relaxed) }
        set { pool.threadCount.store(max(1, newValue), ordering: .relaxed) }
    }

    /// Runs `body` on all of `0..<count`, cut into ranges of at least `minimumPerChunk` (except the last), which may
    /// run concurrently.
    ///
    /// A chunk should take some 100 µs. A call from within a body, or while another thread's call is running, does all
    /// its work itself.
    public static func forEach(count: Int, minimumPerChunk: Int = 1, _ body: (Range<Int>) -> Void) {
        let length = max(minimumPerChunk, (count + maximumChunks - 1) / maximumChunks, 1)
        guard count > length, threadCount > 1, pool.begin() else {
            for start in stride(from: 0, to: count, by: length) { body(start..<min(start + length, count)) }
            return
        }
        withoutActuallyEscaping(body) { body in
            pool.run(ThreadPool.Job(count: count, length: length, body: body))
        }
        pool.end()
    }

    /// Enough for an even load on the processors of a laptop, few enough to cost nothing.
    private static let maximumChunks = 32
    private static let pool = Workers()

    /// The work of a call of `forEach`.
    fileprivate struct Job {
        let count: Int
        let length: Int
        let body: (Range<Int>) -> Void
    }
}

/// The threads and what they wait for. `mutex` guards everything but the atomics.
private final class Workers: @unchecked Sendable {
    let threadCount = Atomic<Int>(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    private let isBusy = Atomic<Bool>(false)
    /// The start of the next chunk.
    private let next = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let workArrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let helpersLeft = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var job: ThreadPool.Job?
    private var started = 0
    /// Threads other than the caller that are inside of the job.
    private var helpers = 0
    /// Threads that may still join the job.
    private var places = 0
    /// Threads that wait for `workArrived`.
    private var sleepers = 0
    /// The number of jobs so far, and `helpers`, for threads that do not sleep yet.
    private let jobs = Atomic<Int>(0)
    private let working = Atomic<Int>(0)

    init() {
        reset()
        Workers.forked = self
        // The forking thread holds the mutex meanwhile, so that the child's copy is consistent.
        pthread_atfork(
            { pthread_mutex_lock(Workers.forked!.mutex) }, { pthread_mutex_unlock(Workers.forked!.mutex) },
            { Workers.forked!.reset() })
    }
    private nonisolated(unsafe) static var forked: Workers?

    /// A pool without threads.
    private func reset() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(workArrived, nil)
        pthread_cond_init(helpersLeft, nil)
        (job, started, helpers, places, sleepers) = (nil, 0, 0, 0, 0)
        working.store(0, ordering: .relaxed)
        isBusy.store(false, ordering: .relaxed)
    }

    /// Acquires the pool, if it is free.
    func begin() -> Bool { !isBusy.exchange(true, ordering: .acquiring) }
    /// Releases it.
    func end() { isBusy.store(false, ordering: .releasing) }

    /// Does a job with the help of other threads. It waits only for those that took part; one that wakes up late finds
    /// nothing to do.
    func run(_ job: ThreadPool.Job) {
        next.store(0, ordering: .relaxed)
        let wanted = min(threadCount.load(ordering: .relaxed), (job.count + job.length - 1) / job.length) - 1
        pthread_mutex_lock(mutex)
        while started < wanted && startThread() { started += 1 }
        self.job = job
        places = min(wanted, started)
        jobs.wrappingAdd(1, ordering: .releasing)
        for _ in 0..<min(places, sleepers) { pthread_cond_signal(workArrived) }
        pthread_mutex_unlock(mutex)

        work(on: job)

        pthread_mutex_lock(mutex)
        self.job = nil
        places = 0
        if helpers > 0 { waitAwake { working.load(ordering: .acquiring) == 0 } }
        while helpers > 0 { pthread_cond_wait(helpersLeft, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Releases the mutex for at most some 50 µs, until something has happened. Returns whether it has.
    @discardableResult
    private func waitAwake(for hasHappened: () -> Bool) -> Bool {
        pthread_mutex_unlock(mutex)
        defer { pthread_mutex_lock(mutex) }
        for _ in 0..<2000 {
            if hasHappened() { return true }
            ck_pause()
        }
        return false
    }

    private func work(on job: ThreadPool.Job) {
        while true {
            let start = next.wrappingAdd(job.length, ordering: .relaxed).oldValue
            guard start < job.count else { return }
            job.body(start..<min(start + job.length, job.count))
        }
    }

    private func startThread() -> Bool {
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { _ in Workers.forked!.serve() }, nil) == 0 else { return false }
        pthread_detach(thread)
        return true
    }

    private func serve() -> Never {
        pthread_mutex_lock(mutex)
        while true {
            while places == 0 {
                let seen = jobs.load(ordering: .acquiring)
                if waitAwake(for: { jobs.load(ordering: .acquiring) != seen }) || places > 0 { continue }
                sleepers += 1
                pthread_cond_wait(workArrived, mutex)
                sleepers -= 1
            }
            places -= 1
            helpers += 1
            working.store(helpers, ordering: .releasing)
            let job = job!
            pthread_mutex_unlock(mutex)
            work(on: job)
            pthread_mutex_lock(mutex)
            helpers -= 1
            working.store(helpers, ordering: .releasing)
            if helpers == 0 { pthread_cond_signal(helpersLeft) }
        }
    }
}
