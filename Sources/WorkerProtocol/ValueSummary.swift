/// A value as a list of variables shows it.
package struct ValueSummary: Codable, Sendable, Equatable {
    /// The MIME type under which the worker sends a summary.
    package static let mimeType = "application/vnd.swiftlet.value+json"

    /// The variable's name, such as `loss`, or a part's position in the whole, such as `[3]`.
    package var name: String
    /// The type in Swift's own spelling, without modules.
    package var type: String
    /// The value on one line.
    package var text: String
    /// The memory that the value occupies, in bytes, if that is known.
    package var bytes: Int?
    /// The value's parts, up to a limit.
    package var parts: [ValueSummary]

    /// Creates a summary.
    package init(name: String, type: String, text: String, bytes: Int? = nil, parts: [ValueSummary] = []) {
        self.name = name
        self.type = type
        self.text = text
        self.bytes = bytes
        self.parts = parts
    }
}
