package import Foundation

/// A message between an object of a cell, such as a slider, and its counterpart at the front ends.
package struct WorkerComm: Codable, Sendable, Equatable {
    package enum Kind: Codable, Sendable, Equatable {
        case open(target: String)
        case message
        case close
    }

    package var kind: Kind
    package var id: String
    /// The text of a JSON object.
    package var data: String
    /// The text of a JSON object.
    package var metadata: String
    package var buffers: [Data]

    package init(_ kind: Kind, id: String, data: String = "{}", metadata: String = "{}", buffers: [Data] = []) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }
}
