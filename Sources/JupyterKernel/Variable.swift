/// A variable of the notebook, as a panel of variables shows it.
package struct Variable: Sendable, Hashable {
    /// What it is called, or, of a part, where in the whole it is: `loss`, `[3]`.
    package var name: String
    /// Its type, such as `[Double]`.
    package var type: String
    /// Its value in a line.
    package var value: String
    /// Its parts, as many as are worth showing.
    package var children: [Variable]

    /// A variable of these parts.
    package init(name: String, type: String, value: String, children: [Variable] = []) {
        self.name = name
        self.type = type
        self.value = value
        self.children = children
    }
}
