internal import CKernels

// A depthwise convolution and its two gradients. As with a full one, each is linear in both operands, and its derivatives are the other two.

/// x ∗ filter, where filters `[rows, columns, 1, channels]` keep the channels apart.
func depthwiseConvolution(
    _ x: Tensor, _ filter: Tensor, _ geometry: DepthwiseGeometry, as name: StaticString = #function
) -> Tensor {
    let y = Storage(count: geometry.yShape.elementCount, dtype: x.dtype)
    geometry.forEachPart { kernel, image, channels in
        if x.dtype == .float32 {
            ck_depthwise_float(
                kernel, x.storage.floats + image * geometry.xImage, filter.storage.floats,
                y.floats + image * geometry.yImage, channels.lowerBound, channels.upperBound)
        } else {
            ck_depthwise_double(
                kernel, x.storage.doubles + image * geometry.xImage, filter.storage.doubles,
                y.doubles + image * geometry.yImage, channels.lowerBound, channels.upperBound)
        }
    }
    return .recorded(
        y, geometry.yShape, from: x, filter, as: name,
        pullbacks: { dy, _, filter, _ in depthwiseInputGradient(dy, filter, geometry) },
        { dy, x, _, _ in depthwiseFilterGradient(x, dy, geometry) })
}

/// The gradient of Σ dy · (x ∗ filter) for x.
func depthwiseInputGradient(_ dy: Tensor, _ filter: Tensor, _ geometry: DepthwiseGeometry) -> Tensor {
    let dx = Storage(count: geometry.xShape.elementCount, dtype: dy.dtype)
    geometry.forEachPart { kernel, image, channels in
        if dy.dtype == .float32 {
            ck_depthwise_input_gradient_float(
                kernel, dy.storage.floats + image * geometry.yImage, filter.storage.floats,
                dx.floats + image * geometry.xImage, channels.lowerBound, channels.upperBound)
        } else {
            ck_depthwise_input_gradient_double(
                kernel, dy.storage.doubles + image * geometry.yImage, filter.storage.doubles,
                dx.doubles + image * geometry.xImage, channels.lowerBound, channels.upperBound)
        }
    }
    return .recorded(
        dx, geometry.xShape, from: dy, filter,
        pullbacks: { d, _, filter, _ in depthwiseConvolution(d, filter, geometry) },
        { d, dy, _, _ in depthwiseFilterGradient(d, dy, geometry) })
}

/// The gradient of Σ dy · (x ∗ filter) for the filter.
func depthwiseFilterGradient(_ x: Tensor, _ dy: Tensor, _ geometry: DepthwiseGeometry) -> Tensor {
    let size = geometry.filterShape.elementCount
    // Each row sums a fixed share of the images, and the rows are added in order: any number of threads gives the same bits.
    let rows = geometry.shares.count
    let partial = Tensor.zeros([rows, size], dtype: x.dtype)
    geometry.forEachShare { kernel, row, images, channels in
        for image in images {
            if x.dtype == .float32 {
                ck_depthwise_filter_gradient_float(
                    kernel, x.storage.floats + image * geometry.xImage, dy.storage.floats + image * geometry.yImage,
                    partial.storage.floats + row * size, channels.lowerBound, channels.upperBound)
            } else {
                ck_depthwise_filter_gradient_double(
                    kernel, x.storage.doubles + image * geometry.xImage, dy.storage.doubles + image * geometry.yImage,
                    partial.storage.doubles + row * size, channels.lowerBound, channels.upperBound)
            }
        }
    }
    return .recorded(
        partial.sum(axes: 0).storage, geometry.filterShape, from: x, dy,
        pullbacks: { d, _, dy, _ in depthwiseInputGradient(dy, d, geometry) },
        { d, x, _, _ in depthwiseConvolution(x, d, geometry) })
}

/// How the filters of a depthwise convolution lie over images, and how its work is divided.
struct DepthwiseGeometry: Sendable {
    let xShape: Shape
    let filterShape: Shape
    let yShape: Shape
    private let kernel: CKDepthwise
    private let images: Int
    private let channels: Int
    /// Channels that one thread works on at a time.
    private let span: Int

    /// The geometry of a convolution with as many filters as channels.
    init(_ g: ConvolutionGeometry) {
        xShape = g.xShape
        filterShape = [g.filterRows, g.filterColumns, 1, g.channels]
        yShape = g.yShape
        (images, channels) = (g.images, g.channels)
        span = images < 8 ? 64 : max(64, g.channels)
        kernel = CKDepthwise(
            rows: Int32(g.rows), columns: Int32(g.columns), channels: Int32(g.channels), outRows: Int32(g.outRows),
            outColumns: Int32(g.outColumns), filterRows: Int32(g.filterRows), filterColumns: Int32(g.filterColumns),
            strideRows: Int32(g.stride.rows), strideColumns: Int32(g.stride.columns),
            dilationRows: Int32(g.dilation.rows), dilationColumns: Int32(g.dilation.columns), top: Int32(g.top),
            left: Int32(g.left))
    }

    /// The numbers of an image, and of its result.
    var xImage: Int { xShape[1] * xShape[2] * xShape[3] }
    var yImage: Int { yShape[1] * yShape[2] * yShape[3] }

    /// The images in parts, as equal as possible.
    var shares: [Range<Int>] {
        let parts = max(1, min(images, 16))
        return (0..<parts).map { $0 * images / parts..<($0 + 1) * images / parts }
    }

    /// Calls `body` for every image and some of the channels.
    func forEachPart(_ body: (UnsafePointer<CKDepthwise>, _ image: Int, _ channels: Range<Int>) -> Void) {
        forEach(images) { kernel, image, channels in body(kernel, image, channels) }
    }

    /// Calls `body` for every share of the images, and some of the channels.
    func forEachShare(
        _ body: (UnsafePointer<CKDepthwise>, _ share: Int, _ images: Range<Int>, _ channels: Range<Int>) -> Void
    ) {
        let shares = shares
        forEach(shares.count) { kernel, share, channels in body(kernel, share, shares[share], channels) }
    }

    private func forEach(_ count: Int, _ body: (UnsafePointer<CKDepthwise>, Int, Range<Int>) -> Void) {
        let spans = (channels + span - 1) / span
        let work = images * yShape[1] * yShape[2] * filterShape.elementCount / max(1, count * spans)
        ThreadPool.forEach(count: count * spans, minimumPerChunk: max(1, 500_000 / max(1, work))) { items in
            var kernel = kernel
            for item in items {
                let first = item % spans * span
                body(&kernel, item / spans, first..<min(first + span, channels))
            }
        }
    }
}
