internal import CKernels

/// What pooling computes of the elements in a window.
package enum PoolingKind: Sendable {
    case max
    case average
}

extension Tensor {
    /// The largest element of each window over sequences, channel by channel.
    ///
    /// y[n, t, c] = max x[n, s·t + u − p, c] over 0 ≤ u < window, with stride s and p steps of padding before the first
    /// step; what a window has outside of the sequence does not count. There are ⌊(T + padding − window) / s⌋ + 1
    /// windows. Of equal elements the first one gets the gradient; NaN counts as the largest.
    /// ```swift
    /// let sequences = Tensor.normal([8, 20, 32])
    /// let halves = sequences.maxPool1d(window: 2)  // [8, 10, 32]
    /// ```
    /// The layer is `MaxPooling1D`. The largest element of the whole sequence is `max(axes: 1)`.
    ///
    /// - Parameters:
    ///   - window: The steps of a window; the sequences are `[batch, steps, channels]`.
    ///   - stride: The distance between neighboring windows; the length of a window if nil.
    ///   - padding: What happens at the ends.
    /// - Returns: `[batch, windows, channels]`.
    public func maxPool1d(window: Int, stride: Int? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.max, [window], stride.map { [$0] }, padding, as: "maxPool1d")
    }

    /// The mean of each window over sequences, channel by channel: y[n, t, c] = mean x[n, s·t + u − p, c] over the
    /// steps u that lie inside of the sequence. Parameters and shapes are those of
    /// ``maxPool1d(window:stride:padding:)``.
    /// ```swift
    /// let smooth = Tensor.normal([8, 20, 32]).averagePool1d(window: 3, stride: 1, padding: .same)  // [8, 20, 32]
    /// ```
    public func averagePool1d(window: Int, stride: Int? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.average, [window], stride.map { [$0] }, padding, as: "averagePool1d")
    }

    /// The largest element of each window over images, channel by channel.
    ///
    /// y[n, i, j, c] = max x[n, s·i + u − p, s·j + v − q, c] over the rows u and columns v of a window, with stride s,
    /// and p rows and q columns of padding; what a window has outside of the image does not count. Each dimension has
    /// ⌊(N + padding − window) / s⌋ + 1 windows. Of equal elements the first one gets the gradient; NaN counts as the
    /// largest (Ranzato et al. 2007; Krizhevsky et al. 2012 for windows that overlap).
    /// ```swift
    /// let maps = Tensor.normal([8, 28, 28, 6])
    /// let halves = maps.maxPool2d(window: (2, 2))  // [8, 14, 14, 6]
    /// ```
    /// The layer is `MaxPooling2D`. To ask for a size of the output, use ``adaptiveMaxPool2d(to:)``.
    ///
    /// - Parameters:
    ///   - window: The height and width of a window; the images are `[batch, height, width, channels]`.
    ///   - stride: The distances between neighboring windows; the size of a window if nil.
    ///   - padding: What happens at the borders.
    /// - Returns: `[batch, height, width, channels]`, height and width counting windows.
    public func maxPool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.max, [window.0, window.1], stride.map { [$0.0, $0.1] }, padding, as: "maxPool2d")
    }

    /// The mean of each window over images, channel by channel: y[n, i, j, c] = mean x[n, s·i + u − p, s·j + v − q, c]
    /// over the pixels of the window that lie inside of the image (LeCun et al. 1998). Parameters and shapes are those
    /// of ``maxPool2d(window:stride:padding:)``.
    /// ```swift
    /// let halves = Tensor.normal([8, 28, 28, 6]).averagePool2d(window: (2, 2))  // [8, 14, 14, 6]
    /// ```
    public func averagePool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.average, [window.0, window.1], stride.map { [$0.0, $0.1] }, padding, as: "averagePool2d")
    }

    /// The largest element of each window over volumes `[batch, depth, height, width, channels]`, channel by channel.
    /// The equation is that of ``maxPool2d(window:stride:padding:)`` with a third dimension before height and width.
    /// ```swift
    /// let halves = Tensor.normal([2, 8, 16, 16, 4]).maxPool3d(window: (2, 2, 2))  // [2, 4, 8, 8, 4]
    /// ```
    public func maxPool3d(window: (Int, Int, Int), stride: (Int, Int, Int)? = nil, padding: Padding = .valid) -> Tensor
    {
        pooled(.max, [window.0, window.1, window.2], stride.map { [$0.0, $0.1, $0.2] }, padding, as: "maxPool3d")
    }

    /// The mean of each window over volumes `[batch, depth, height, width, channels]`, channel by channel. The equation
    /// is that of ``averagePool2d(window:stride:padding:)`` with a third dimension before height and width.
    /// ```swift
    /// let halves = Tensor.normal([2, 8, 16, 16, 4]).averagePool3d(window: (2, 2, 2))  // [2, 4, 8, 8, 4]
    /// ```
    public func averagePool3d(
        window: (Int, Int, Int), stride: (Int, Int, Int)? = nil, padding: Padding = .valid
    ) -> Tensor {
        pooled(
            .average, [window.0, window.1, window.2], stride.map { [$0.0, $0.1, $0.2] }, padding, as: "averagePool3d")
    }

    /// The largest element of each of `size` windows over images of any size, channel by channel: window i of n covers
    /// the pixels from ⌊i · N / n⌋ up to ⌈(i + 1) · N / n⌉ (He et al. 2014, "Spatial pyramid pooling", as PyTorch has
    /// it).
    /// ```swift
    /// let features = Tensor.normal([2, 13, 17, 8]).adaptiveMaxPool2d(to: (7, 7))  // [2, 7, 7, 8]
    /// ```
    /// Where the size of the input is known, ``maxPool2d(window:stride:padding:)`` says more plainly what a window
    /// covers.
    ///
    /// - Parameter size: The windows along height and width of the images `[batch, height, width, channels]`.
    /// - Returns: `[batch, size.0, size.1, channels]`.
    public func adaptiveMaxPool2d(to size: (Int, Int)) -> Tensor {
        adaptivePooled(.max, to: [size.0, size.1], as: "adaptiveMaxPool2d")
    }

    /// The mean of each of `size` windows over images of any size, channel by channel. The windows are those of
    /// ``adaptiveMaxPool2d(to:)``.
    /// ```swift
    /// let means = Tensor.normal([2, 13, 17, 8]).adaptiveAveragePool2d(to: (1, 1))  // [2, 1, 1, 8]
    /// ```
    public func adaptiveAveragePool2d(to size: (Int, Int)) -> Tensor {
        adaptivePooled(.average, to: [size.0, size.1], as: "adaptiveAveragePool2d")
    }

    /// The transpose of max pooling: every element goes to the position in its window where `image` has its largest
    /// element, and the rest are zeros. Deconvolution networks look back into a network with it (Zeiler and Fergus
    /// 2014).
    /// ```swift
    /// let image = Tensor.normal([1, 4, 4, 1])
    /// let peaks = image.maxPool2d(window: (2, 2)).maxUnpool2d(like: image, window: (2, 2))  // [1, 4, 4, 1]
    /// ```
    /// To enlarge an image evenly, use ``resized(to:interpolation:)``.
    ///
    /// - Parameters:
    ///   - image: What was pooled, `[batch, height, width, channels]`.
    ///   - window: The height and width of a window in that pooling.
    ///   - stride: The distances between neighboring windows; the size of a window if nil.
    ///   - padding: What happened at the borders.
    /// - Returns: A tensor of the shape of `image`.
    public func maxUnpool2d(
        like image: Tensor, window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid
    ) -> Tensor {
        let (values, image) = Tensor.sameType(self, image), stride = stride ?? window
        let window = Window(
            [window.0, window.1], rank: 2, stride: [stride.0, stride.1], padding: padding, noun: "window")
        let ranges = checkingWindow("maxUnpool2d", [image.shape, shape]) { () throws(WindowError) in
            try window.ranges(over: image.shape)
        }
        let geometry = PoolingGeometry(image.shape, ranges)
        guard values.shape == geometry.yShape else {
            Failure.raise(
                ShapeError(
                    operation: "maxUnpool2d", shapes: [shape, image.shape],
                    message: "the pooled elements of \(image.shape) must be \(geometry.yShape), got \(shape)",
                    hint: "pass what maxPool2d of the image returned, or a tensor of that shape"))
        }
        return values.scattered(to: image.largest(geometry).positions, geometry)
    }

    private func pooled(
        _ kind: PoolingKind, _ window: [Int], _ stride: [Int]?, _ padding: Padding, as name: StaticString
    ) -> Tensor {
        let window = Window(window, rank: window.count, stride: stride ?? window, padding: padding, noun: "window")
        return pooled(kind, window, as: name)
    }

    /// Pooling by a window over as many dimensions as it has.
    package func pooled(_ kind: PoolingKind, _ window: Window, as name: StaticString) -> Tensor {
        let ranges = checkingWindow(name, [shape]) { () throws(WindowError) in try window.ranges(over: shape) }
        return pooled(kind, ranges, as: name)
    }

    /// Pooling by `sizes` windows along the dimensions.
    package func adaptivePooled(_ kind: PoolingKind, to sizes: [Int], as name: StaticString) -> Tensor {
        guard sizes.allSatisfy({ $0 > 0 }) else {
            Failure.raise(
                ValueError(
                    operation: "\(name)",
                    message: "the output must have at least 1 window along each dimension, got \(sizes)",
                    hint: "use adaptive pooling to [1, 1] for one window over the whole image"))
        }
        // One-pixel windows lie over every input that is not empty.
        let pixels = Window([1], rank: sizes.count, stride: [1], padding: .valid, noun: "window")
        _ = checkingWindow(name, [shape]) { () throws(WindowError) in try pixels.layouts(over: shape, batched: true) }
        return pooled(kind, sizes.enumerated().map { Window.adaptive($1, over: shape[$0 + 1]) }, as: name)
    }

    /// Pooling by windows that have these indices along each dimension.
    func pooled(_ kind: PoolingKind, _ ranges: [[Range<Int>]], as name: StaticString) -> Tensor {
        guard dtype.isFloatingPoint else { return converted(to: .float32).pooled(kind, ranges, as: name) }
        switch ranges.count {
        case 1: return expanded(at: 1).pooled(kind, [[0..<1]] + ranges, as: name).squeezed(axes: 1)
        case 2:
            let geometry = PoolingGeometry(shape, ranges)
            if kind == .average { return averaged(geometry, as: name) }
            let (y, positions) = largest(geometry)
            return .recorded(y, geometry.yShape, from: self, as: name) { dy, _, _ in
                dy.scattered(to: positions, geometry)
            }
        default:
            // The largest of the largest, the mean of the means: first within slices, then across them.
            let slices = reshaped(to: [-1] + shape[2...]).pooled(kind, Array(ranges[1...]), as: name)
            let (rows, columns) = (slices.shape[1], slices.shape[2])
            let pixels = (0..<rows * columns).map { $0..<$0 + 1 }
            return slices.reshaped(to: [shape[0], shape[1], pixels.count, shape[4]])
                .pooled(kind, [ranges[0], pixels], as: name)
                .reshaped(to: [shape[0], ranges[0].count, rows, columns, shape[4]])
        }
    }

    func largest(_ geometry: PoolingGeometry) -> (y: Storage, positions: Storage) {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        let positions = Storage(count: y.count, dtype: .int32)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_max_pool_float(kernel, storage.floats + atX, y.floats + atY, positions.ints + atY)
            } else {
                ck_max_pool_double(kernel, storage.doubles + atX, y.doubles + atY, positions.ints + atY)
            }
        }
        return (y, positions)
    }

    // Pooling is linear once the positions are known: each pair of operations below are each other's derivatives.

    private func averaged(_ geometry: PoolingGeometry, as name: StaticString = #function) -> Tensor {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            geometry.withLine(of: dtype) { line in
                if dtype == .float32 {
                    ck_average_pool_float(
                        kernel, storage.floats + atX, y.floats + atY, line.assumingMemoryBound(to: Float.self))
                } else {
                    ck_average_pool_double(
                        kernel, storage.doubles + atX, y.doubles + atY, line.assumingMemoryBound(to: Double.self))
                }
            }
        }
        return .recorded(y, geometry.yShape, from: self, as: name) { dy, _, _ in dy.spread(geometry) }
    }

    private func spread(_ geometry: PoolingGeometry) -> Tensor {
        let x = Storage(count: geometry.xShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            geometry.withLine(of: dtype) { line in
                if dtype == .float32 {
                    ck_average_spread_float(
                        kernel, storage.floats + atY, x.floats + atX, line.assumingMemoryBound(to: Float.self))
                } else {
                    ck_average_spread_double(
                        kernel, storage.doubles + atY, x.doubles + atX, line.assumingMemoryBound(to: Double.self))
                }
            }
        }
        return .recorded(x, geometry.xShape, from: self) { dx, _, _ in dx.averaged(geometry) }
    }

    private func gathered(from positions: Storage, _ geometry: PoolingGeometry) -> Tensor {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        geometry.forEachImage { _, atX, atY in
            let count = geometry.yImage
            if dtype == .float32 {
                ck_gather_positions_float(storage.floats + atX, positions.ints + atY, count, y.floats + atY)
            } else {
                ck_gather_positions_double(storage.doubles + atX, positions.ints + atY, count, y.doubles + atY)
            }
        }
        return .recorded(y, geometry.yShape, from: self) { dy, _, _ in dy.scattered(to: positions, geometry) }
    }

    private func scattered(to positions: Storage, _ geometry: PoolingGeometry) -> Tensor {
        let x = Storage(count: geometry.xShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_max_spread_float(kernel, storage.floats + atY, positions.ints + atY, x.floats + atX)
            } else {
                ck_max_spread_double(kernel, storage.doubles + atY, positions.ints + atY, x.doubles + atX)
            }
        }
        return .recorded(x, geometry.xShape, from: self) { dx, _, _ in dx.gathered(from: positions, geometry) }
    }
}

/// How windows lie over images: everything about pooling that does not depend on the elements.
struct PoolingGeometry: Sendable {
    let xShape: Shape
    let yShape: Shape
    private let firstRow: [Int32]
    private let endRow: [Int32]
    private let firstColumn: [Int32]
    private let endColumn: [Int32]

    /// Windows that cover these rows and columns of images.
    init(_ x: Shape, _ ranges: [[Range<Int>]]) {
        xShape = x
        yShape = [x[0], ranges[0].count, ranges[1].count, x[3]]
        (firstRow, endRow) = (ranges[0].map { Int32($0.lowerBound) }, ranges[0].map { Int32($0.upperBound) })
        (firstColumn, endColumn) = (ranges[1].map { Int32($0.lowerBound) }, ranges[1].map { Int32($0.upperBound) })
    }

    /// Elements of an image, and of its result.
    var xImage: Int { xShape[1] * xShape[2] * xShape[3] }
    var yImage: Int { yShape[1] * yShape[2] * yShape[3] }

    /// Calls the body with scratch memory for a row of an image.
    func withLine(of type: DType, _ body: (UnsafeMutableRawPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: max(1, xShape[2] * xShape[3] * type.size), alignment: 64) {
            body($0.baseAddress!)
        }
    }

    /// Calls the body for every image, with the positions where it and its result begin.
    func forEachImage(_ body: (UnsafePointer<CKPooling>, _ x: Int, _ y: Int) -> Void) {
        ThreadPool.forEach(count: xShape[0], minimumPerChunk: max(1, 100_000 / max(1, xImage))) { images in
            withKernel { kernel in
                for image in images { body(kernel, image * xImage, image * yImage) }
            }
        }
    }

    private func withKernel(_ body: (UnsafePointer<CKPooling>) -> Void) {
        firstRow.withUnsafeBufferPointer { firstRow in
            endRow.withUnsafeBufferPointer { endRow in
                firstColumn.withUnsafeBufferPointer { firstColumn in
                    endColumn.withUnsafeBufferPointer { endColumn in
                        var kernel = CKPooling(
                            rows: Int32(xShape[1]), columns: Int32(xShape[2]), channels: Int32(xShape[3]),
                            outRows: Int32(firstRow.count), outColumns: Int32(firstColumn.count),
                            firstRow: firstRow.baseAddress, endRow: endRow.baseAddress,
                            firstColumn: firstColumn.baseAddress, endColumn: endColumn.baseAddress)
                        body(&kernel)
                    }
                }
            }
        }
    }
}

extension Window {
    /// The indices of an input `[batch, …, channels]` that each position of the window covers, dimension by dimension.
    fileprivate func ranges(over x: Shape) throws(WindowError) -> [[Range<Int>]] {
        try layouts(over: x, batched: true).enumerated().map { axis, layout in
            (0..<layout.count).map { position in
                let start = position * stride[axis] - layout.before
                return max(start, 0)..<min(start + size[axis], x[axis + 1])
            }
        }
    }

    /// `count` windows over a dimension, as equal as possible.
    static func adaptive(_ count: Int, over length: Int) -> [Range<Int>] {
        (0..<count).map { $0 * length / count..<(($0 + 1) * length + count - 1) / count }
    }
}
