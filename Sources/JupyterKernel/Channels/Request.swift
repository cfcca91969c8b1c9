import JupyterWire

/// A request that is being handled, with the two ways to respond: a broadcast and a reply.
struct Request: Sendable {
    let message: Message
    let channel: Channel
    let responder: Responder

    /// Whether this request runs a cell.
    var runsCell: Bool { channel == .shell && message.type == "execute_request" }

    /// The parent header of every message about this request.
    var parent: JSON { message.header.json }

    /// The content of the request.
    var content: JSON { message.content }

    /// Handles the request between `busy` and `idle`, as the protocol requires even of unknown requests.
    func handled(_ body: (Request) -> Void) {
        responder.activity.begin(self)
        body(self)
        responder.activity.end(self)
    }

    /// Broadcasts a message about the request.
    func publish(_ type: String, _ content: JSON) { responder.outbox.publish(type, content, parent: parent) }

    /// Replies to the client, through the socket of the request.
    func reply(_ content: JSON, metadata: JSON = [:]) {
        let type = message.type.replacing("_request", with: "_reply")
        responder.outbox.post(
            responder.session.message(
                type, content, parent: parent, identities: message.identities, metadata: metadata),
            on: channel)
    }

    /// Replies that the request was not handled: a cell before it failed, or the kernel is shutting down. Without an
    /// execution count, front ends do not number the cell as if it had run.
    func replyAborted() { reply(Content.aborted(), metadata: Content.aborted()) }

    /// Replies that a required member is missing.
    func replyMissing(_ key: String) {
        reply(Content.failure(name: "BadRequest", value: "\(message.type) has no valid \"\(key)\""))
    }
}
