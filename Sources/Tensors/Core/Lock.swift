internal import CKernels
internal import Glibc
internal import Synchronization

/// What threads take in turn, each for some nanoseconds, to use the state that they all share.
///
/// It differs from the standard library's `Mutex` in two ways. A fork waits for its turn at every lock, so that the child finds them free
/// and the state whole. And nothing of it is hidden in a library: ThreadSanitizer sees who waited for whom.
struct Lock: ~Copyable {
    private let isTaken = Atomic(false)

    /// Waits for its turn, and runs the body, which takes no other lock.
    @inline(__always)
    borrowing func withLock<Result>(_ body: () -> Result) -> Result {
        take()
        defer { giveBack() }
        return body()
    }

    @inline(__always)
    private borrowing func take() {
        if isTaken.exchange(true, ordering: .acquiring) { takeLater() }
    }

    @inline(never)
    private borrowing func takeLater() {
        var attempts = 0
        while isTaken.load(ordering: .relaxed) || isTaken.exchange(true, ordering: .acquiring) {
            attempts += 1
            // By then the system has stopped the thread whose turn it is.
            if attempts < 100 { ck_pause() } else { sched_yield() }
        }
    }

    @inline(__always)
    private borrowing func giveBack() { isTaken.store(false, ordering: .releasing) }

    /// Has whoever forks hold the locks meanwhile. Asked for by what is done first, and seldom, with the state that they guard.
    static let areHeldByForks: Void = {
        pthread_atfork(takeAll, giveAllBack, giveAllBack)
    }()

    private static let takeAll: @convention(c) () -> Void = {
        Random.lock.take()
        Storage.preparing.take()
        BufferPool.lock.take()
    }

    private static let giveAllBack: @convention(c) () -> Void = {
        BufferPool.lock.giveBack()
        Storage.preparing.giveBack()
        Random.lock.giveBack()
    }
}
