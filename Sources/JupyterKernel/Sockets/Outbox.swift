import JupyterWire
import Synchronization

/// Messages on their way out. Filled by any thread, emptied by the one that owns the sockets.
///
/// They leave in order, but for what cells print and show: that leaves in an order of its own, no faster than the front end's server
/// takes it. Printed text waits a moment for more, so that a cell that prints fast sends few messages. Who prints or shows more than
/// can leave waits; nothing is dropped but what could not have been seen (see ``OutputLane``).
final class Outbox: Sendable {
    /// How long text waits for more.
    static let patience = Duration.milliseconds(25)

    /// A message and the socket it leaves through.
    struct Envelope {
        var message: Message
        var channel: Channel
    }

    /// What the sockets' thread has to do now.
    struct Delivery {
        /// What is to be sent.
        var envelopes: [Envelope] = []
        /// Whether somebody wants to know which requests have arrived by now.
        var wantsSettling = false
        /// When to look again, if nothing happens earlier.
        var nextLook: ContinuousClock.Instant?
        /// Whether nothing will follow.
        var isLast = false
    }

    private struct State {
        var envelopes: [Envelope] = []
        var lane = OutputLane()
        var pace = Pace()
        /// When the output that waits is to leave, if it may.
        var due: ContinuousClock.Instant?
        var wantsSettling = false
        var isClosed = false
    }

    private let state = Monitor(State())
    private let session: Session
    private let topic: String
    let wakeup = Wakeup()

    init(session: Session) {
        self.session = session
        topic = "kernel.\(session.id)."
    }

    /// Tells everybody, at once. What a cell shows is told with `show` instead.
    func publish(_ type: String, _ content: JSON, parent: JSON) {
        let isIdle = type == "status" && content["execution_state"]?.string == Content.ExecutionState.idle.rawValue
        add { state in
            let message = broadcast(type, content, parent: parent)
            state.envelopes.append(Envelope(message: message, channel: .iopub))
            if isIdle { state.pace.restart() }
        }
    }

    /// Sends a message at once. Output that waits for more waits no longer.
    func post(_ message: Message, on channel: Channel) {
        add { state in
            state.envelopes.append(Envelope(message: message, channel: channel))
            if !state.lane.isEmpty { state.due = .now }
        }
    }

    /// How a message takes part in what a cell shows.
    enum Role {
        /// It is removed by `clear_output`.
        case display
        /// It changes a display.
        case update(id: String)
        /// It clears the output.
        case clear(wait: Bool)
        /// It must leave in any case.
        case other
    }

    /// Tells everybody, after everything else that the cell has printed and shown. Waits while much more waits to leave.
    func show(
        _ type: String, _ content: JSON, as role: Role, parent: JSON, metadata: JSON = [:], buffers: [[UInt8]] = []
    ) {
        let size = buffers.reduce(content.textSize) { $0 + $1.count }
        waitForRoom { state in
            let message = broadcast(type, content, parent: parent, metadata: metadata, buffers: buffers)
            let entry: OutputLane.Entry.Content =
                switch role {
                case .display: .display(message)
                case .update(let id): .update(message, id: id)
                case .clear(let wait): .clear(message, wait: wait)
                case .other: .other(message)
                }
            state.lane.add(entry, size: size, of: parent, isCongested: !state.pace.allowsMore)
            state.due = .now
        }
    }

    /// Prints. Waits while much more waits to leave.
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream, of parent: JSON) {
        waitForRoom { state in
            state.lane.print(bytes, to: stream, of: parent, isCongested: !state.pace.allowsMore)
            state.due = state.due ?? .now + Self.patience
        }
    }

    /// Waits until everything has left that a cell has shown by now.
    ///
    /// - Parameter isEnd: Whether it was the cell's last: a character that it has only begun is not waited for.
    func drain(_ parent: JSON, isEnd: Bool) {
        let newest = state.withLock { state in
            if isEnd { state.lane.end(parent) }
            if !state.lane.isEmpty { state.due = .now }
            return state.lane.newest
        }
        wakeup.signal()
        state.wait { $0.isClosed || !$0.lane.holds(upTo: newest, of: parent) ? () : nil }
    }

    /// Asks for a mark in the queue of shell requests, behind all that have arrived by now.
    func requestSettling() {
        add { $0.wantsSettling = true }
    }

    /// Takes nothing more; what is already here still leaves, however much it is.
    func close() {
        add { $0.isClosed = true }
    }

    /// Takes what is to be sent now.
    func takeDelivery() -> Delivery {
        state.withLock { state in
            let now = ContinuousClock.now
            state.pace.advance(to: now)
            if state.isClosed || state.due.map({ $0 <= now }) == true {
                let entries = state.lane.take { entry in
                    guard state.pace.allowsMore || state.isClosed else { return false }
                    state.pace.spend(text: entry.textSize)
                    return true
                }
                state.envelopes += entries.map { Envelope(message: message(of: $0), channel: .iopub) }
                state.due = state.lane.isEmpty ? nil : now + Self.patience
            }
            defer {
                state.envelopes = []
                state.wantsSettling = false
            }
            return Delivery(
                envelopes: state.envelopes, wantsSettling: state.wantsSettling, nextLook: state.due,
                isLast: state.isClosed)
        }
    }

    private func message(of entry: OutputLane.Entry) -> Message {
        switch entry.content {
        case .text(let stream, let bytes):
            let content = Content.stream(name: stream.rawValue, text: String(decoding: bytes, as: UTF8.self))
            return broadcast("stream", content, parent: entry.parent)
        case .display(let message), .update(let message, _), .clear(let message, _), .other(let message):
            return message
        }
    }

    private func add(_ change: (inout State) -> Void) {
        state.withLock { state in
            guard !state.isClosed else { return }
            change(&state)
        }
        wakeup.signal()
    }

    private func waitForRoom(_ change: (inout State) -> Void) {
        let isNews = state.wait { state -> Bool? in
            if state.isClosed { return false }
            guard !state.lane.isFull else { return nil }
            let before = state.due
            change(&state)
            return state.due != before
        }
        if isNews { wakeup.signal() }
    }

    private func broadcast(
        _ type: String, _ content: JSON, parent: JSON, metadata: JSON = [:], buffers: [[UInt8]] = []
    ) -> Message {
        session.message(
            type, content, parent: parent, identities: [Array((topic + type).utf8)], metadata: metadata,
            buffers: buffers)
    }
}

extension JSON {
    /// How many bytes its strings have.
    fileprivate var textSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(0) { $0 + $1.textSize }
        case .object(let members): members.values.reduce(0) { $0 + $1.textSize }
        default: 0
        }
    }
}
