extension Tensor {
    /// The convolution of sequences with filters. As everywhere in deep learning, filters are not mirrored (a
    /// cross-correlation).
    ///
    /// y[n, t, o] = activation(Σ x[n, s·t + d·u − p, c] · filter[u, c, o] + bias[o]), summed over the steps u and
    /// channels c of the filter, with stride s, dilation d and p zeros before the first step. The output has ⌊(T +
    /// padding − d (k − 1) − 1) / s⌋ + 1 steps (Dumoulin and Visin 2016).
    /// ```swift
    /// let sentences = Tensor.normal([8, 20, 32])
    /// let pairs = sentences.conv1d(filter: Tensor.normal([2, 32, 64]), padding: .causal)  // [8, 20, 64]
    /// ```
    /// The layer `Conv1D` learns its filters. Where distant steps matter, use a dilation (van den Oord et al. 2016,
    /// "WaveNet") or a recurrent layer.
    ///
    /// - Parameters:
    ///   - filter: `[steps, in / groups, out]`; the sequences are `[batch, steps, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The distance between neighboring windows.
    ///   - padding: What happens at the ends; with `.causal` no window looks ahead.
    ///   - dilation: The distance between the taps of a window.
    ///   - groups: The number of parts that the channels are divided into, each with filters of its own.
    ///   - activation: The function of the sum that is computed in the same pass.
    /// - Returns: `[batch, steps, out]`.
    public func conv1d(
        filter: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        checkedConvolution(
            filter, bias: bias, [stride], padding, [dilation], groups: groups, activation: activation, as: "conv1d")
    }

    /// The convolution of images with filters. As everywhere in deep learning, filters are not mirrored (a
    /// cross-correlation).
    ///
    /// y[n, i, j, o] = activation(Σ x[n, s·i + d·u − p, s·j + d·v − q, c] · filter[u, v, c, o] + bias[o]), summed over
    /// the rows u, columns v and channels c of the filter, with stride s, dilation d, and p rows and q columns of zeros
    /// before the image. Each dimension of the output has ⌊(N + padding − d (k − 1) − 1) / s⌋ + 1 positions (LeCun et
    /// al. 1998; Dumoulin and Visin 2016).
    /// ```swift
    /// let images = Tensor.normal([8, 28, 28, 1])
    /// let maps = images.conv2d(filter: Tensor.normal([5, 5, 1, 6]), activation: .relu)  // [8, 24, 24, 6]
    /// ```
    /// The layer `Conv2D` learns its filters. To enlarge images, use
    /// ``convTranspose2d(filter:bias:stride:padding:outputPadding:dilation:activation:)`` or
    /// ``resized(to:interpolation:)``. With as many groups as channels the convolution is depthwise (Chollet 2017,
    /// "Xception").
    ///
    /// - Parameters:
    ///   - filter: `[height, width, in / groups, out]`; the images are `[batch, height, width, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The distances between neighboring windows along height and width.
    ///   - padding: What happens at the borders.
    ///   - dilation: The distances between the taps of a window.
    ///   - groups: The number of parts that the channels are divided into, each with filters of its own (Krizhevsky et
    ///     al. 2012).
    ///   - activation: The function of the sum that is computed in the same pass.
    /// - Returns: `[batch, height, width, out]`.
    public func conv2d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int) = (1, 1), padding: Padding = .valid,
        dilation: (Int, Int) = (1, 1), groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        checkedConvolution(
            filter, bias: bias, [stride.0, stride.1], padding, [dilation.0, dilation.1], groups: groups,
            activation: activation, as: "conv2d")
    }

    /// The convolution of volumes or videos with filters: the equation of
    /// ``conv2d(filter:bias:stride:padding:dilation:groups:activation:)`` with a third dimension, the depth or the
    /// time, before height and width (Tran et al. 2015, "C3D").
    /// ```swift
    /// let clips = Tensor.normal([2, 16, 32, 32, 3])
    /// let motion = clips.conv3d(filter: Tensor.normal([3, 3, 3, 3, 8]), padding: .same)  // [2, 16, 32, 32, 8]
    /// ```
    /// The layer `Conv3D` learns its filters.
    ///
    /// - Parameters:
    ///   - filter: `[depth, height, width, in / groups, out]`; the volumes are `[batch, depth, height, width, in]`.
    ///   - bias: A number for each output channel, `[out]`, added to the sum.
    ///   - stride: The distances between neighboring windows along the three dimensions.
    ///   - padding: What happens at the borders.
    ///   - dilation: The distances between the taps of a window.
    ///   - groups: The number of parts that the channels are divided into, each with filters of its own.
    ///   - activation: The function of the sum that is computed in the same pass.
    /// - Returns: `[batch, depth, height, width, out]`.
    public func conv3d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int, Int) = (1, 1, 1), padding: Padding = .valid,
        dilation: (Int, Int, Int) = (1, 1, 1), groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        checkedConvolution(
            filter, bias: bias, [stride.0, stride.1, stride.2], padding, [dilation.0, dilation.1, dilation.2],
            groups: groups, activation: activation, as: "conv3d")
    }

    private func checkedConvolution(
        _ filter: Tensor, bias: Tensor?, _ stride: [Int], _ padding: Padding, _ dilation: [Int], groups: Int,
        activation: FusedActivation, as name: StaticString
    ) -> Tensor {
        let window = Window(
            filter: filter.shape, of: shape, "in", "out", stride: stride, padding: padding, dilation: dilation, name)
        return convolution(filter, bias: bias, window, groups: groups, activation: activation, as: name)
    }

    /// The convolution with filters that have the size of a window. A layer passes what it keeps of its filter.
    package func convolution(
        _ filter: Tensor, bias: Tensor?, _ window: Window, groups: Int = 1, activation: FusedActivation = .none,
        keeping kept: TransformedFilter? = nil, as name: StaticString
    ) -> Tensor {
        let (x, filter) = Tensor.sameType(self, filter)
        let shapes = [x.shape, filter.shape], rank = window.rank
        let layouts = checkingWindow(name, shapes) { () throws(WindowError) in
            try window.layouts(over: x.shape, batched: true)
        }
        let channels = x.shape[rank + 1], outputs = filter.shape[rank + 1]
        checkingWindow(name, shapes) { () throws(WindowError) in
            try Window.checkGroups(groups, channels: channels, filters: outputs)
        }
        guard channels == filter.shape[rank] * groups else {
            let parts = groups == 1 ? "" : " in each of \(groups) groups"
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: shapes,
                    message:
                        "the input must have \(filter.shape[rank] * groups) channels, got \(channels) in \(x.shape)",
                    hint: "filters \(filter.shape) are for \(filter.shape[rank]) channels\(parts)"))
        }
        bias?.checkBias(outputs, "\(name)", x.shape, filter.shape)
        var convolution = ConvolutionByImages(
            role: .output, window: window, layouts: layouts, inputShape: x.shape, activation: activation, name: name)
        if groups == 1 {
            convolution.kept = kept
            return convolution(x, filter, bias: bias)
        }
        if filter.shape[rank] == 1 && rank < 3 {
            let x = x.repeated(outputs / groups, axis: -1)
            (convolution.isDepthwise, convolution.inputShape) = (true, x.shape)
            return convolution(x, filter, bias: bias)
        }
        let inputs = x.split(into: groups, axis: -1), filters = filter.split(into: groups, axis: -1)
        let biases = bias?.split(into: groups)
        convolution.inputShape = inputs[0].shape
        return .concatenate(
            (0..<groups).map { convolution(inputs[$0], filters[$0], bias: biases?[$0]) }, axis: -1)
    }

    /// Raises an error unless this has a number for each output.
    func checkBias(_ outputs: Int, _ operation: String, _ shapes: Shape...) {
        guard shape != [outputs] else { return }
        Failure.raise(
            ShapeError(
                operation: operation, shapes: shapes + [shape], message: "the bias must be [\(outputs)], got \(shape)",
                hint: "a bias has one number for each output"))
    }
}

extension Window {
    /// The window of filters `[lengths…, a, b]` that are used on an input of such a shape.
    init(
        filter: Shape, of x: Shape, _ a: String, _ b: String, stride: [Int], padding: Padding, dilation: [Int],
        _ operation: StaticString
    ) {
        let rank = stride.count
        if filter.rank != rank + 2 {
            let lengths = ["steps", "height, width", "depth, height, width"][rank - 1]
            Failure.raise(
                ShapeError(
                    operation: "\(operation)", shapes: [x, filter],
                    message: "the filter must be [\(lengths), \(a), \(b)], got \(filter)",
                    hint: "reshape it to \(rank + 2) dimensions"))
        }
        self.init(Array(filter.dropLast(2)), rank: rank, stride: stride, dilation: dilation, padding: padding)
    }
}
