internal import CKernels

/// What becomes of the numbers in a window.
package enum PoolingKind: Sendable {
    case max
    case average
}

extension Tensor {
    /// The largest number of each window over sequences `[examples, steps, channels]`, for every channel on its own. Of equal ones the first
    /// gets the gradient; NaN counts as the largest.
    ///
    /// - Parameters:
    ///   - window: the steps of a window.
    ///   - stride: the distance between neighbouring windows; a window's length if nil.
    ///   - padding: what happens at the ends. What a window has outside of the sequence does not count.
    public func maxPool1d(window: Int, stride: Int? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.max, window: [window], stride: [stride ?? window], padding: padding, as: "maxPool1d")
    }

    /// The mean of each window over sequences. The parameters are those of ``maxPool1d(window:stride:padding:)``.
    public func averagePool1d(window: Int, stride: Int? = nil, padding: Padding = .valid) -> Tensor {
        pooled(.average, window: [window], stride: [stride ?? window], padding: padding, as: "averagePool1d")
    }

    /// The largest number of each window, for every channel on its own. Of equal ones the first gets the gradient; NaN counts as the
    /// largest.
    ///
    /// - Parameters:
    ///   - window: rows and columns of a window; the images are `[images, rows, columns, channels]`.
    ///   - stride: the distance between neighbouring windows; a window's size if nil.
    ///   - padding: what happens at the borders. What a window has outside of the image does not count.
    public func maxPool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        let stride = stride ?? window
        return pooled(
            .max, window: [window.0, window.1], stride: [stride.0, stride.1], padding: padding, as: "maxPool2d")
    }

    /// The mean of each window, for every channel on its own. The parameters are those of ``maxPool2d(window:stride:padding:)``.
    public func averagePool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        let stride = stride ?? window
        return pooled(
            .average, window: [window.0, window.1], stride: [stride.0, stride.1], padding: padding, as: "averagePool2d")
    }

    /// The largest number of each window over volumes `[volumes, depth, rows, columns, channels]`. The parameters are those of
    /// ``maxPool2d(window:stride:padding:)``.
    public func maxPool3d(window: (Int, Int, Int), stride: (Int, Int, Int)? = nil, padding: Padding = .valid) -> Tensor
    {
        let stride = stride ?? window
        return pooled(
            .max, window: [window.0, window.1, window.2], stride: [stride.0, stride.1, stride.2], padding: padding,
            as: "maxPool3d")
    }

    /// The mean of each window over volumes. The parameters are those of ``maxPool3d(window:stride:padding:)``.
    public func averagePool3d(
        window: (Int, Int, Int), stride: (Int, Int, Int)? = nil, padding: Padding = .valid
    ) -> Tensor {
        let stride = stride ?? window
        return pooled(
            .average, window: [window.0, window.1, window.2], stride: [stride.0, stride.1, stride.2], padding: padding,
            as: "averagePool3d")
    }

    /// The largest numbers of so many windows along rows and columns, whatever the size of the images: window i of n goes from ⌊i · length / n⌋
    /// up to ⌈(i + 1) · length / n⌉.
    public func adaptiveMaxPool2d(to size: (Int, Int)) -> Tensor {
        adaptivePooled(.max, to: [size.0, size.1], as: "adaptiveMaxPool2d")
    }

    /// The means of so many windows along rows and columns, those of ``adaptiveMaxPool2d(to:)``.
    public func adaptiveAveragePool2d(to size: (Int, Int)) -> Tensor {
        adaptivePooled(.average, to: [size.0, size.1], as: "adaptiveAveragePool2d")
    }

    /// The transpose of max pooling: every number goes to the place in its window where `image` has the largest one, and the rest is zeros.
    /// Deconvolution networks look back into a network with it (Zeiler and Fergus 2014).
    ///
    /// - Parameters:
    ///   - image: what was pooled.
    ///   - window: rows and columns of a window, as they were then.
    ///   - stride: the distance between neighbouring windows; a window's size if nil.
    ///   - padding: what happened at the borders.
    public func maxUnpool2d(
        like image: Tensor, window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid
    ) -> Tensor {
        let stride = stride ?? window
        let (values, image) = Tensor.sameType(self, image)
        let windows = Windows(
            "maxUnpool2d", "window", [window.0, window.1], stride: [stride.0, stride.1], padding: padding)
        windows.check(image.shape, shape)
        let geometry = PoolingGeometry(image.shape, windows.ranges(over: image.shape))
        guard values.shape == geometry.yShape else {
            windows.fail(
                [shape, image.shape],
                "there are \(geometry.yShape) windows over \(image.shape), but the numbers are \(shape)",
                "pass what maxPool2d of the image gave, or as many numbers")
        }
        return values.scattered(to: image.largest(geometry).places, geometry)
    }

    /// Pooling over as many dimensions as a window has.
    package func pooled(
        _ kind: PoolingKind, window: [Int], stride: [Int], padding: Padding, as name: StaticString
    ) -> Tensor {
        let windows = Windows(name, "window", window, stride: stride, padding: padding)
        windows.check(shape)
        return pooled(kind, windows.ranges(over: shape), as: name)
    }

    /// Pooling by so many windows along each dimension.
    package func adaptivePooled(_ kind: PoolingKind, to sizes: [Int], as name: StaticString) -> Tensor {
        let windows = Windows(name, "window", sizes, stride: sizes.map { _ in 1 }, padding: .valid)
        windows.check(shape)
        let ranges = sizes.enumerated().map { axis, count in
            Windows.adaptive(count, over: shape[axis + 1])
        }
        guard ranges.allSatisfy({ $0.allSatisfy { !$0.isEmpty } }) else {
            windows.fail([shape], "there is nothing to pool in \(shape)", "give it inputs that are not empty")
        }
        return pooled(kind, ranges, as: name)
    }

    /// Pooling by windows that have these indices along each dimension.
    func pooled(_ kind: PoolingKind, _ ranges: [[Range<Int>]], as name: StaticString) -> Tensor {
        guard dtype.isFloatingPoint else { return converted(to: .float32).pooled(kind, ranges, as: name) }
        switch ranges.count {
        case 1: return expanded(at: 1).pooled(kind, [[0..<1]] + ranges, as: name).squeezed(axes: 1)
        case 2:
            let geometry = PoolingGeometry(shape, ranges)
            if kind == .average { return averaged(geometry, as: name) }
            let (y, places) = largest(geometry)
            return .recorded(y, geometry.yShape, from: self, as: name) { dy, _, _ in dy.scattered(to: places, geometry)
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

    func largest(_ geometry: PoolingGeometry) -> (y: Storage, places: Storage) {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        let places = Storage(count: y.count, dtype: .int32)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_max_pool_float(kernel, storage.floats + atX, y.floats + atY, places.ints + atY)
            } else {
                ck_max_pool_double(kernel, storage.doubles + atX, y.doubles + atY, places.ints + atY)
            }
        }
        return (y, places)
    }

    // Pooling is linear once the places are known: each pair of operations below is the other's derivative.

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

    private func gathered(from places: Storage, _ geometry: PoolingGeometry) -> Tensor {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        geometry.forEachImage { _, atX, atY in
            let count = geometry.yImage
            if dtype == .float32 {
                ck_gather_places_float(storage.floats + atX, places.ints + atY, count, y.floats + atY)
            } else {
                ck_gather_places_double(storage.doubles + atX, places.ints + atY, count, y.doubles + atY)
            }
        }
        return .recorded(y, geometry.yShape, from: self) { dy, _, _ in dy.scattered(to: places, geometry) }
    }

    private func scattered(to places: Storage, _ geometry: PoolingGeometry) -> Tensor {
        let x = Storage(count: geometry.xShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_max_spread_float(kernel, storage.floats + atY, places.ints + atY, x.floats + atX)
            } else {
                ck_max_spread_double(kernel, storage.doubles + atY, places.ints + atY, x.doubles + atX)
            }
        }
        return .recorded(x, geometry.xShape, from: self) { dx, _, _ in dx.gathered(from: places, geometry) }
    }
}

/// How windows lie over images: everything about pooling that does not depend on the numbers.
struct PoolingGeometry: Sendable {
    let xShape: Shape
    let yShape: Shape
    private let firstRow: [Int32]
    private let endRow: [Int32]
    private let firstColumn: [Int32]
    private let endColumn: [Int32]

    /// Windows that have these rows and columns of images.
    init(_ x: Shape, _ ranges: [[Range<Int>]]) {
        xShape = x
        yShape = [x[0], ranges[0].count, ranges[1].count, x[3]]
        (firstRow, endRow) = (ranges[0].map { Int32($0.lowerBound) }, ranges[0].map { Int32($0.upperBound) })
        (firstColumn, endColumn) = (ranges[1].map { Int32($0.lowerBound) }, ranges[1].map { Int32($0.upperBound) })
    }

    /// The numbers of an image, and of its result.
    var xImage: Int { xShape[1] * xShape[2] * xShape[3] }
    var yImage: Int { yShape[1] * yShape[2] * yShape[3] }

    /// Room for a row of an image.
    func withLine(of type: DType, _ body: (UnsafeMutableRawPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: max(1, xShape[2] * xShape[3] * type.size), alignment: 64) {
            body($0.baseAddress!)
        }
    }

    /// Calls `body` for every image with where it and its result begin.
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

extension Windows {
    /// The indices of an input that each window has, dimension by dimension.
    func ranges(over x: Shape) -> [[Range<Int>]] {
        layouts(over: x).enumerated().map { axis, layout in
            (0..<layout.count).map { place in
                let start = place * strides[axis] - layout.before
                let (first, end) = (max(start, 0), min(start + sizes[axis], x[axis + 1]))
                guard first < end else {
                    fail([x], "with \(padding) a window of \(sizes) lies outside of \(x)", "pad by less")
                }
                return first..<end
            }
        }
    }

    /// So many windows over a dimension, as equal as possible.
    static func adaptive(_ count: Int, over length: Int) -> [Range<Int>] {
        (0..<count).map { $0 * length / count..<(($0 + 1) * length + count - 1) / count }
    }
}
