/// A convolution (role `output`) or a transposed one (role `input`) over one, two or three dimensions, whose shapes
/// have been checked. All are made of the one over images: a sequence is an image of one row, and the slices of a
/// volume that a window meets stand side by side as the channels of an image.
struct ConvolutionByImages {
    let role: ConvolutionRole
    var window: Window
    /// Where the window lies over the tensor in the role of the input, and that tensor's shape.
    var layouts: [Padding.Layout]
    var inputShape: Shape
    var activation: FusedActivation
    var isDepthwise = false
    var kept: TransformedFilter?
    let name: StaticString

    func callAsFunction(_ x: Tensor, _ filter: Tensor, bias: Tensor?) -> Tensor {
        switch window.rank {
        case 1:
            var rows = self
            rows.window = Window(
                [1] + window.size, rank: 2, stride: [1] + window.stride, dilation: [1] + window.dilation,
                padding: window.padding)
            rows.layouts.insert((1, 0, 0), at: 0)
            rows.inputShape = inputShape.inserting(1, at: 1)
            return rows(x.expanded(at: 1), filter.expanded(at: 0), bias: bias).squeezed(axes: 1)
        case 2:
            let geometry = ConvolutionGeometry(
                input: inputShape, filter: filter.shape, window, layouts, isDepthwise: isDepthwise)
            let (a, b) = role == .output ? (x, filter) : (filter, x)
            return fusedConvolution(role, a, b, bias: bias, activation, geometry, keeping: kept, as: name)
        default: return role == .output ? overVolumes(x, filter, bias) : transposedOverVolumes(x, filter, bias)
        }
    }

    private func overVolumes(_ x: Tensor, _ filter: Tensor, _ bias: Tensor?) -> Tensor {
        let slices = unfolded(x), images = slices.reshaped(to: [-1] + slices.shape[2...])
        let y = withinSlices(images.shape)(images, Self.foldedDepth(filter), bias: bias)
        return y.reshaped(to: Array(slices.shape[..<2]) + y.shape[1...])
    }

    private func transposedOverVolumes(_ x: Tensor, _ filter: Tensor, _ bias: Tensor?) -> Tensor {
        let filter = Self.foldedDepth(filter), images = x.reshaped(to: [-1] + x.shape[2...])
        var within = withinSlices([images.shape[0], inputShape[2], inputShape[3], filter.shape[2]])
        within.activation = .none
        let slices = within(images, filter, bias: nil)
        let sum = folded(slices.reshaped(to: Array(x.shape[..<2]) + slices.shape[1...]))
        return activation(bias.map { sum + $0 } ?? sum)
    }

    /// The convolution within the slices of volumes, as images of such a shape.
    private func withinSlices(_ shape: Shape) -> ConvolutionByImages {
        var flat = self
        flat.window = Window(
            Array(window.size[1...]), rank: 2, stride: Array(window.stride[1...]),
            dilation: Array(window.dilation[1...]), padding: window.padding)
        flat.layouts.removeFirst()
        (flat.inputShape, flat.kept) = (shape, nil)
        return flat
    }

    /// Filters `[depth, rows, columns, a, b]` as filters of images: `[rows, columns, depth · a, b]`.
    private static func foldedDepth(_ filter: Tensor) -> Tensor {
        let shape = filter.shape
        return filter.transposed(1, 2, 0, 3, 4).reshaped(to: [shape[1], shape[2], shape[0] * shape[3], shape[4]])
    }

    /// The slices along axis 1 that each position of the window meets, side by side as channels.
    private func unfolded(_ x: Tensor) -> Tensor {
        if window.size[0] == 1 && window.stride[0] == 1 && layouts[0].count == x.shape[1] { return x }
        var amounts = (0..<x.rank).map { _ in (before: 0, after: 0) }
        amounts[1] = (layouts[0].before, layouts[0].after)
        let padded = x.padded(amounts)
        return .concatenate(slices(of: padded.shape).map(padded.block), axis: -1)
    }

    /// The transpose of ``unfolded(_:)``: slices along axis 1, each the sum of what came of it.
    private func folded(_ x: Tensor) -> Tensor {
        let (layout, size) = (layouts[0], inputShape[1])
        var padded = x.shape
        padded[1] = layout.before + size + layout.after
        padded[x.rank - 1] /= window.size[0]
        let blocks = slices(of: padded)
        let parts = zip(x.split(into: blocks.count, axis: -1), blocks).map { $0.placed(at: $1, in: padded) }
        return parts.dropFirst().reduce(parts[0], +).part(layout.before..<layout.before + size, of: 1)
    }

    /// For each tap of the window along axis 1, the slices of a padded volume that it meets.
    private func slices(of padded: Shape) -> [Block] {
        (0..<window.size[0]).map { tap in
            var block = Block(starts: InlineArray(repeating: 0), lengths: padded, steps: InlineArray(repeating: 1))
            block.starts[1] = tap * window.dilation[0]
            block.lengths[1] = layouts[0].count
            block.steps[1] = window.stride[0]
            return block
        }
    }
}
