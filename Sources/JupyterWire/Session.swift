import FoundationEssentials
import Synchronization

/// A run of a kernel or a client: it creates messages with unique identifiers.
package final class Session: Sendable {
    /// The version of the messaging protocol.
    package static let protocolVersion = "5.5"

    /// The session's identifier. It is new in every process, so that clients notice a restart.
    package let id: String
    private let username: String
    private let messageCount = Atomic<Int>(0)

    /// Creates a session with a new identifier.
    package init(username: String) {
        id = UUID().uuidString.lowercased()
        self.username = username
    }

    /// Creates a message with a new identifier.
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

    /// The present time in ISO 8601 with milliseconds and time zone, as the protocol requires.
    package static func timestamp() -> String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
