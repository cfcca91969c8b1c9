// Convolutions over one, two and three dimensions. All are made of the one over images: a sequence is an image of one row, and a volume's
// slices that a window meets stand side by side as the channels of an image.

extension Tensor {
    /// The convolution of sequences with filters (a correlation: filters are not mirrored).
    ///
    /// - Parameters:
    ///   - filter: `[steps, in / groups, out]`; the sequences are `[examples, steps, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: the distance between neighbouring windows.
    ///   - padding: what happens at the ends; `.causal` lets no window look ahead.
    ///   - dilation: the distance between the steps of a window.
    ///   - groups: into how many parts the channels are divided; each has filters of its own.
    ///   - activation: what is computed of the sum, in the same pass.
    /// - Returns: `[examples, steps, out]`.
    public func conv1d(
        filter: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        convolved(
            filter, bias: bias, stride: [stride], padding: padding, dilation: [dilation], groups: groups,
            activation: activation, as: "conv1d")
    }

    /// The convolution of images with filters, as deep learning has it (a correlation: filters are not mirrored).
    ///
    /// - Parameters:
    ///   - filter: `[rows, columns, in / groups, out]`; the images are `[images, rows, columns, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: the distance between neighbouring windows along rows and columns.
    ///   - padding: what happens at the borders.
    ///   - dilation: the distance between the pixels of a window.
    ///   - groups: into how many parts the channels are divided; each has filters of its own (Krizhevsky et al. 2012). With as many groups
    ///     as channels the convolution is depthwise.
    ///   - activation: what is computed of the sum, in the same pass.
    /// - Returns: `[images, rows, columns, out]`.
    public func conv2d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int) = (1, 1), padding: Padding = .valid,
        dilation: (Int, Int) = (1, 1), groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        convolved(
            filter, bias: bias, stride: [stride.0, stride.1], padding: padding, dilation: [dilation.0, dilation.1],
            groups: groups, activation: activation, as: "conv2d")
    }

    /// The convolution of volumes (or films) with filters.
    ///
    /// - Parameters:
    ///   - filter: `[depth, rows, columns, in / groups, out]`; the volumes are `[volumes, depth, rows, columns, in]`.
    ///   - bias: a number for each output channel, `[out]`, added to the sum.
    ///   - stride: the distance between neighbouring windows along the three dimensions.
    ///   - padding: what happens at the borders.
    ///   - dilation: the distance between the pixels of a window.
    ///   - groups: into how many parts the channels are divided; each has filters of its own.
    ///   - activation: what is computed of the sum, in the same pass.
    /// - Returns: `[volumes, depth, rows, columns, out]`.
    public func conv3d(
        filter: Tensor, bias: Tensor? = nil, stride: (Int, Int, Int) = (1, 1, 1), padding: Padding = .valid,
        dilation: (Int, Int, Int) = (1, 1, 1), groups: Int = 1, activation: FusedActivation = .none
    ) -> Tensor {
        convolved(
            filter, bias: bias, stride: [stride.0, stride.1, stride.2], padding: padding,
            dilation: [dilation.0, dilation.1, dilation.2], groups: groups, activation: activation, as: "conv3d")
    }

    /// A convolution over as many dimensions as there are strides.
    package func convolved(
        _ filter: Tensor, bias: Tensor?, stride: [Int], padding: Padding, dilation: [Int], groups: Int,
        activation: FusedActivation, as name: StaticString
    ) -> Tensor {
        let (x, filter) = Tensor.sameType(self, filter)
        let windows = Windows(
            name, "kernel", filter: filter.shape, [x.shape], stride: stride, padding: padding, dilation: dilation)
        windows.check(x.shape, filter.shape)
        let rank = windows.rank
        let (channels, outputs) = (x.shape[rank + 1], filter.shape[rank + 1])
        guard groups > 0, channels == filter.shape[rank] * groups, outputs % groups == 0 else {
            let parts = groups == 1 ? "" : " in each of \(groups) groups"
            windows.fail(
                [x.shape, filter.shape],
                "filters \(filter.shape) are for \(filter.shape[rank]) channels\(parts), but the input \(x.shape) has \(channels)",
                groups == 1
                    ? "dimension \(rank) of the filters must equal the last dimension of the input"
                    : "channels and filters must both divide into \(groups) groups")
        }
        if let bias { bias.checkBias(outputs, "\(name)", x.shape, filter.shape) }
        let layouts = windows.layouts(over: x.shape, filter.shape)
        guard groups > 1 else {
            return x.convolved(filter, bias: bias, windows, layouts, activation)
        }
        if filter.shape[rank] == 1 && rank < 3 {
            let sum = x.repeated(outputs / groups, axis: -1).convolvedDepthwise(filter, windows, layouts)
            return activation(bias.map { sum + $0 } ?? sum)
        }
        let inputs = x.split(into: groups, axis: -1), filters = filter.split(into: groups, axis: -1)
        let biases = bias?.split(into: groups)
        return .concatenate(
            (0..<groups).map {
                inputs[$0].convolved(filters[$0], bias: biases?[$0], windows, layouts, activation)
            }, axis: -1)
    }

    /// The convolution of one group, with windows that lie as was found.
    private func convolved(
        _ filter: Tensor, bias: Tensor?, _ windows: Windows, _ layouts: [Padding.Layout], _ activation: FusedActivation
    ) -> Tensor {
        switch windows.rank {
        case 1:
            return expanded(at: 1).convolved(
                filter.expanded(at: 0), bias: bias, windows.overRows, [(1, 0, 0)] + layouts, activation
            ).squeezed(axes: 1)
        case 2:
            let geometry = ConvolutionGeometry(
                x: shape, filter: filter.shape, stride: windows.strides, dilation: windows.dilations, layouts: layouts)
            return .convolved(self, filter, bias: bias, geometry, activation, as: windows.operation)
        default:
            let slices = unfolded(windows, layouts[0])
            let images = slices.reshaped(to: [-1] + slices.shape[2...])
            let y = images.convolved(
                filter.foldedDepth(), bias: bias, windows.withinSlices, Array(layouts[1...]), activation)
            return y.reshaped(to: Array(slices.shape[..<2]) + y.shape[1...])
        }
    }

    /// The convolution of every channel with a filter of its own.
    private func convolvedDepthwise(_ filter: Tensor, _ windows: Windows, _ layouts: [Padding.Layout]) -> Tensor {
        if windows.rank == 1 {
            return expanded(at: 1).convolvedDepthwise(
                filter.expanded(at: 0), windows.overRows, [(1, 0, 0)] + layouts
            ).squeezed(axes: 1)
        }
        let geometry = ConvolutionGeometry(
            x: shape, filter: filter.shape, stride: windows.strides, dilation: windows.dilations, layouts: layouts)
        return depthwiseConvolution(self, filter, DepthwiseGeometry(geometry), as: windows.operation)
    }

    /// Filters `[depth, rows, columns, a, b]` as filters of images: `[rows, columns, depth · a, b]`.
    func foldedDepth() -> Tensor {
        transposed(1, 2, 0, 3, 4).reshaped(to: [shape[1], shape[2], shape[0] * shape[3], shape[4]])
    }

    /// The slices along axis 1 that each window meets, side by side as channels.
    private func unfolded(_ windows: Windows, _ layout: Padding.Layout) -> Tensor {
        if windows.sizes[0] == 1 && windows.strides[0] == 1 && layout.count == shape[1] { return self }
        var amounts = (0..<rank).map { _ in (before: 0, after: 0) }
        amounts[1] = (layout.before, layout.after)
        let padded = self.padded(amounts)
        return .concatenate(windows.slices(layout, of: padded.shape).map(padded.block), axis: -1)
    }

    /// The transpose of ``unfolded(_:_:)``: slices of `size` along axis 1, each the sum of what came of it.
    func folded(_ windows: Windows, _ layout: Padding.Layout, size: Int) -> Tensor {
        var padded = shape
        padded[1] = layout.before + size + layout.after
        padded[rank - 1] /= windows.sizes[0]
        let blocks = windows.slices(layout, of: padded)
        let parts = zip(split(into: blocks.count, axis: -1), blocks).map { $0.placed(at: $1, in: padded) }
        return parts.dropFirst().reduce(parts[0], +).part(layout.before..<layout.before + size, of: 1)
    }
}

extension Windows {
    /// The windows of filters `[lengths…, in, out]`; other shapes of the operation are for errors.
    init(
        _ operation: StaticString, _ noun: String, filter: Shape, _ shapes: [Shape], stride: [Int], padding: Padding,
        dilation: [Int]
    ) {
        self.init(
            operation, noun, Array(filter.dropLast(2)), stride: stride, padding: padding, dilation: dilation)
        guard filter.rank != stride.count + 2 else { return }
        let lengths = ["steps", "rows, columns", "depth, rows, columns"][stride.count - 1]
        fail(
            shapes + [filter], "the filters are \(filter), not [\(lengths), in, out]",
            "reshape them to \(stride.count + 2) dimensions")
    }

    /// The same windows over images of one row.
    var overRows: Windows {
        var wide = self
        (wide.sizes, wide.strides, wide.dilations) = ([1] + sizes, [1] + strides, [1] + dilations)
        return wide
    }

    /// The windows' part within a slice of a volume.
    var withinSlices: Windows {
        var flat = self
        (flat.sizes, flat.strides, flat.dilations) = (
            Array(sizes[1...]), Array(strides[1...]), Array(dilations[1...])
        )
        return flat
    }

    /// For each pixel of a window along axis 1, the slices of a padded volume that it meets.
    fileprivate func slices(_ layout: Padding.Layout, of padded: Shape) -> [Block] {
        (0..<sizes[0]).map { tap in
            var block = Block(starts: InlineArray(repeating: 0), lengths: padded, steps: InlineArray(repeating: 1))
            block.starts[1] = tap * dilations[0]
            block.lengths[1] = layout.count
            block.steps[1] = strides[0]
            return block
        }
    }
}
