extension Tensor {
    /// A dense layer: activation(x · weights + bias), in one pass.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2]]), weights = Tensor([[1, -1], [1, -1]])
    /// let y = x.linear(weights, bias: Tensor([1, 1]), activation: .relu)  // [[4, 0]]
    /// ```
    /// The layer `Dense` learns its weights. PyTorch's `linear` has weights of shape `[outputs, inputs]`.
    ///
    /// - Parameters:
    ///   - weights: `[inputs, outputs]`; x is `[…, inputs]`.
    ///   - bias: `[outputs]`.
    ///   - activation: The function applied to the sum.
    /// - Returns: `[…, outputs]`.
    public func linear(_ weights: Tensor, bias: Tensor? = nil, activation: FusedActivation = .none) -> Tensor {
        let (x, weights) = Tensor.sameType(self, weights)
        guard x.rank > 0, weights.rank == 2, x.shape[x.rank - 1] == weights.shape[0] else {
            Failure.raise(
                ShapeError(
                    operation: "linear", shapes: [x.shape, weights.shape],
                    message: "an input of shape \(x.shape) does not match weights of shape \(weights.shape)",
                    hint: weights.rank == 2
                        ? "the input's last dimension must be \(weights.shape[0]); flatten images first"
                        : "weights are [inputs, outputs]"))
        }
        let (inputs, outputs) = (weights.shape[0], weights.shape[1])
        if let bias { bias.checkBias(outputs, "linear", x.shape, weights.shape) }
        guard x.dtype == .float32, x.count > 0, outputs > 0 else {
            let sum = x.matmul(weights)
            return activation(bias.map { sum + $0 } ?? sum)
        }
        let bias = bias?.converted(to: .float32)
        var shape = x.shape
        shape[shape.rank - 1] = outputs
        let rows = x.count / inputs
        let y = Storage(count: rows * outputs, dtype: .float32)
        ProductSize(m: rows, n: outputs, k: inputs).multiply(
            x.storage, weights.storage, into: y, bias: bias?.storage, activation: activation)
        return .recorded(y, shape, from: [x, weights] + (bias.map { [$0] } ?? [])) { dy, operands, y, wanted in
            let dSum = activation.pullback(dy, y).reshaped(to: [rows, outputs])
            let (x, weights) = (operands[0], operands[1])
            let gradients = [
                wanted[0]
                    ? matrixProduct(dSum, weights, transposeA: false, transposeB: true).reshaped(to: x.shape) : nil,
                wanted[1]
                    ? matrixProduct(x.reshaped(to: [rows, inputs]), dSum, transposeA: true, transposeB: false) : nil,
            ]
            return operands.count > 2 ? gradients + [wanted[2] ? dSum.sum(axes: 0) : nil] : gradients
        }
    }
}
