import Foundation

/// A value behind a lock, with a way to wait for it to change.
final class Monitor<State>: @unchecked Sendable {
    private let condition = NSCondition()
    private var state: State

    init(_ state: State) { self.state = state }

    /// Reads or changes the value, and lets everybody look who waits.
    func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&state)
    }

    /// Waits until the body, which looks after each change, answers something.
    func wait<Result>(until body: (inout State) -> Result?) -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&state) {
                condition.broadcast()
                return result
            }
            condition.wait()
        }
    }

    /// Waits until the body answers something, but no longer than the time; then answers `nil`.
    func wait<Result>(seconds: Double, until body: (inout State) -> Result?) -> Result? {
        let deadline = Date.now.addingTimeInterval(seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&state) {
                condition.broadcast()
                return result
            }
            guard condition.wait(until: deadline) else { return body(&state) }
        }
    }
}

/// A thread of the kernel that can be waited for.
final class KernelThread: Sendable {
    private let isFinished = Monitor(false)

    /// Starts a thread. Its stack is large because parsers recurse.
    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [isFinished] in
            body()
            isFinished.withLock { $0 = true }
        }
        thread.name = name
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Waits for the thread's end, but no longer than the time.
    /// - Returns: Whether it has ended.
    @discardableResult
    func join(seconds: Double) -> Bool { isFinished.wait(seconds: seconds) { $0 ? true : nil } ?? false }
}
