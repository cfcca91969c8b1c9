/// A message of a comm: a channel between an object here and one at the front end, such as a widget.
package struct CommMessage: Sendable, Hashable {
    /// What the message does.
    package enum Kind: Sendable, Hashable {
        /// Opens the comm; the target names whoever is to answer.
        case open(target: String)
        /// Speaks through the open comm.
        case message
        /// Closes it.
        case close
    }

    /// What the message does.
    package var kind: Kind
    /// The name of the comm.
    package var id: String
    /// What is said.
    package var data: JSON
    /// What is said about it; widgets put the version of their protocol here.
    package var metadata: JSON
    /// Binary data beside it.
    package var buffers: [[UInt8]]

    /// A message of these parts.
    package init(_ kind: Kind, id: String, data: JSON = [:], metadata: JSON = [:], buffers: [[UInt8]] = []) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }

    /// Reads a `comm_open`, `comm_msg` or `comm_close`; `nil` if it is none of them or names no comm.
    package init?(_ message: Message) {
        guard let id = message.content["comm_id"]?.string else { return nil }
        switch message.type {
        case "comm_open": kind = .open(target: message.content["target_name"]?.string ?? "")
        case "comm_msg": kind = .message
        case "comm_close": kind = .close
        default: return nil
        }
        self.id = id
        data = message.content["data"] ?? [:]
        metadata = message.metadata
        buffers = message.buffers
    }

    /// The message's type: `comm_open`, `comm_msg` or `comm_close`.
    package var type: String {
        switch kind {
        case .open: "comm_open"
        case .message: "comm_msg"
        case .close: "comm_close"
        }
    }

    /// The message's content.
    package var content: JSON {
        var content: [String: JSON] = ["comm_id": .string(id), "data": data]
        if case .open(let target) = kind { content["target_name"] = .string(target) }
        return .object(content)
    }
}
