/// How the pixels of a resized image follow from those of the old one.
public enum Interpolation: Sendable, Hashable {
    /// The nearest pixel.
    case nearest
    /// A mean of the four neighbors, weighted by their distances.
    case bilinear
}

// Pixels are squares whose centers lie at 0.5, 1.5, …, in the old image as in the new one.
extension Tensor {
    /// Images in another size.
    ///
    /// The center of pixel (i, j) of the result lies at ((i + ½) H / rows, (j + ½) W / columns) in the old image, where
    /// it takes the nearest pixel or the bilinear interpolation of its four neighbors, as OpenCV does and PyTorch with
    /// `align_corners=False`.
    /// ```swift
    /// let images = Tensor.uniform([8, 32, 32, 3])
    /// let larger = images.resized(to: (rows: 64, columns: 64))  // [8, 64, 64, 3]
    /// ```
    /// Where images become much smaller, pool them instead, since each new pixel looks at its nearest neighbors only. A
    /// layer that repeats pixels is `UpSampling2D`; one that learns how to enlarge is `Conv2DTranspose`. Of integers,
    /// such as bytes, the bilinear interpolation is float32.
    ///
    /// - Parameters:
    ///   - size: The new height and width; the images are `[batch, height, width, channels]`.
    ///   - interpolation: What becomes of points between pixels.
    /// - Returns: `[batch, size.rows, size.columns, channels]`.
    public func resized(to size: (rows: Int, columns: Int), interpolation: Interpolation = .bilinear) -> Tensor {
        guard rank == 4, size.rows > 0, size.columns > 0, shape[1] > 0, shape[2] > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "resized", shapes: [shape],
                    message: "\(shape) cannot be resized to \(size.rows) × \(size.columns) pixels",
                    hint: rank == 3
                        ? "images are [batch, height, width, channels]: make one image a batch with expanded(at: 0), or give a"
                            + " batch of grey images its channel axis with expanded(at: 3)"
                        : rank == 4
                            ? "use sizes of at least 1, and images that are not empty"
                            : "images are [batch, height, width, channels]"))
        }
        return resized(axis: 1, to: size.rows, interpolation).resized(axis: 2, to: size.columns, interpolation)
    }

    /// The images with another length along an axis.
    package func resized(axis: Int, to length: Int, _ interpolation: Interpolation) -> Tensor {
        let old = shape[axis], isMean = interpolation == .bilinear
        if isMean && !dtype.isFloatingPoint { return floating.resized(axis: axis, to: length, interpolation) }
        if length == old { return self }
        let points = (0..<length).map { (Double($0) + 0.5) * Double(old) / Double(length) }
        switch interpolation {
        case .nearest: return gathered(Tensor(points.map { Int32($0) }), axis: axis)
        case .bilinear:
            let centers = points.map { Swift.max($0 - 0.5, 0) }
            let lower = centers.map { Int32($0) }
            let upper = lower.map { Swift.min($0 + 1, Int32(old - 1)) }
            var column = Shape(Array(repeating: 1, count: rank - axis))
            column[0] = length
            let weight = Tensor(zip(centers, lower).map { $0 - Double($1) }, shape: column, dtype: dtype)
            // A neighbor of weight 0 does not count, whatever it is.
            return (1 - weight).times(gathered(Tensor(lower), axis: axis))
                + weight.times(gathered(Tensor(upper), axis: axis))
        }
    }

    /// Every element repeated along the axes after the first: `[2, 2]` makes four pixels of each.
    package func upsampled(by factors: [Int]) -> Tensor {
        guard rank == factors.count + 2, factors.allSatisfy({ $0 > 0 }) else {
            Failure.raise(
                ShapeError(
                    operation: "upsampled", shapes: [shape],
                    message: "\(shape) cannot become \(factors) times as large",
                    hint:
                        "give it \(factors.count + 2) dimensions, batch first and channels last, and factors of at least 1"
                ))
        }
        var thin = Array(shape), wide = Array(shape), merged = Array(shape)
        for (axis, factor) in factors.enumerated().reversed() {
            thin.insert(1, at: axis + 2)
            wide.insert(factor, at: axis + 2)
            merged[axis + 1] *= factor
        }
        return reshaped(to: thin).broadcast(to: Shape(wide)).reshaped(to: merged)
    }

    /// Images with fewer channels and more pixels: the channels of each pixel become squares of r × r pixels (Shi et
    /// al. 2016).
    ///
    /// y[n, r·i + u, r·j + v, c] = x[n, i, j, c·r² + r·u + v] for 0 ≤ u, v < r.
    /// ```swift
    /// let maps = Tensor.normal([1, 8, 8, 12])
    /// let image = maps.pixelShuffled(by: 2)  // [1, 16, 16, 3]
    /// ```
    /// After a convolution it enlarges images without the overlaps of
    /// ``convTranspose2d(filter:bias:stride:padding:outputPadding:dilation:activation:)``.
    ///
    /// - Parameter factor: The factor r; the images are `[batch, height, width, channels]`.
    /// - Returns: `[batch, height · r, width · r, channels / r²]`.
    public func pixelShuffled(by factor: Int) -> Tensor {
        guard rank == 4, factor > 0, shape[3] % (factor * factor) == 0 else {
            Failure.raise(
                ShapeError(
                    operation: "pixelShuffled", shapes: [shape],
                    message: "the channels of \(shape) do not make squares of \(factor) × \(factor) pixels",
                    hint: "images are [batch, height, width, channels], with a multiple of \(factor * factor) channels")
            )
        }
        let (rows, columns, channels) = (shape[1], shape[2], shape[3] / (factor * factor))
        return reshaped(to: [-1, rows, columns, channels, factor, factor])
            .transposed(0, 1, 4, 2, 5, 3)
            .reshaped(to: [-1, rows * factor, columns * factor, channels])
    }

    /// Images with more channels and fewer pixels: the inverse of ``pixelShuffled(by:)``.
    /// ```swift
    /// let maps = Tensor.normal([1, 16, 16, 3]).pixelUnshuffled(by: 2)  // [1, 8, 8, 12]
    /// ```
    /// Unlike pooling, it loses nothing.
    ///
    /// - Parameter factor: The factor r; the images are `[batch, height, width, channels]`.
    /// - Returns: `[batch, height / r, width / r, channels · r²]`.
    public func pixelUnshuffled(by factor: Int) -> Tensor {
        guard rank == 4, factor > 0, shape[1] % factor == 0, shape[2] % factor == 0 else {
            Failure.raise(
                ShapeError(
                    operation: "pixelUnshuffled", shapes: [shape],
                    message: "\(shape) does not consist of squares of \(factor) × \(factor) pixels",
                    hint: "images are [batch, height, width, channels], with height and width multiples of \(factor)"))
        }
        let (rows, columns, channels) = (shape[1] / factor, shape[2] / factor, shape[3])
        return reshaped(to: [-1, rows, factor, columns, factor, channels])
            .transposed(0, 1, 3, 5, 2, 4)
            .reshaped(to: [-1, rows, columns, channels * factor * factor])
    }
}
