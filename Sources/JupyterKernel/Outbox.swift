import JupyterWire
import Synchronization

/// Messages on their way out, in order. Filled by any thread, emptied by the one that owns the sockets.
///
/// Printed text waits a moment for more, so that a cell that prints fast sends few messages; every other message takes
/// the text before it along. A cell that prints faster than `bytesPerSecond` is slowed down: more would overrun the
/// front end's server, which then drops output (its limit is 1 MB/s, over three seconds).
final class Outbox: Sendable {
    /// How long text waits for more.
    static let patience = Duration.milliseconds(25)
    /// How much text may wait before the writer does.
    static let capacity = 256 << 10
    /// How much text leaves in the long run.
    static let bytesPerSecond = 600_000.0
    /// How much text may leave at once after a quiet time.
    static let burst = 600_000.0

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
        var streams = StreamBuffer()
        var due: ContinuousClock.Instant?
        var budget = Outbox.burst
        var budgetTime = ContinuousClock.now
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

    /// Tells everybody.
    func publish(_ type: String, _ content: JSON, parent: JSON, metadata: JSON = [:], buffers: [[UInt8]] = []) {
        post(broadcast(type, content, parent: parent, metadata: metadata, buffers: buffers), on: .iopub)
    }

    /// Sends a message after all that came before, printed text included.
    func post(_ message: Message, on channel: Channel) {
        add { state in
            flush(&state)
            state.envelopes.append(Envelope(message: message, channel: channel))
        }
    }

    /// Prints. Waits while much more waits to leave.
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream, of parent: JSON) {
        let isFirst = state.wait { state -> Bool? in
            guard state.streams.count < Self.capacity || state.isClosed else { return nil }
            state.streams.append(bytes, to: stream, of: parent)
            defer { state.due = state.due ?? .now + Self.patience }
            return state.due == nil
        }
        if isFirst { wakeup.signal() }
    }

    /// Sends what was printed by a cell that has ended, with a character that was never completed.
    func endStreams(of parent: JSON) {
        add { flush(&$0, ending: parent) }
    }

    /// Asks for a mark in the queue of shell requests, behind all that have arrived by now.
    func requestSettling() {
        add { $0.wantsSettling = true }
    }

    /// Takes nothing more; what is already here still leaves.
    func close() {
        add { state in
            flush(&state)
            state.isClosed = true
        }
    }

    /// Takes what is to be sent now.
    func takeDelivery() -> Delivery {
        let now = ContinuousClock.now
        return state.withLock { state in
            if let due = state.due, due <= now {
                state.budget = min(
                    Self.burst, state.budget + (now - state.budgetTime) / .seconds(1) * Self.bytesPerSecond)
                state.budgetTime = now
                if state.budget > 0 { flush(&state) } else { state.due = now + Self.patience }
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

    private func add(_ change: (inout State) -> Void) {
        state.withLock { state in
            guard !state.isClosed else { return }
            change(&state)
        }
        wakeup.signal()
    }

    private func flush(_ state: inout State, ending parent: JSON? = nil) {
        state.budget -= Double(state.streams.count)
        for chunk in state.streams.takeAll(ending: parent) {
            let content = Content.stream(name: chunk.stream.rawValue, text: chunk.text)
            let message = broadcast("stream", content, parent: chunk.parent)
            state.envelopes.append(Envelope(message: message, channel: .iopub))
        }
        state.due = nil
    }

    private func broadcast(
        _ type: String, _ content: JSON, parent: JSON, metadata: JSON = [:], buffers: [[UInt8]] = []
    ) -> Message {
        session.message(
            type, content, parent: parent, identities: [Array((topic + type).utf8)], metadata: metadata,
            buffers: buffers)
    }
}
