extension Tensor {
    /// The transposed convolution of sequences, which makes them longer by the factor of the stride.
    ///
    /// y[n, s·t + d·u − p, o] = activation(Σ x[n, t, c] · filter[u, o, c] + bias[o]), where every step t adds a
    /// multiple of the filter to the output. It is the gradient of
    /// ``conv1d(filter:bias:stride:padding:dilation:groups:activation:)`` with respect to its input. The output has (T
    /// − 1) s + d (k − 1) + 1 − padding + output padding steps (Dumoulin and Visin 2016).
    /// ```swift
    /// let codes = Tensor.normal([8, 10, 32])
    /// let sound = codes.convTranspose1d(filter: Tensor.normal([4, 16, 32]), stride: 2, padding: .same)  // [8, 20, 16]
    /// ```
    /// The layer `Conv1DTranspose` learns its filters.
    ///
    /// - Parameters:
    ///   - filter: `[steps, out, in]`; the sequences are `[batch, steps, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The distance in the output between the windows of neighboring steps.
    ///   - padding: What is cut off at the ends.
    ///   - outputPadding: How much longer the output is than the shortest possible; nil makes it as long as Keras does.
    ///   - dilation: The distance between the taps of a window.
    ///   - activation: The function of the sum that is computed in the same pass.
    /// - Returns: `[batch, steps, out]`.
    public func convTranspose1d(
        filter: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .valid, outputPadding: Int? = nil,
        dilation: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        checkedTransposedConvolution(
            filter, bias: bias, [stride], padding, outputPadding.map { [$0] }, [dilation], activation, "convTranspose1d"
        )
    }

    /// The transposed convolution of images, which enlarges them by the factor of the stride.
    ///
    /// y[n, s·i + d·u − p, s·j + d·v − q, o] = activation(Σ x[n, i, j, c] · filter[u, v, o, c] + bias[o]), where every
    /// pixel (i, j) adds a multiple of the filter to the output. It is the gradient of
    /// ``conv2d(filter:bias:stride:padding:dilation:groups:activation:)`` with respect to its input. Each dimension of
    /// the output has (N − 1) s + d (k − 1) + 1 − padding + output padding elements (Zeiler et al. 2010; Dumoulin and
    /// Visin 2016).
    /// ```swift
    /// let small = Tensor.normal([8, 7, 7, 64])
    /// let filter = Tensor.normal([4, 4, 32, 64])
    /// let large = small.convTranspose2d(filter: filter, stride: (2, 2), padding: .same)  // [8, 14, 14, 32]
    /// ```
    /// The layer `Conv2DTranspose` learns its filters. Where the overlaps of windows draw a checkerboard, use
    /// ``resized(to:interpolation:)`` and an ordinary convolution (Odena et al. 2016).
    ///
    /// - Parameters:
    ///   - filter: `[height, width, out, in]`; the images are `[batch, height, width, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The distances in the output between the windows of neighboring pixels: the factor by which images
    ///     grow.
    ///   - padding: What is cut off at the borders. With `.same`, images grow exactly by the stride.
    ///   - outputPadding: How much larger the output is than the smallest possible; nil makes it as large as Keras
    ///     does.
    ///   - dilation: The distances between the taps of a window.
    ///   - activation: The function of the sum that is computed in the same pass.
    /// - Returns: `[batch, height, width, out]`.
    public func convTranspose2d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int) = (1, 1), padding: Padding = .valid,
        outputPadding: (Int, Int)? = nil, dilation: (Int, Int) = (1, 1), activation: FusedActivation = .none
    ) -> Tensor {
        checkedTransposedConvolution(
            filter, bias: bias, [stride.0, stride.1], padding, outputPadding.map { [$0.0, $0.1] },
            [dilation.0, dilation.1], activation, "convTranspose2d")
    }

    /// The transposed convolution of volumes or videos: the equation of
    /// ``convTranspose2d(filter:bias:stride:padding:outputPadding:dilation:activation:)`` with a third dimension before
    /// height and width.
    /// ```swift
    /// let volumes = Tensor.normal([1, 4, 4, 4, 16])
    /// let filter = Tensor.normal([2, 2, 2, 8, 16])
    /// let larger = volumes.convTranspose3d(filter: filter, stride: (2, 2, 2))  // [1, 8, 8, 8, 8]
    /// ```
    /// The layer `Conv3DTranspose` learns its filters.
    ///
    /// - Parameters:
    ///   - filter: `[depth, height, width, out, in]`; the volumes are `[batch, depth, height, width, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The factors by which volumes grow.
    ///   - padding: What is cut off at the borders.
    ///   - outputPadding: How much larger the output is than the smallest possible; nil makes it as large as Keras
    ///     does.
    ///   - dilation: The distances between the taps of a window.
    ///   - activation: The function of the sum.
    /// - Returns: `[batch, depth, height, width, out]`.
    public func convTranspose3d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int, Int) = (1, 1, 1), padding: Padding = .valid,
        outputPadding: (Int, Int, Int)? = nil, dilation: (Int, Int, Int) = (1, 1, 1),
        activation: FusedActivation = .none
    ) -> Tensor {
        checkedTransposedConvolution(
            filter, bias: bias, [stride.0, stride.1, stride.2], padding, outputPadding.map { [$0.0, $0.1, $0.2] },
            [dilation.0, dilation.1, dilation.2], activation, "convTranspose3d")
    }

    private func checkedTransposedConvolution(
        _ filter: Tensor, bias: Tensor?, _ stride: [Int], _ padding: Padding, _ outputPadding: [Int]?,
        _ dilation: [Int], _ activation: FusedActivation, _ name: StaticString
    ) -> Tensor {
        let window = Window(
            filter: filter.shape, of: shape, "out", "in", stride: stride, padding: padding, dilation: dilation, name)
        return transposedConvolution(
            filter, bias: bias, window, outputPadding: outputPadding, activation: activation, as: name)
    }

    /// The transposed convolution with filters that have the size of a window.
    package func transposedConvolution(
        _ filter: Tensor, bias: Tensor?, _ window: Window, outputPadding: [Int]?, activation: FusedActivation,
        as name: StaticString
    ) -> Tensor {
        let (x, filter) = Tensor.sameType(self, filter)
        let shapes = [x.shape, filter.shape], rank = window.rank
        let (output, layouts) = checkingWindow(name, shapes) { () throws(WindowError) in
            let output = try window.transposedShape(
                of: x.shape, channels: filter.shape[rank], outputPadding: outputPadding, batched: true)
            return (output, try window.layouts(over: output, batched: true))
        }
        guard x.shape[rank + 1] == filter.shape[rank + 1] else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: shapes,
                    message:
                        "the input must have \(filter.shape[rank + 1]) channels, got \(x.shape[rank + 1]) in \(x.shape)",
                    hint: "filters are [lengths…, out, in], and these are \(filter.shape)"))
        }
        bias?.checkBias(filter.shape[rank], "\(name)", x.shape, filter.shape)
        let convolution = ConvolutionByImages(
            role: .input, window: window, layouts: layouts, inputShape: output, activation: activation, name: name)
        return convolution(x, filter, bias: bias)
    }
}
