/// A Jupyter message.
///
/// See "Messaging in Jupyter", <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.
package struct Message: Sendable, Hashable {
    /// The routing frames before the delimiter: the receiver of a reply, or the topic of a broadcast.
    package var identities: [[UInt8]]
    /// The header: the message's identifier and type.
    package var header: Header
    /// The header of the message that caused this one, unchanged; empty if there is none.
    package var parentHeader: JSON
    /// The metadata.
    package var metadata: JSON
    /// The content.
    package var content: JSON
    /// Binary data that accompanies the content; it is not signed.
    package var buffers: [[UInt8]]

    /// Creates a message.
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

    /// The message's type, such as `execute_request`.
    package var type: String { header.type }
}

/// The header of a message.
package struct Header: Sendable, Hashable {
    /// The whole object, as it was received: replies contain it unchanged.
    package let json: JSON
    /// The message's unique identifier.
    package let messageID: String
    /// The message's type, such as `execute_request`.
    package let type: String
    /// The sender's session, which is new in every process.
    package let session: String

    /// Reads a received header. The session is optional, the identifier and the type are not.
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
