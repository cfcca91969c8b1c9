/// A type for which a list of variables shows more than the description.
package protocol Inspectable {
    /// What a list of variables shows.
    var inspection: Inspection { get }
}

/// What a list of variables shows of a value.
package struct Inspection {
    /// The value on one line: `[60000, 28, 28, 1] float32`.
    package var text: String
    /// The memory that it occupies, in bytes.
    package var bytes: Int?
    /// The value's parts. Called only when they are shown.
    package var parts: () -> [(name: String, value: Any)]

    /// Creates an inspection.
    package init(_ text: String, bytes: Int? = nil, parts: @escaping () -> [(name: String, value: Any)] = { [] }) {
        self.text = text
        self.bytes = bytes
        self.parts = parts
    }
}
