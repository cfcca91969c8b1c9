// How values of the library read in a cell's output and in texts: without the names of modules and of private parts.

extension DisplayHandle: CustomStringConvertible {
    /// What the handle is for.
    public var description: String { "a display, which update(_:) replaces" }
}

extension Layout: CustomStringConvertible {
    /// The properties that are set: `layout (width: 300px)`.
    public var description: String { Self.text("layout", of: state) }

    /// The properties of a model that are texts and not the front end's own.
    static func text(_ name: String, of state: [String: StateValue]) -> String {
        let set = state.keys.sorted().compactMap { key in
            key.hasPrefix("_") ? nil : state[key]?.text.map { "\(key): \($0)" }
        }
        return name + (set.isEmpty ? "" : " (\(set.joined(separator: ", ")))")
    }
}

extension Style: CustomStringConvertible {
    /// The properties that are set: `style (button_color: tomato)`.
    public var description: String { Layout.text("style", of: state) }
}

extension SliderCoding: CustomStringConvertible {
    /// The type of the numbers.
    public var description: String { "slider numbers of type \(Number.self)" }
}
