internal import Synchronization

/// The moments between two training steps, when other code may safely change what the training uses.
///
/// The callback of a slider must run while the training thread is in the middle of a step. It requests a pause, which
/// the thread makes before its next step.
package enum StepBoundary {
    private static let isWanted = Atomic<Bool>(false)

    /// The function that a training calls in a pause, on its own thread.
    package nonisolated(unsafe) static var handler: (@Sendable () -> Void)?

    /// Requests a pause.
    package static func request() { isWanted.store(true, ordering: .releasing) }

    /// Called at the beginning of a step: pauses if a pause was requested.
    @inline(__always)
    package static func pass() {
        if isWanted.load(ordering: .relaxed) { pause() }
    }

    @inline(never)
    private static func pause() {
        if isWanted.exchange(false, ordering: .acquiring) { handler?() }
    }
}
