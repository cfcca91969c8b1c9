internal import Synchronization

/// A user's request to stop the running computation.
///
/// Training loops check for it at the end of each step, and stop with the model and its history intact. Elsewhere, the
/// next operation that returns a tensor or prints ends the cell.
public enum Interruption {
    private static let flag = Atomic<Bool>(false)
    private static let granted = Atomic<Bool>(false)
    private static let deferrals = Atomic<Int>(0)

    /// Whether a stop was requested since the last ``clear()``.
    public static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Requests that the running computation stop.
    public static func request() { flag.store(true, ordering: .relaxed) }

    /// Withdraws the request: a loop has granted it by ending early, and the code behind the loop runs on. At its end
    /// the cell counts as interrupted.
    public static func clear() {
        guard flag.exchange(false, ordering: .relaxed) else { return }
        if grantHandler?() ?? true { granted.store(true, ordering: .relaxed) }
    }

    /// Withdraws the request, which no loop has granted.
    package static func withdraw() { flag.store(false, ordering: .relaxed) }

    /// Whether a loop has granted a request since the last ``begin()``.
    package static var isGranted: Bool { granted.load(ordering: .relaxed) }

    /// Begins a cell, which no request concerns yet.
    package static func begin() {
        flag.store(false, ordering: .relaxed)
        granted.store(false, ordering: .relaxed)
    }

    /// Begins anew, and forgets all loops that check for requests: their threads are gone.
    package static func reset() {
        begin()
        deferrals.store(0, ordering: .relaxed)
    }

    /// The function that is called, on the loop's thread, when a loop has granted a request. It returns whether the
    /// request was meant for that thread's cell.
    package nonisolated(unsafe) static var grantHandler: (@Sendable () -> Bool)?

    /// Whether nobody waits any more for what the calling thread computes.
    package static var isUnwanted: Bool { unwantedHandler?() ?? false }

    /// The function behind ``isUnwanted``.
    package nonisolated(unsafe) static var unwantedHandler: (@Sendable () -> Bool)?

    /// Ends the cell before a training, if one of its trainings was stopped already: a user who stops the first of five
    /// does not want the other four.
    package static func checkBeforeTraining() {
        if isGranted { stop(before: "train again") }
    }

    /// Runs a loop that checks ``isRequested`` itself: its operations do not end the cell.
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

    /// Whether a loop is running that checks for the request itself.
    package static var isDeferred: Bool { deferrals.load(ordering: .relaxed) > 0 }

    /// The function that an operation calls when a stop was requested, with what it was about to do: "compute tensors".
    /// It does not return if the calling thread is the one to stop.
    package nonisolated(unsafe) static var handler: (@Sendable (_ activity: StaticString) -> Void)?

    /// Ends the computation here if a stop was requested and no loop around it checks for that itself.
    @inline(__always)
    package static func check(before activity: StaticString) {
        if isRequested { stop(before: activity) }
    }

    @inline(never)
    private static func stop(before activity: StaticString) {
        if !ThreadContext.current.defersInterruption { handler?(activity) }
    }
}
