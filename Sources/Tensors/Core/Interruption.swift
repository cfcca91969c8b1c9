internal import Synchronization

/// A user's wish to stop.
///
/// Training loops look at it at each step's end, and stop with the model and its history kept. Elsewhere, the next operation that
/// makes a tensor or prints ends the cell.
public enum Interruption {
    private static let flag = Atomic<Bool>(false)
    private static let deferrals = Atomic<Int>(0)

    /// Whether stopping was asked for since the last ``clear()``.
    public static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Asks the running computation to stop.
    public static func request() { flag.store(true, ordering: .relaxed) }

    /// Forgets the wish: it was granted.
    public static func clear() { flag.store(false, ordering: .relaxed) }

    /// Forgets the wish, and all loops that look at it: their threads are gone.
    package static func reset() {
        clear()
        deferrals.store(0, ordering: .relaxed)
    }

    /// Runs a loop that looks at ``isRequested`` itself: its operations do not end the cell.
    public static func deferring<R>(_ body: () throws -> R) rethrows -> R {
        let context = ThreadContext.current
        let before = context.defersInterruption
        context.defersInterruption = true
        deferrals.wrappingAdd(1, ordering: .relaxed)
        defer {
            context.defersInterruption = before
            deferrals.wrappingSubtract(1, ordering: .relaxed)
        }
        return try body()
    }

    /// Whether a loop is running that will look at the wish by itself.
    package static var isDeferred: Bool { deferrals.load(ordering: .relaxed) > 0 }

    /// What an operation calls when stopping was asked for, with what it was about to do: "compute tensors". It does not return if the
    /// calling thread is the one to stop.
    package nonisolated(unsafe) static var handler: (@Sendable (_ activity: StaticString) -> Void)?

    /// Ends the computation here if the user wishes it and no loop around it looks at the wish.
    @inline(__always)
    package static func check(before activity: StaticString) {
        if isRequested { stop(before: activity) }
    }

    @inline(never)
    private static func stop(before activity: StaticString) {
        if !ThreadContext.current.defersInterruption { handler?(activity) }
    }
}
