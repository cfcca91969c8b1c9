import Processes
import WorkerProtocol

/// The comms of a worker: widgets that cells have made, and what front ends say to them.
final class WorkerComms: Sendable {
    /// The comms that front ends open and a worker answers: whoever loads a page anew asks there for the widgets' states.
    static let target = "jupyter.widget.control"

    /// How long a worker may take to take a message: what it says of it should come before the message's `idle`.
    private static let patience = 1.0

    /// Code that runs because of a widget.
    struct Callback {
        /// The cell that asked for it.
        var origin: Int
        /// The name of the area in which it shows what it prints; `nil` for the cell's own output.
        var output: String?
    }

    private struct State {
        /// The last message that was handed to the worker, numbered -1, -2, …, and who sent it.
        var number = 0
        var output: (any OutputSink)?
        /// Whether the worker has taken it.
        var isTaken = true
        /// Whether it was handled to its end.
        var isHandled = true
        /// Whether code waits for that.
        var hasCallbacks = false
        /// The comms that the worker has opened.
        var open: Set<String> = []
        /// What runs now, by the serial numbers of the jobs.
        var callbacks: [Int: Callback] = [:]
    }

    private let state = Monitor(State())

    /// Hands a message to the worker, and waits until it is taken.
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

    /// The worker has ended: it takes nothing more and runs nothing.
    func workerEnded() {
        state.withLock { ($0.isTaken, $0.callbacks) = (true, [:]) }
    }

    /// Whose message the worker answers with a report of this serial number; `nil` if it is a cell that speaks.
    func output(of serial: Int) -> (any OutputSink)? {
        serial < 0 ? state.withLock { $0.output } : nil
    }

    /// The sender of the last message.
    var lastOutput: (any OutputSink)? { state.withLock { $0.output } }

    /// Passes on what the worker says.
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

    /// A worker begins, with these comms open: those of an earlier one that it does not know are closed.
    func begin(with ids: Set<String>, output: (any OutputSink)?) {
        let lost = state.withLock { state in
            defer { state.open.formIntersection(ids) }
            return state.open.subtracting(ids)
        }
        for id in lost.sorted() { output?.send(CommMessage(.close, id: id)) }
    }

    // MARK: Callbacks

    /// Code waits because of a widget. Answers whether it may run at once, or must wait until a message is handled to its end.
    func mayRunCallbacks() -> Bool {
        state.withLock { state in
            state.hasCallbacks = !state.isHandled
            return state.isHandled
        }
    }

    /// A message was handled to its end. Answers whether code waits for that.
    func messageHandled() -> Bool {
        state.withLock { state in
            defer { (state.isHandled, state.hasCallbacks) = (true, false) }
            return state.hasCallbacks
        }
    }

    /// A job runs code because of a widget.
    func run(_ callback: Callback, serial: Int) { state.withLock { $0.callbacks[serial] = callback } }

    /// Whether code runs that a cell asked for.
    func isRunning(for origin: Int) -> Bool {
        state.withLock { $0.callbacks.values.contains { $0.origin == origin } }
    }

    /// A job has ended. Answers with what it ran last.
    func end(serial: Int) -> Callback? { state.withLock { $0.callbacks.removeValue(forKey: serial) } }
}
