/// A value as a list of variables shows it.
package struct ValueSummary: Codable, Sendable, Equatable {
    /// The form in which the process that runs cells sends it.
    package static let mimeType = "application/vnd.swiftlet.value+json"

    /// The variable's name, or, of a part, where in the whole it is: `loss`, `[3]`.
    package var name: String
    /// The type as a student writes it.
    package var type: String
    /// The value in a line.
    package var text: String
    /// What it occupies, where that is known.
    package var bytes: Int?
    /// Its parts, as many as are worth showing.
    package var parts: [ValueSummary]

    /// A summary of these parts.
    package init(name: String, type: String, text: String, bytes: Int? = nil, parts: [ValueSummary] = []) {
        self.name = name
        self.type = type
        self.text = text
        self.bytes = bytes
        self.parts = parts
    }
}
