import Foundation
import Processes

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
