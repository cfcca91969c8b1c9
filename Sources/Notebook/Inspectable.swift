/// A value of which a list of variables can tell more than its description.
package protocol Inspectable {
    /// What there is to tell.
    var inspection: Inspection { get }
}

/// What a list of variables tells of a value.
package struct Inspection {
    /// The value in a line: `[60000, 28, 28, 1] float32`.
    package var text: String
    /// What it occupies.
    package var bytes: Int?
    /// What can be told beyond that. Called only when somebody asks.
    package var parts: () -> [(name: String, value: Any)]

    /// An inspection of these parts.
    package init(_ text: String, bytes: Int? = nil, parts: @escaping () -> [(name: String, value: Any)] = { [] }) {
        self.text = text
        self.bytes = bytes
        self.parts = parts
    }
}
