extension Tensor {
    /// An operation with a derivative of one's own: `forward` computes the result, and `pullback` turns the gradient of the result into
    /// those of the inputs, in their order.
    ///
    /// ```swift
    /// // The straight-through estimator: rounds, and lets gradients pass as if it had not.
    /// let x = Tensor([0.2, 1.7]).tracked()
    /// let y = Tensor.custom(x) { $0[0].rounded() } pullback: { dy, _, _ in [dy] }
    /// ```
    /// A pullback written in tensor operations can be differentiated again. The name is what a picture of the graph shows.
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
                        message: "a pullback gave \(gradients.count) gradients for \(inputs.count) inputs",
                        hint: "return one for each input, in their order"))
            }
            for (gradient, input) in zip(gradients, inputs) where gradient.shape != input.shape {
                Failure.raise(
                    ShapeError(
                        operation: "custom", shapes: [gradient.shape, input.shape],
                        message:
                            "a pullback gave a gradient of shape \(gradient.shape) for an input of shape \(input.shape)",
                        hint: "a gradient has the shape of its input"))
            }
            return zip(gradients, wanted).map { $1 ? $0 : nil }
        }
    }
}
