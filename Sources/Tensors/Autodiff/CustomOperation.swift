extension Tensor {
    /// A custom operation: `forward` computes the result, and `pullback` turns the gradient `dy` of the result into the
    /// gradients of the inputs, in their order and of their shapes (PyTorch's `autograd.Function`).
    ///
    /// ```swift
    /// // The straight-through estimator (Bengio et al. 2013): rounds, and passes gradients on unchanged.
    /// let x = Tensor([0.2, 1.7]).tracked()
    /// let y = Tensor.custom(x) { $0[0].rounded() } pullback: { dy, _, _ in [dy] }
    /// print(grad(y, of: x))  // [1, 1]
    /// ```
    /// A pullback written in tensor operations can be differentiated again; one that is meant to be the derivative of
    /// `forward` can be checked with `gradCheck`. Pictures of the graph show the name.
    public static func custom(
        _ inputs: Tensor..., name: StaticString = "custom", forward: (_ inputs: [Tensor]) -> Tensor,
        pullback: @escaping @Sendable (_ dy: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor]
    ) -> Tensor {
        let output = withoutGradients { forward(inputs) }
        return recorded(output.storage, output.shape, from: inputs, as: name) { dy, inputs, y, wanted in
            let gradients = pullback(dy, inputs, y)
            guard gradients.count == inputs.count else {
                Failure.raise(
                    ShapeError(
                        operation: "custom", shapes: inputs.map(\.shape),
                        message: "the pullback returned \(gradients.count) gradients for \(inputs.count) inputs",
                        hint: "return one gradient for each input, in their order"))
            }
            for (gradient, input) in zip(gradients, inputs) where gradient.shape != input.shape {
                Failure.raise(
                    ShapeError(
                        operation: "custom", shapes: [gradient.shape, input.shape],
                        message:
                            "the pullback returned a gradient of shape \(gradient.shape) for an input of shape \(input.shape)",
                        hint: "return a gradient of the shape of its input"))
            }
            return zip(gradients, wanted).map { $1 ? $0 : nil }
        }
    }
}
