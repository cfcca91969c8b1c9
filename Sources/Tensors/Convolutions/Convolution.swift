extension Tensor {
    /// activation(x ∗ filter + bias), in one pass.
    static func convolved(
        _ x: Tensor, _ filter: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, _ activation: FusedActivation,
        as name: StaticString
    ) -> Tensor {
        guard x.dtype == .float32 else {
            let sum = convolution(x, filter, geometry)
            return activation(bias.map { sum + $0 } ?? sum)
        }
        let bias = bias?.converted(to: .float32)
        let y = geometry.forward(x.storage, filter.storage, bias: bias?.storage, activation: activation)
        return .recorded(y, geometry.yShape, from: [x, filter] + (bias.map { [$0] } ?? []), as: name) {
            dy, inputs, y, wanted in
            let dSum = activation.pullback(dy, y)
            guard isRecordingGraph else {
                let gradients = layerGradients(
                    dSum.storage, wanted: wanted, geometry, x: inputs[0].storage, filter: inputs[1].storage)
                return zip(gradients, inputs).map { gradient, input in
                    gradient.map { Tensor(storage: $0, shape: input.shape) }
                }
            }
            return [
                wanted[0] ? convolutionInputGradient(dSum, inputs[1], geometry) : nil,
                wanted[1] ? convolutionFilterGradient(inputs[0], dSum, geometry) : nil,
            ] + (inputs.count > 2 ? [wanted[2] ? dSum.sum(axes: 0, 1, 2) : nil] : [])
        }
    }

    /// Raises an error unless this is one number for each output.
    func checkBias(_ outputs: Int, _ operation: String, _ shapes: Shape...) {
        guard shape != [outputs] else { return }
        Failure.raise(
            ShapeError(
                operation: operation, shapes: shapes + [shape],
                message: "the bias is \(shape), but there are \(outputs) outputs",
                hint: "a bias has one number for each output: [\(outputs)]"))
    }
}

/// Whether the operations of a pullback become part of a graph: second derivatives were asked for.
var isRecordingGraph: Bool { ThreadContext.current.isRecording }

/// The wanted gradients of input, filters and bias, in the passes that are fastest.
func layerGradients(
    _ dSum: Storage, wanted: [Bool], _ geometry: ConvolutionGeometry, x: Storage, filter: Storage
) -> [Storage?] {
    let wantsBias = wanted.count > 2 && wanted[2]
    let parameters = wanted[1] || wantsBias ? geometry.filterGradient(x, dSum, withBias: wantsBias) : nil
    let all = [wanted[0] ? geometry.inputGradient(dSum, filter) : nil, parameters?.filter, parameters?.bias]
    return Array(all.prefix(wanted.count))
}

// A convolution and its two gradients, as operations: each is linear in both operands, and its derivatives are the other two.

/// x ∗ filter
func convolution(_ x: Tensor, _ filter: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    let y: Storage
    if x.dtype == .float32 {
        y = geometry.forward(x.storage, filter.storage, bias: nil, activation: .none)
    } else {
        y = Storage(count: geometry.yShape.elementCount, dtype: .float64)
        geometry.forward(x.storage.doubles, filter.storage.doubles, into: y.doubles)
    }
    return .recorded(
        y, geometry.yShape, from: x, filter,
        pullbacks: { [geometry] dy, _, filter, _ in convolutionInputGradient(dy, filter, geometry) },
        { [geometry] dy, x, _, _ in convolutionFilterGradient(x, dy, geometry) })
}

/// The gradient of Σ dy · (x ∗ filter) for x.
func convolutionInputGradient(_ dy: Tensor, _ filter: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    let dx: Storage
    if dy.dtype == .float32 {
        dx = geometry.inputGradient(dy.storage, filter.storage)
    } else {
        dx = Storage(count: geometry.xShape.elementCount, dtype: .float64)
        geometry.inputGradient(dy.storage.doubles, filter.storage.doubles, into: dx.doubles)
    }
    return .recorded(
        dx, geometry.xShape, from: dy, filter,
        pullbacks: { [geometry] d, _, filter, _ in convolution(d, filter, geometry) },
        { [geometry] d, dy, _, _ in convolutionFilterGradient(d, dy, geometry) })
}

/// The gradient of Σ dy · (x ∗ filter) for the filter.
func convolutionFilterGradient(_ x: Tensor, _ dy: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    let gradient: Storage
    if x.dtype == .float32 {
        gradient = geometry.filterGradient(x.storage, dy.storage, withBias: false).filter
    } else {
        gradient = Storage(count: geometry.filterShape.elementCount, dtype: .float64)
        geometry.filterGradient(x.storage.doubles, dy.storage.doubles, into: gradient.doubles)
    }
    return .recorded(
        gradient, geometry.filterShape, from: x, dy,
        pullbacks: { [geometry] d, _, dy, _ in convolutionInputGradient(dy, d, geometry) },
        { [geometry] d, x, _, _ in convolution(x, d, geometry) })
}
