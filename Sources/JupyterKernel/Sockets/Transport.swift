import CZeroMQ
import Glibc
import JupyterWire

/// The kernel's sockets except the heartbeat's. One thread owns them, and never waits for anything else.
final class Transport: Sendable {
    private let shell: Socket
    private let control: Socket
    private let stdin: Socket
    private let iopub: Socket
    private let signer: Signer
    private let session: Session
    private let outbox: Outbox

    /// Binds the sockets.
    init(connection: ConnectionFile, context: SocketContext, session: Session, outbox: Outbox) throws(SocketError) {
        func bound(_ kind: Socket.Kind, _ channel: Channel, _ option: Int32) throws(SocketError) -> Socket {
            let socket = try Socket(kind, in: context)
            socket.set(option, 1)
            try socket.listen(on: channel, of: connection)
            return socket
        }
        // Handover: a front end that reconnects must not be refused while its old connection is closing.
        shell = try bound(.router, .shell, ZMQ_ROUTER_HANDOVER)
        control = try bound(.router, .control, ZMQ_ROUTER_HANDOVER)
        stdin = try bound(.router, .stdin, ZMQ_ROUTER_HANDOVER)
        stdin.set(ZMQ_ROUTER_MANDATORY, 1)
        // Verbose: repeated subscriptions are received too, so that every subscriber is welcomed.
        iopub = try bound(.xpub, .iopub, ZMQ_XPUB_VERBOSE)
        signer = Signer(key: connection.key)
        self.session = session
        self.outbox = outbox
        // No `starting` is published, because a subscriber must see a welcome first.
    }

    /// The receivers of messages, called on the sockets' thread.
    struct Receivers: Sendable {
        var shell: @Sendable (RequestQueue.Item) -> Void
        var control: @Sendable (Message) -> Void
        var stdin: @Sendable (Message) -> Void
    }

    /// Serves the sockets until the outbox is closed and empty; then closes them.
    func run(_ receivers: Receivers) {
        var question = Question()
        while true {
            welcomeSubscribers()
            receive(from: control, receivers.control)
            receive(from: stdin, receivers.stdin)
            receive(from: shell) { receivers.shell(.request($0)) }
            let delivery = outbox.takeDelivery()
            // Before the reply is sent: a cell that is sent in response belongs behind the mark.
            if delivery.wantsSettling {
                receive(from: shell) { receivers.shell(.request($0)) }
                receivers.shell(.settled)
            }
            for envelope in delivery.envelopes where !send(envelope) && envelope.channel == .stdin {
                question = Question(envelope: envelope)
            }
            if let envelope = question.envelope, send(envelope) || question.isLate { question = Question() }
            if delivery.isLast { break }
            wait(until: question.envelope == nil ? delivery.nextLook : .now + Outbox.patience)
        }
        for socket in [shell, control, stdin, iopub] { socket.close() }
    }

    /// An `input_request` that could not be sent yet: a new front end may connect to the shell before it connects to
    /// stdin.
    private struct Question {
        var envelope: Outbox.Envelope?
        private let deadline = ContinuousClock.now + .seconds(2)
        var isLate: Bool { .now > deadline }

        init(envelope: Outbox.Envelope? = nil) { self.envelope = envelope }
    }

    private func send(_ envelope: Outbox.Envelope) -> Bool {
        let socket =
            switch envelope.channel {
            case .shell: shell
            case .control: control
            case .stdin: stdin
            case .iopub, .heartbeat: iopub
            }
        let frames = envelope.message.frames(signer: signer)
        // A new subscriber would otherwise see this before its welcome.
        if socket === iopub { welcomeSubscribers() }
        return socket.send(frames)
    }

    /// Passes on all messages that have arrived. What is malformed or not signed is dropped without a reply.
    private func receive(from socket: Socket, _ body: (Message) -> Void) {
        while let frames = socket.receive() {
            if let message = try? Message(frames: frames, signer: signer) { body(message) }
        }
    }

    /// Welcomes new subscribers, which cannot know otherwise when they are connected (JEP 65).
    private func welcomeSubscribers() {
        while let frames = iopub.receive() {
            guard let event = frames.first, event.first == 1 else { continue }
            let topic = Array(event.dropFirst())
            let content = Content.welcome(subscription: String(decoding: topic, as: UTF8.self))
            iopub.send(session.message("iopub_welcome", content, identities: [topic]).frames(signer: signer))
        }
    }

    /// Waits for a message, for something to send, or for a deadline.
    private func wait(until deadline: ContinuousClock.Instant?) {
        var items = [shell, control, stdin, iopub].map(\.pollItem) + [outbox.wakeup.pollItem]
        let milliseconds = deadline.map { max(0, ($0 - .now) / .milliseconds(1)).rounded(.up) } ?? -1
        // An interrupted wait is a short wait.
        _ = zmq_poll(&items, Int32(items.count), Int(milliseconds))
        outbox.wakeup.clear()
    }
}

/// The heartbeat: echoes every message, on its own thread and socket.
final class Heartbeat: Sendable {
    private let socket: Socket

    init(connection: ConnectionFile, context: SocketContext) throws(SocketError) {
        socket = try Socket(.router, in: context)
        try socket.listen(on: .heartbeat, of: connection)
    }

    /// Serves until the context is shut down.
    func run() {
        while let frames = socket.receive(waiting: true) { socket.send(frames) }
        socket.close()
    }
}

extension Socket {
    /// Listens at the address in a connection file, encrypted if it has keys.
    fileprivate func listen(on channel: Channel, of connection: ConnectionFile) throws(SocketError) {
        if let keys = connection.curve { try encrypt(with: keys) }
        try bind(connection.endpoint(of: channel))
    }
}
