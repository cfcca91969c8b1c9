internal import CKernels
internal import Glibc
internal import Synchronization

/// What threads take in turn, each for some nanoseconds, to use state that they share.
///
/// It differs from the standard library's `Mutex` in two ways. A fork waits for its turn at every lock, so that the
/// child finds them free and the state intact: a lock registers itself for that when it is first used. And its
/// implementation is not hidden in a library, so that ThreadSanitizer sees who waited for whom. Locks are static: one
/// stays where it is for as long as the process lives.
struct Lock: ~Copyable {
    private typealias State = Atomic<UInt8>
    private static let unregistered: UInt8 = 0, free: UInt8 = 1, taken: UInt8 = 2
    private let state = State(0)

    /// Waits for its turn, and runs the body, which takes no other lock.
    @inline(__always)
    borrowing func withLock<Result>(_ body: () -> Result) -> Result {
        Lock.take(state)
        defer { Lock.giveBack(state) }
        return body()
    }

    @inline(__always)
    private static func take(_ state: borrowing State) {
        if !isTakenNow(state) { takeLater(state) }
    }

    @inline(__always)
    private static func isTakenNow(_ state: borrowing State) -> Bool {
        state.compareExchange(
            expected: free, desired: taken, successOrdering: .acquiring, failureOrdering: .relaxed
        ).exchanged
    }

    @inline(never)
    private static func takeLater(_ state: borrowing State) {
        var attempts = 0
        repeat {
            if state.load(ordering: .relaxed) == unregistered { register(state) }
            attempts += 1
            // By then the system has suspended the thread that holds the lock.
            if attempts < 100 { ck_pause() } else { sched_yield() }
        } while state.load(ordering: .relaxed) == taken || !isTakenNow(state)
    }

    @inline(__always)
    private static func giveBack(_ state: borrowing State) { state.store(free, ordering: .releasing) }

    // MARK: Forks

    /// The locks that forks hold, guarded by the first of them. Since nobody holds one while waiting for another, the
    /// order of the others does not matter.
    private nonisolated(unsafe) static var registered: [UnsafePointer<State>] = {
        pthread_atfork({ Lock.takeAll() }, { Lock.giveAllBack() }, { Lock.giveAllBack() })
        let first = UnsafeMutablePointer<State>.allocate(capacity: 1)
        first.initialize(to: State(free))
        return [UnsafePointer(first)]
    }()

    /// A lock is taken only once it is registered: a fork never misses one.
    private static func register(_ state: borrowing State) {
        withUnsafePointer(to: state) { address in
            let first = registered[0]
            take(first.pointee)
            if address.pointee.load(ordering: .relaxed) == unregistered {
                registered.append(address)
                giveBack(address.pointee)
            }
            giveBack(first.pointee)
        }
    }

    private static func takeAll() { for state in registered { take(state.pointee) } }
    private static func giveAllBack() { for state in registered.reversed() { giveBack(state.pointee) } }
}
