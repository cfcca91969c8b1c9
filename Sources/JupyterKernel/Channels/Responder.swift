import JupyterWire

/// What answers requests: the session that creates messages, the outbox that sends them, and the kernel's status.
struct Responder: Sendable {
    let session: Session
    let outbox: Outbox
    let activity: Activity

    init(session: Session, outbox: Outbox) {
        self.session = session
        self.outbox = outbox
        activity = Activity(outbox: outbox)
    }

    /// Handles a message of a channel between `busy` and `idle`.
    func handle(_ message: Message, on channel: Channel, _ body: (Request) -> Void) {
        Request(message: message, channel: channel, responder: self).handled(body)
    }
}
