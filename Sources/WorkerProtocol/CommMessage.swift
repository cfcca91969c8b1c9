public import Foundation

/// A message between an object of a cell and its counterpart at the front end, such as a slider that was moved.
public struct CommMessage: Codable, Sendable, Equatable {
    /// What the message does.
    public enum Kind: Codable, Sendable, Equatable {
        /// Opens the comm; the target names whoever is to answer.
        case open(target: String)
        /// Speaks through the open comm.
        case message
        /// Closes it.
        case close
    }

    /// What the message does.
    public var kind: Kind
    /// The name of the comm.
    public var id: String
    /// What is said: the text of a JSON object.
    public var data: String
    /// What is said about it: the text of a JSON object.
    public var metadata: String
    /// Binary data beside it.
    public var buffers: [Data]

    /// A message of these parts.
    public init(_ kind: Kind, id: String, data: String = "{}", metadata: String = "{}", buffers: [Data] = []) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }
}
