public import Foundation

/// A message of a comm: a channel between an object in the cells' process, such as a slider, and its counterpart at the
/// front end.
public struct CommMessage: Codable, Sendable, Equatable {
    /// What the message does.
    public enum Kind: Codable, Sendable, Equatable {
        /// Opens the comm; the target names the receiver.
        case open(target: String)
        /// Sends data through the open comm.
        case message
        /// Closes the comm.
        case close
    }

    /// What the message does.
    public var kind: Kind
    /// The comm's identifier.
    public var id: String
    /// The content: the text of a JSON object.
    public var data: String
    /// The metadata: the text of a JSON object. Widgets put the version of their protocol here.
    public var metadata: String
    /// Binary data that accompanies the content.
    public var buffers: [Data]

    /// Creates a message.
    public init(_ kind: Kind, id: String, data: String = "{}", metadata: String = "{}", buffers: [Data] = []) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }
}
