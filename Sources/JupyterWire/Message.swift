/// A Jupyter message: who asked, what it is, what it carries.
///
/// See "Messaging in Jupyter", <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.
package struct Message: Sendable, Hashable {
    /// Routing frames before the delimiter: whom a reply goes to, or the one topic of a broadcast.
    package var identities: [[UInt8]]
    /// What kind of message this is, and its name.
    package var header: Header
    /// The header of the message that caused this one, exactly as it came; empty when nothing did.
    package var parentHeader: JSON
    /// Whatever is not the message itself.
    package var metadata: JSON
    /// What the message says.
    package var content: JSON
    /// Binary data beside the content; not signed.
    package var buffers: [[UInt8]]

    /// A message of these parts.
    package init(
        identities: [[UInt8]] = [], header: Header, parentHeader: JSON = [:], metadata: JSON = [:], content: JSON = [:],
        buffers: [[UInt8]] = []
    ) {
        self.identities = identities
        self.header = header
        self.parentHeader = parentHeader
        self.metadata = metadata
        self.content = content
        self.buffers = buffers
    }

    /// What kind of message this is, such as `execute_request`.
    package var type: String { header.type }
}

/// The header of a message: its name and kind.
package struct Header: Sendable, Hashable {
    /// The whole dictionary, as it came: replies carry it verbatim.
    package let json: JSON
    /// A name no other message has.
    package let messageID: String
    /// The kind of message, such as `execute_request`.
    package let type: String
    /// The sender's session, new in every process.
    package let session: String

    /// Reads a received header. A session may be missing, a name and a kind may not.
    package init(json: JSON) throws(FramingError) {
        guard json.object != nil else { throw .notADictionary(part: "header") }
        guard let messageID = json["msg_id"]?.string, let type = json["msg_type"]?.string else {
            throw .incompleteHeader
        }
        self.json = json
        self.messageID = messageID
        self.type = type
        session = json["session"]?.string ?? ""
    }

    init(messageID: String, type: String, session: String, username: String, date: String) {
        self.messageID = messageID
        self.type = type
        self.session = session
        json = [
            "msg_id": .string(messageID), "msg_type": .string(type), "session": .string(session),
            "username": .string(username), "date": .string(date), "version": .string(Session.protocolVersion),
        ]
    }
}
