/// The operation that results in a role's tensor, given the two that follow it in the cycle (see ``ConvolutionRole``).
///
/// Convolution, transposed convolution and their gradients to any order are this one operation: the derivative with
/// respect to an operand is the operation that results in the operand's role.
func bilinearConvolution(
    _ role: ConvolutionRole, _ a: Tensor, _ b: Tensor, _ geometry: ConvolutionGeometry,
    keeping kept: TransformedFilter? = nil, as name: StaticString = "convolution"
) -> Tensor {
    .recorded(
        geometry.product(role, a.storage, b.storage, keeping: kept), geometry.shape(of: role), from: a, b, as: name,
        pullbacks: { dy, _, b, _ in bilinearConvolution(role.next, b, dy, geometry) },
        { dy, a, _, _ in bilinearConvolution(role.next.next, dy, a, geometry) })
}

/// activation(convolution + bias), for a role that is an image; in one pass where the kernels can do so.
func fusedConvolution(
    _ role: ConvolutionRole, _ a: Tensor, _ b: Tensor, bias: Tensor?, _ activation: FusedActivation,
    _ geometry: ConvolutionGeometry, keeping kept: TransformedFilter?, as name: StaticString
) -> Tensor {
    guard bias != nil || activation != .none, a.dtype == .float32, !geometry.isDepthwise else {
        let sum = bilinearConvolution(role, a, b, geometry, keeping: kept, as: name)
        return activation(bias.map { sum + $0 } ?? sum)
    }
    let bias = bias?.converted(to: .float32)
    let (images, filter) = role == .output ? (a, b) : (b, a)
    let y = geometry.sums(
        role, of: images.storage, filter.storage, bias: bias?.storage, activation, keeping: kept)
    return .recorded(y, geometry.shape(of: role), from: [a, b] + (bias.map { [$0] } ?? []), as: name) {
        dy, inputs, y, wanted in
        let dSum = activation.pullback(dy, y), wantsBias = wanted.count > 2 && wanted[2]
        let dA = wanted[0] ? bilinearConvolution(role.next, inputs[1], dSum, geometry) : nil
        if role == .output, wanted[1], wantsBias, !isRecordingGraph {
            // The filter's kernel sums dy for the bias on its way.
            let (filter, bias) = geometry.filterGradient(inputs[0].storage, dSum.storage, withBias: true)
            return [
                dA, Tensor(storage: filter, shape: inputs[1].shape),
                bias.map { Tensor(storage: $0, shape: inputs[2].shape) },
            ]
        }
        let dB = wanted[1] ? bilinearConvolution(role.next.next, dSum, inputs[0], geometry) : nil
        return [dA, dB] + (wanted.count > 2 ? [wantsBias ? dSum.sum(axes: 0, 1, 2) : nil] : [])
    }
}
