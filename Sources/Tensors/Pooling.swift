internal import CKernels

extension Tensor {
    /// The largest number of each window, for every channel on its own. Of equal ones the first gets the gradient; NaN counts as the
    /// largest.
    ///
    /// - Parameters:
    ///   - window: rows and columns of a window; the images are `[images, rows, columns, channels]`.
    ///   - stride: the distance between neighbouring windows; a window's size if nil.
    ///   - padding: what happens at the borders. What a window has outside of the image does not count.
    public func maxPool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        guard dtype.isFloatingPoint else {
            return converted(to: .float32).maxPool2d(window: window, stride: stride, padding: padding)
        }
        let geometry = PoolingGeometry("maxPool2d", shape, window, stride ?? window, padding)
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        let places = Storage(count: y.count, dtype: .int32)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_max_pool_float(kernel, storage.floats + atX, y.floats + atY, places.ints + atY)
            } else {
                ck_max_pool_double(kernel, storage.doubles + atX, y.doubles + atY, places.ints + atY)
            }
        }
        return .recorded(y, geometry.yShape, from: self) { dy, _, _ in dy.scattered(to: places, geometry) }
    }

    /// The mean of each window, for every channel on its own.
    ///
    /// - Parameters:
    ///   - window: rows and columns of a window; the images are `[images, rows, columns, channels]`.
    ///   - stride: the distance between neighbouring windows; a window's size if nil.
    ///   - padding: what happens at the borders. What a window has outside of the image does not count.
    public func averagePool2d(window: (Int, Int), stride: (Int, Int)? = nil, padding: Padding = .valid) -> Tensor {
        guard dtype.isFloatingPoint else {
            return converted(to: .float32).averagePool2d(window: window, stride: stride, padding: padding)
        }
        return averaged(PoolingGeometry("averagePool2d", shape, window, stride ?? window, padding))
    }

    // Pooling is linear once the places are known: each pair of operations below is the other's derivative.

    private func averaged(_ geometry: PoolingGeometry) -> Tensor {
        let y = Storage(count: geometry.yShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_average_pool_float(kernel, storage.floats + atX, y.floats + atY)
            } else {
                ck_average_pool_double(kernel, storage.doubles + atX, y.doubles + atY)
            }
        }
        return .recorded(y, geometry.yShape, from: self) { dy, _, _ in dy.spread(geometry) }
    }

    private func spread(_ geometry: PoolingGeometry) -> Tensor {
        let x = Storage(count: geometry.xShape.elementCount, dtype: dtype)
        geometry.forEachImage { kernel, atX, atY in
            if dtype == .float32 {
                ck_average_spread_float(kernel, storage.floats + atY, x.floats + atX)
            } else {
                ck_average_spread_double(kernel, storage.doubles + atY, x.doubles + atX)
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
        geometry.forEachImage { _, atX, atY in
            let (count, size) = (geometry.yImage, geometry.xImage)
            if dtype == .float32 {
                ck_scatter_places_float(storage.floats + atY, places.ints + atY, count, x.floats + atX, size)
            } else {
                ck_scatter_places_double(storage.doubles + atY, places.ints + atY, count, x.doubles + atX, size)
            }
        }
        return .recorded(x, geometry.xShape, from: self) { dx, _, _ in dx.gathered(from: places, geometry) }
    }
}

/// How windows lie over images: everything about pooling that does not depend on the numbers.
private struct PoolingGeometry: Sendable {
    let xShape: Shape
    let yShape: Shape
    private let kernel: CKPooling

    init(
        _ operation: String, _ x: Shape, _ window: (Int, Int), _ stride: (Int, Int), _ padding: Padding
    ) {
        func fail(_ message: String, _ hint: String) -> Never {
            Failure.raise(ShapeError(operation: operation, shapes: [x], message: message, hint: hint))
        }
        guard x.rank == 4 else {
            fail("the input is \(x), not [images, rows, columns, channels]", "reshape it to four dimensions")
        }
        guard window.0 > 0, window.1 > 0, stride.0 > 0, stride.1 > 0 else {
            fail("window \(window) and stride \(stride) must be positive", "(2, 2) halves an image")
        }
        let vertical = padding.layout(axis: 0, size: x[1], window: window.0, stride: stride.0)
        let horizontal = padding.layout(axis: 1, size: x[2], window: window.1, stride: stride.1)
        guard vertical.count > 0, horizontal.count > 0 else {
            fail(
                "\(window.0)×\(window.1) window is larger than its \(x[1])×\(x[2]) input",
                "use padding: .same or pool less before it")
        }
        if [(vertical, 0), (horizontal, 1)].contains(where: { layout, axis in
            let (size, stride) = axis == 0 ? (window.0, stride.0) : (window.1, stride.1)
            return layout.before >= size || (layout.count - 1) * stride - layout.before >= x[axis + 1]
        }) {
            fail("with \(padding) a \(window.0)×\(window.1) window lies outside of the image", "pad by less")
        }
        xShape = x
        yShape = [x[0], vertical.count, horizontal.count, x[3]]
        kernel = CKPooling(
            rows: Int32(x[1]), columns: Int32(x[2]), channels: Int32(x[3]), outRows: Int32(vertical.count),
            outColumns: Int32(horizontal.count), windowRows: Int32(window.0), windowColumns: Int32(window.1),
            strideRows: Int32(stride.0), strideColumns: Int32(stride.1), top: Int32(vertical.before),
            left: Int32(horizontal.before))
    }

    /// The numbers of an image, and of its result.
    var xImage: Int { xShape[1] * xShape[2] * xShape[3] }
    var yImage: Int { yShape[1] * yShape[2] * yShape[3] }

    /// Calls `body` for every image with where it and its result begin.
    func forEachImage(_ body: (UnsafePointer<CKPooling>, _ x: Int, _ y: Int) -> Void) {
        ThreadPool.forEach(count: xShape[0], minimumPerChunk: max(1, 100_000 / max(1, xImage))) { images in
            var kernel = kernel
            for image in images { body(&kernel, image * xImage, image * yImage) }
        }
    }
}
