import JupyterWire
import Processes
import Synchronization
import WorkerProtocol

/// The queue of outgoing messages: filled by any thread, emptied by the thread that owns the sockets.
///
/// Messages leave in order. What cells print and show has an order of its own (see ``OutputLane``) and leaves no faster
/// than the front end's server accepts it (see ``Pace``). Printed text waits briefly for more, so that a cell that
/// prints fast sends few messages. Writers wait while the queue is full; only what nobody would have seen is dropped.
final class Outbox: Sendable {
    /// How long printed text waits for more.
    static let patience = Duration.milliseconds(25)

    /// A message and its channel.
    struct Envelope {
        var message: Message
        var channel: Channel
    }

    /// What the sockets' thread does next.
    struct Delivery {
        /// The messages to send, in order.
        var envelopes: [Envelope] = []
        /// Whether a mark is to be put behind the shell requests that have arrived.
        var wantsSettling = false
        /// When to call again if nothing happens earlier.
        var nextLook: ContinuousClock.Instant?
        /// Whether the outbox is closed and empty.
        var isLast = false
    }

    private struct State {
        var envelopes: [Envelope] = []
        var lane = OutputLane()
        var pace: Pace
        /// When the queued output is due.
        var due: ContinuousClock.Instant?
        var wantsSettling = false
        var isClosed = false
    }

    private let state: Monitor<State>
    private let session: Session
    private let now: @Sendable () -> ContinuousClock.Instant
    private let topic: String
    let wakeup = Wakeup()

    /// - Parameter now: The clock.
    init(session: Session, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.session = session
        self.now = now
        state = Monitor(State(pace: Pace(at: now())))
        topic = "kernel.\(session.id)."
    }

    /// Broadcasts a message at once. A cell's output goes through `show` instead.
    func publish(_ type: String, _ content: JSON, parent: JSON) {
        let isIdle = type == "status" && content["execution_state"]?.string == Content.ExecutionState.idle.rawValue
        add { state in
            let message = broadcast(type, content, parent: parent)
            state.envelopes.append(Envelope(message: message, channel: .iopub))
            if isIdle { state.pace.restart() }
        }
    }

    /// Sends a message at once, and the queued output after it.
    func post(_ message: Message, on channel: Channel) {
        add { state in
            state.envelopes.append(Envelope(message: message, channel: channel))
            if !state.lane.isEmpty { state.due = now() }
        }
    }

    /// The part that a message plays in a cell's output.
    enum Role {
        /// `clear_output` removes it.
        case display
        /// It updates a display.
        case update(id: String)
        /// It clears the output.
        case clear(wait: Bool)
        /// It always leaves.
        case other
    }

    /// Broadcasts a part of a cell's output, behind its earlier output. Waits while the queue is full.
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
            state.due = now()
        }
    }

    /// Broadcasts text that a cell has printed. Waits while the queue is full.
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream, of parent: JSON) {
        waitForRoom { state in
            state.lane.print(bytes, to: stream, of: parent, isCongested: !state.pace.allowsMore)
            state.due = state.due ?? now() + Self.patience
        }
    }

    /// Waits until everything has left that a cell has printed and shown so far.
    ///
    /// - Parameter isEnd: Whether the cell has ended: an incomplete character leaves too.
    func drain(_ parent: JSON, isEnd: Bool) {
        let newest = state.withLock { state in
            if isEnd { state.lane.end(parent) }
            if !state.lane.isEmpty { state.due = now() }
            return state.lane.newest
        }
        wakeup.signal()
        state.wait { $0.isClosed || !$0.lane.holds(upTo: newest, of: parent) ? () : nil }
    }

    /// Asks for a mark in the queue of shell requests, behind those that have arrived.
    func requestSettling() {
        add { $0.wantsSettling = true }
    }

    /// Accepts nothing more; what is queued leaves regardless of the rate limit.
    func close() {
        add { $0.isClosed = true }
    }

    /// Removes and returns what is to be sent now.
    func takeDelivery() -> Delivery {
        state.withLock { state in
            let now = now()
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
    /// The number of UTF-8 bytes in its strings.
    fileprivate var textSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(0) { $0 + $1.textSize }
        case .object(let members): members.values.reduce(0) { $0 + $1.textSize }
        default: 0
        }
    }
}
