import JupyterWire
import Processes

/// Requests that wait for the thread that handles them.
final class RequestQueue: Sendable {
    /// An element of the queue.
    enum Item {
        /// A request of the queue's socket.
        case request(Message)
        /// A request of the control socket that needs the interpreter.
        case inspection(Message)
        /// A mark behind everything that had arrived when it was requested.
        case settled
    }

    private struct State {
        var items: [Item] = []
        var head = 0
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Whether the queue has not been closed.
    var isOpen: Bool { state.withLock { !$0.isClosed } }

    func append(_ item: Item) {
        state.withLock { $0.items.append(item) }
    }

    /// The next item, waiting for one; `nil` once the queue is closed.
    func next() -> Item? {
        state.wait { state -> Item?? in
            if state.isClosed { return .some(nil) }
            guard state.head < state.items.count else { return nil }
            defer {
                state.head += 1
                if state.head == state.items.count {
                    state.items = []
                    state.head = 0
                }
            }
            return state.items[state.head]
        }
    }

    /// Closes the queue and discards its items.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
