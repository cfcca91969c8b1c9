/// A variable of the notebook, as a variables panel shows it.
package struct Variable: Sendable, Hashable {
    /// Its name or, for an element, its position: `loss`, `[3]`.
    package var name: String
    /// Its type, such as `[Double]`.
    package var type: String
    /// Its value in one line.
    package var value: String
    /// Its elements or properties, as many as are worth showing.
    package var children: [Variable]

    /// A variable with the given properties.
    package init(name: String, type: String, value: String, children: [Variable] = []) {
        self.name = name
        self.type = type
        self.value = value
        self.children = children
    }
}
