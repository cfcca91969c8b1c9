import Glibc

/// A value behind a lock, with a way to wait for changes of it.
///
/// Unlike `NSCondition` and `Mutex`, a monitor can be made free again in a copy of the process, in which no thread
/// holds it.
package final class Monitor<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    /// A monitor of a value.
    package init(_ state: State) {
        self.state = state
        makeFree()
    }

    deinit {
        mutex.deallocate()
        condition.deallocate()
    }

    /// Reads or changes the value.
    ///
    /// - Parameter quietly: If set, waiting threads do not look at the value afterwards, unless the body calls
    ///   ``wakeOne()``.
    package func withLock<Result>(quietly: Bool = false, _ body: (inout State) throws -> Result) rethrows -> Result {
        lock()
        defer {
            if !quietly { pthread_cond_broadcast(condition) }
            unlock()
        }
        return try body(&state)
    }

    /// Has one of the waiting threads look at the value.
    package func wakeOne() { pthread_cond_signal(condition) }

    /// Waits until the body, which looks at the value now and after each change, returns a result.
    ///
    /// - Parameters:
    ///   - quietly: If set, other threads that wait do not look at the value once the body has returned a result.
    ///   - interval: After how long to look again, even without a change; asked after each look. `nil` for never.
    package func wait<Result>(
        quietly: Bool = false, lookingAgainAfter interval: (State) -> Duration? = { _ in nil },
        until body: (inout State) throws -> Result?
    ) rethrows -> Result {
        lock()
        defer { unlock() }
        while true {
            if let result = try body(&state) {
                if !quietly { pthread_cond_broadcast(condition) }
                return result
            }
            waitForChange(until: interval(state).map(Self.time(after:)))
        }
    }

    /// Waits until the body, which looks at the value now and after each change, returns a result; `nil` if that takes
    /// too long.
    package func wait<Result>(seconds: Double, until body: (inout State) -> Result?) -> Result? {
        let deadline = Self.time(after: .seconds(seconds))
        lock()
        defer { unlock() }
        while true {
            if let result = body(&state) {
                pthread_cond_broadcast(condition)
                return result
            }
            guard waitForChange(until: deadline) else { return body(&state) }
        }
    }

    // MARK: Copies of the process

    /// Takes the lock: for a thread that forks while no other thread is to change the value.
    package func lock() { pthread_mutex_lock(mutex) }

    /// Releases the lock.
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// Forgets the threads that hold the lock or wait, in a copy of the process, which does not have them.
    package func makeFree() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    // MARK: Waiting

    /// Releases the lock until a change or a time of the monotonic clock.
    ///
    /// - Returns: Whether the time has not come yet.
    @discardableResult
    private func waitForChange(until deadline: timespec?) -> Bool {
        guard var deadline else { return pthread_cond_wait(condition, mutex) == 0 }
        return pthread_cond_timedwait(condition, mutex, &deadline) != ETIMEDOUT
    }

    private static func time(after duration: Duration) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        // A century is for ever, and is represented without overflow.
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(3_000_000_000)).components
        time.tv_sec += Int(seconds)
        time.tv_nsec += Int(attoseconds / 1_000_000_000)
        time.tv_sec += time.tv_nsec / 1_000_000_000
        time.tv_nsec %= 1_000_000_000
        return time
    }
}
