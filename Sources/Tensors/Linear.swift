extension Tensor {
    /// A dense layer: activation(x · weights + bias), in one pass.
    ///
    /// - Parameters:
    ///   - weights: `[inputs, outputs]`; x is `[…, inputs]`.
    ///   - bias: `[outputs]`.
    ///   - activation: what is computed of the sum.
    /// - Returns: `[…, outputs]`.
    public func linear(_ weights: Tensor, bias: Tensor? = nil, activation: FusedActivation = .none) -> Tensor {
        let (x, weights) = Tensor.sameType(self, weights)
        guard x.rank > 0, weights.rank == 2, x.shape[x.rank - 1] == weights.shape[0] else {
            Failure.raise(
                ShapeError(
                    operation: "linear", shapes: [x.shape, weights.shape],
                    message: "an input of shape \(x.shape) does not fit weights of shape \(weights.shape)",
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
        let geometry = ConvolutionGeometry(denseRows: x.count / inputs, inputs: inputs, outputs: outputs)
        let y = geometry.forward(x.storage, weights.storage, bias: bias?.storage, activation: activation)
        return .recorded(y, shape, from: [x, weights] + (bias.map { [$0] } ?? [])) { dy, inputs, y, wanted in
            let dSum = activation.pullback(dy, y)
            guard isRecordingGraph else {
                let gradients = layerGradients(
                    dSum.storage, wanted: wanted, geometry, x: inputs[0].storage, filter: inputs[1].storage)
                return zip(gradients, inputs).map { gradient, input in
                    gradient.map { Tensor(storage: $0, shape: input.shape) }
                }
            }
            let rows = dSum.reshaped(to: [geometry.images, geometry.outChannels])
            let x = inputs[0].reshaped(to: [geometry.images, geometry.channels])
            return [
                wanted[0] ? rows.matmul(inputs[1].transposed()).reshaped(to: inputs[0].shape) : nil,
                wanted[1] ? x.transposed().matmul(rows) : nil,
            ] + (inputs.count > 2 ? [wanted[2] ? rows.sum(axes: 0) : nil] : [])
        }
    }
}
