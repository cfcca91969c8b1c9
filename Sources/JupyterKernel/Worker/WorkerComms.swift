import Processes
import WorkerProtocol

/// The comms of a worker: between widgets that cells have made and their views at the front ends.
final class WorkerComms: Sendable {
    /// The target of comms that front ends open, to request the widgets' states after a page has been reloaded.
    static let target = "jupyter.widget.control"

    /// How long, in seconds, to wait for a worker's immediate answers, which should precede the message's `idle`.
    private static let patience = 1.0

    /// A widget's callback that is running.
    struct Callback {
        /// The cell that registered it.
        var origin: Int
        /// The output area in which it shows what it prints; `nil` for the cell's output.
        var output: String?
    }

    private struct State {
        /// The number of the last message that was delivered (-1, -2, …), and the output for its answers.
        var number = 0
        var output: (any OutputSink)?
        /// Whether the worker has taken it.
        var isTaken = true
        /// Whether the kernel has finished handling it.
        var isHandled = true
        /// Whether callbacks wait for that.
        var hasCallbacks = false
        /// The open comms of the worker.
        var open: Set<String> = []
        /// The running callbacks, by the serial numbers of their jobs.
        var callbacks: [Int: Callback] = [:]
    }

    private let state = Monitor(State())

    /// Delivers a message to the worker, and waits until it is taken.
    func deliver(_ message: CommMessage, output: any OutputSink, to connection: WorkerConnection) {
        let number = state.withLock { state in
            state.number -= 1
            state.output = output
            (state.isTaken, state.isHandled) = (false, false)
            if message.kind == .close { state.open.remove(message.id) }
            return state.number
        }
        connection.send(.comm(number: number, message))
        _ = state.wait(seconds: Self.patience) { $0.isTaken || $0.number != number ? () : nil }
    }

    /// The worker has taken a message.
    func taken(_ number: Int) {
        state.withLock { if number == $0.number { $0.isTaken = true } }
    }

    /// The worker has ended: it takes no messages and runs no callbacks.
    func workerEnded() {
        state.withLock { ($0.isTaken, $0.callbacks) = (true, [:]) }
    }

    /// The output for the answers to a front end's message; `nil` if the serial number is a cell's.
    func output(of serial: Int) -> (any OutputSink)? {
        serial < 0 ? state.withLock { $0.output } : nil
    }

    /// The output for the answers to the last message.
    var lastOutput: (any OutputSink)? { state.withLock { $0.output } }

    /// Passes a worker's message on to the front ends.
    func forward(_ comm: CommMessage, to output: (any OutputSink)?) {
        state.withLock { state in
            switch comm.kind {
            case .open: state.open.insert(comm.id)
            case .message: break
            case .close: state.open.remove(comm.id)
            }
        }
        output?.send(comm)
    }

    /// A worker begins with these comms open: those of an earlier one that it does not know are closed.
    func begin(with ids: Set<String>, output: (any OutputSink)?) {
        let lost = state.withLock { state in
            defer { state.open.formIntersection(ids) }
            return state.open.subtracting(ids)
        }
        for id in lost.sorted() { output?.send(CommMessage(.close, id: id)) }
    }

    // MARK: Callbacks

    /// Callbacks are waiting.
    ///
    /// - Returns: Whether they may run at once; if not, they wait until the current message has been handled.
    func mayRunCallbacks() -> Bool {
        state.withLock { state in
            state.hasCallbacks = !state.isHandled
            return state.isHandled
        }
    }

    /// A message has been handled.
    ///
    /// - Returns: Whether callbacks were waiting for that.
    func messageHandled() -> Bool {
        state.withLock { state in
            defer { (state.isHandled, state.hasCallbacks) = (true, false) }
            return state.hasCallbacks
        }
    }

    /// A job runs a callback.
    func run(_ callback: Callback, serial: Int) { state.withLock { $0.callbacks[serial] = callback } }

    /// Whether a callback runs that a cell registered.
    func isRunning(for origin: Int) -> Bool {
        state.withLock { $0.callbacks.values.contains { $0.origin == origin } }
    }

    /// A job has ended.
    ///
    /// - Returns: The callback that it ran last.
    func end(serial: Int) -> Callback? { state.withLock { $0.callbacks.removeValue(forKey: serial) } }
}
