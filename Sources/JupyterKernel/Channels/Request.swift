import JupyterWire

/// A request being handled: the two ways to say something about it.
struct Request: Sendable {
    let message: Message
    let channel: Channel
    let session: Session
    let outbox: Outbox
    let activity: Activity

    /// Whether this asks for a cell to be run.
    var runsCell: Bool { channel == .shell && message.type == "execute_request" }

    /// The header every message about this request carries as its parent.
    var parent: JSON { message.header.json }

    /// What is asked.
    var content: JSON { message.content }

    /// Handles the request between `busy` and `idle`, as every request is, known or not.
    func handled(_ body: () -> Void) {
        activity.begin(self)
        body()
        activity.end(self)
    }

    /// Tells everybody.
    func publish(_ type: String, _ content: JSON) { outbox.publish(type, content, parent: parent) }

    /// Answers whoever asked, through the socket the request came from.
    func reply(_ content: JSON, metadata: JSON = [:]) {
        let type = message.type.replacing("_request", with: "_reply")
        outbox.post(
            session.message(
                type, content, parent: parent, identities: message.identities, metadata: metadata),
            on: channel)
    }

    /// Answers that something the request needs is missing.
    func replyMissing(_ key: String) {
        reply(Content.failure(name: "BadRequest", value: "\(message.type) has no valid \"\(key)\""))
    }
}
