public import Tensors

/// A function as a layer: `Lambda { $0 * 2 - 1 }`.
public final class Lambda: Layer {
    private let function: (Tensor) -> Tensor

    /// A layer that applies a function to a batch. The output's shape is found by trying it out.
    public init(_ name: String? = nil, _ function: @escaping (Tensor) -> Tensor) {
        self.function = function
        super.init(name: name)
    }

    /// The function's value.
    public override func callAsFunction(_ x: Tensor) -> Tensor { function(x) }
}

/// Its input, unchanged: a branch that passes the others by, or an end to build towards.
public final class Identity: Layer {
    /// A layer that does nothing.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input.
    public override func callAsFunction(_ x: Tensor) -> Tensor { x }
}
