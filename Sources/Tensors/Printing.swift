extension Tensor: CustomStringConvertible {
    /// The elements in nested brackets.
    public var description: String { "\(doubles)" }
}
