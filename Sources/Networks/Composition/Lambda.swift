public import Tensors

/// A function as a layer: `Lambda { $0 * 2 - 1 }`. It has no parameters; a function with some is a custom layer, see
/// ``Layer``.
public final class Lambda: Layer {
    private let function: ([Tensor]) -> Tensor
    private let inputCount: Int

    /// A layer that applies a function to a batch. The output's shape is found by trying it out.
    public init(_ name: String? = nil, _ function: @escaping (Tensor) -> Tensor) {
        self.function = { function($0[0]) }
        inputCount = 1
        super.init(name: name)
    }

    /// A layer that applies a function to two inputs: how a variational autoencoder draws its code, for instance.
    /// ```swift
    /// let draw = Lambda { mean, logVariance in mean + exp(0.5 * logVariance) * .normal(mean.shape) }
    /// let code = draw(.zeros([4, 2]), .zeros([4, 2]))
    /// ```
    public init(_ name: String? = nil, _ function: @escaping (Tensor, Tensor) -> Tensor) {
        self.function = { function($0[0], $0[1]) }
        inputCount = 2
        super.init(name: name)
    }

    /// The function's value.
    public override func forward(_ inputs: [Tensor]) -> [Tensor] {
        guard inputs.count == inputCount else {
            Failure.raise(
                valueError(
                    "the function takes \(inputCount) inputs, got \(inputs.count)",
                    hint: "call the layer with as many inputs as its function has parameters"))
        }
        return [function(inputs)]
    }
}

/// Its input, unchanged: a branch that passes the others by, or an end to build towards.
public final class Identity: Layer {
    /// A layer that does nothing.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input.
    public override func forward(_ x: Tensor) -> Tensor { x }
}
