import FoundationEssentials
import Synchronization

/// One life of a kernel or a client: it names the messages that come from it.
package final class Session: Sendable {
    /// The version of the messaging protocol that is spoken.
    package static let protocolVersion = "5.5"

    /// The name of the session, new in every process: this is how a restart is noticed.
    package let id: String
    private let username: String
    private let messageCount = Atomic<Int>(0)

    /// A session with a fresh name.
    package init(username: String) {
        id = UUID().uuidString.lowercased()
        self.username = username
    }

    /// A new message with a name of its own.
    package func message(
        _ type: String, _ content: JSON, parent: JSON = [:], identities: [[UInt8]] = [], metadata: JSON = [:],
        buffers: [[UInt8]] = []
    ) -> Message {
        let number = messageCount.add(1, ordering: .relaxed).newValue
        let header = Header(
            messageID: "\(id)_\(number)", type: type, session: id, username: username, date: Self.timestamp())
        return Message(
            identities: identities, header: header, parentHeader: parent, metadata: metadata, content: content,
            buffers: buffers)
    }

    /// The time now, in ISO 8601 with milliseconds and zone: the form of every time in the protocol.
    package static func timestamp() -> String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
