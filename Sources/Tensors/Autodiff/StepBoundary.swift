internal import Synchronization

/// The moments between two steps of a training, when code from outside may safely change what the training works with.
///
/// A slider that is moved wants code to run, and the thread that trains is in the midst of a step. It is asked for a pause, which it
/// makes before its next step.
package enum StepBoundary {
    private static let isWanted = Atomic<Bool>(false)

    /// What a training does in a pause, on its own thread.
    package nonisolated(unsafe) static var handler: (@Sendable () -> Void)?

    /// Asks for a pause.
    package static func request() { isWanted.store(true, ordering: .releasing) }

    /// Called where a step begins: pauses if somebody asked for it.
    @inline(__always)
    package static func pass() {
        if isWanted.load(ordering: .relaxed) { pause() }
    }

    @inline(never)
    private static func pause() {
        if isWanted.exchange(false, ordering: .acquiring) { handler?() }
    }
}
