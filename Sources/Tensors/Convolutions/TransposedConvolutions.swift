// A transposed convolution is the gradient of a convolution for its input, as an operation of its own: it makes a larger image of a
// smaller one (Zeiler et al. 2010; Dumoulin and Visin 2016).

extension Tensor {
    /// The transposed convolution of sequences.
    ///
    /// - Parameters:
    ///   - filter: `[steps, out, in]`; the sequences are `[examples, steps, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: how far apart the windows of neighbouring steps begin.
    ///   - padding: what is cut off at the ends.
    ///   - outputPadding: how much longer the result is than the shortest possible; nil makes it as long as Keras does.
    ///   - dilation: the distance between the steps of a window.
    ///   - activation: what is computed of the sum.
    /// - Returns: `[examples, steps, out]`.
    public func convTranspose1d(
        filter: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .valid, outputPadding: Int? = nil,
        dilation: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        transposeConvolved(
            filter, bias: bias, stride: [stride], padding: padding, outputPadding: outputPadding.map { [$0] },
            dilation: [dilation], activation: activation, as: "convTranspose1d")
    }

    /// The transposed convolution of images: every pixel adds its multiple of the filters to a window of the result.
    ///
    /// - Parameters:
    ///   - filter: `[rows, columns, out, in]`; the images are `[images, rows, columns, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: how far apart the windows of neighbouring pixels begin: the factor by which images grow.
    ///   - padding: what is cut off at the borders. With `.same`, images grow exactly by the stride.
    ///   - outputPadding: how much larger the result is than the smallest possible; nil makes it as large as Keras does.
    ///   - dilation: the distance between the pixels of a window.
    ///   - activation: what is computed of the sum, in the same pass.
    /// - Returns: `[images, rows, columns, out]`.
    public func convTranspose2d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int) = (1, 1), padding: Padding = .valid,
        outputPadding: (Int, Int)? = nil, dilation: (Int, Int) = (1, 1), activation: FusedActivation = .none
    ) -> Tensor {
        transposeConvolved(
            filter, bias: bias, stride: [stride.0, stride.1], padding: padding,
            outputPadding: outputPadding.map { [$0.0, $0.1] }, dilation: [dilation.0, dilation.1],
            activation: activation, as: "convTranspose2d")
    }

    /// The transposed convolution of volumes.
    ///
    /// - Parameters:
    ///   - filter: `[depth, rows, columns, out, in]`; the volumes are `[volumes, depth, rows, columns, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: the factor by which volumes grow.
    ///   - padding: what is cut off at the borders.
    ///   - outputPadding: how much larger the result is than the smallest possible; nil makes it as large as Keras does.
    ///   - dilation: the distance between the pixels of a window.
    ///   - activation: what is computed of the sum.
    /// - Returns: `[volumes, depth, rows, columns, out]`.
    public func convTranspose3d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int, Int) = (1, 1, 1), padding: Padding = .valid,
        outputPadding: (Int, Int, Int)? = nil, dilation: (Int, Int, Int) = (1, 1, 1),
        activation: FusedActivation = .none
    ) -> Tensor {
        transposeConvolved(
            filter, bias: bias, stride: [stride.0, stride.1, stride.2], padding: padding,
            outputPadding: outputPadding.map { [$0.0, $0.1, $0.2] }, dilation: [dilation.0, dilation.1, dilation.2],
            activation: activation, as: "convTranspose3d")
    }

    /// A transposed convolution over as many dimensions as there are strides.
    package func transposeConvolved(
        _ filter: Tensor, bias: Tensor?, stride: [Int], padding: Padding, outputPadding: [Int]?, dilation: [Int],
        activation: FusedActivation, as name: StaticString
    ) -> Tensor {
        let (x, filter) = Tensor.sameType(self, filter)
        let windows = Windows(
            name, "kernel", filter: filter.shape, [x.shape], stride: stride, padding: padding, dilation: dilation)
        windows.check(x.shape, filter.shape)
        let rank = windows.rank
        guard x.shape[rank + 1] == filter.shape[rank + 1] else {
            windows.fail(
                [x.shape, filter.shape],
                "filters \(filter.shape) are for \(filter.shape[rank + 1]) channels, but the input \(x.shape) has \(x.shape[rank + 1])",
                "filters are [lengths…, out, in]: their last dimension must equal that of the input")
        }
        if let bias { bias.checkBias(filter.shape[rank], "\(name)", x.shape, filter.shape) }
        var output = x.shape
        output[rank + 1] = filter.shape[rank]
        for axis in 0..<rank {
            let length = padding.transposedLength(
                axis: axis, count: x.shape[axis + 1], window: windows.sizes[axis], stride: stride[axis],
                dilation: dilation[axis], outputPadding: outputPadding?[axis])
            let layout = padding.layout(
                axis: axis, size: Swift.max(length, 0), window: windows.sizes[axis], stride: stride[axis],
                dilation: dilation[axis])
            guard length > 0, layout.count == x.shape[axis + 1] else {
                windows.fail(
                    [x.shape, filter.shape],
                    "no output of length \(length) has \(x.shape[axis + 1]) windows of \(windows.sizes[axis]) with stride \(stride[axis]) and padding \(padding)",
                    "an output padding is smaller than the stride, and a padding smaller than the kernel")
            }
            output[axis + 1] = length
        }
        return x.transposeConvolved(
            filter, bias: bias, windows, windows.layouts(over: output), output: output, activation)
    }

    /// The transposed convolution whose result has a shape, of windows that lie over it as was found.
    private func transposeConvolved(
        _ filter: Tensor, bias: Tensor?, _ windows: Windows, _ layouts: [Padding.Layout], output: Shape,
        _ activation: FusedActivation
    ) -> Tensor {
        switch windows.rank {
        case 1:
            return expanded(at: 1).transposeConvolved(
                filter.expanded(at: 0), bias: bias, windows.overRows, [(1, 0, 0)] + layouts,
                output: output.inserting(1, at: 1), activation
            ).squeezed(axes: 1)
        case 2:
            let geometry = ConvolutionGeometry(
                x: output, filter: filter.shape, stride: windows.strides, dilation: windows.dilations, layouts: layouts)
            return .transposeConvolved(self, filter, bias: bias, geometry, activation, as: windows.operation)
        default:
            let filter = filter.foldedDepth()
            let images = reshaped(to: [-1] + shape[2...])
            let slices = images.transposeConvolved(
                filter, bias: nil, windows.withinSlices, Array(layouts[1...]),
                output: [images.shape[0], output[2], output[3], filter.shape[2]], .none)
            let sum = slices.reshaped(to: Array(shape[..<2]) + slices.shape[1...]).folded(
                windows, layouts[0], size: output[1])
            return activation(bias.map { sum + $0 } ?? sum)
        }
    }

    /// activation(the gradient for the input of a convolution, whose result has the gradient y, + bias), in one pass.
    private static func transposeConvolved(
        _ y: Tensor, _ filter: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, _ activation: FusedActivation,
        as name: StaticString
    ) -> Tensor {
        guard y.dtype == .float32 else {
            let sum = convolutionInputGradient(y, filter, geometry)
            return activation(bias.map { sum + $0 } ?? sum)
        }
        let bias = bias?.converted(to: .float32)
        let x = geometry.inputGradient(y.storage, filter.storage, bias: bias?.storage, activation: activation)
        return .recorded(x, geometry.xShape, from: [y, filter] + (bias.map { [$0] } ?? []), as: name) {
            dx, inputs, x, wanted in
            let dSum = activation.pullback(dx, x)
            return [
                wanted[0] ? convolution(dSum, inputs[1], geometry) : nil,
                wanted[1] ? convolutionFilterGradient(dSum, inputs[0], geometry) : nil,
            ] + (inputs.count > 2 ? [wanted[2] ? dSum.sum(axes: 0, 1, 2) : nil] : [])
        }
    }
}
