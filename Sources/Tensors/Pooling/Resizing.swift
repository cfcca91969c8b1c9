/// What stands between the pixels of an image that is resized.
public enum Interpolation: Sendable, Hashable {
    /// The pixel that is nearest.
    case nearest
    /// A mean of the neighbours, weighted by their distances.
    case bilinear
}

// Pixels are squares whose centres lie at 0.5, 1.5, …, in the old image as in the new one.
extension Tensor {
    /// Images `[images, rows, columns, channels]` in another size. Where images become much smaller, blur them first (or pool instead): each
    /// new pixel looks at its nearest neighbours only.
    public func resized(to size: (rows: Int, columns: Int), interpolation: Interpolation = .bilinear) -> Tensor {
        guard rank == 4, size.rows > 0, size.columns > 0, shape[1] > 0, shape[2] > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "resized", shapes: [shape],
                    message: "\(shape) cannot become images of \(size.rows) × \(size.columns) pixels",
                    hint: "images are [images, rows, columns, channels]; use sizes above 0"))
        }
        return resized(axis: 1, to: size.rows, interpolation).resized(axis: 2, to: size.columns, interpolation)
    }

    /// With another length along an axis.
    package func resized(axis: Int, to length: Int, _ interpolation: Interpolation) -> Tensor {
        let old = shape[axis]
        if length == old { return self }
        let places = (0..<length).map { (Double($0) + 0.5) * Double(old) / Double(length) }
        switch interpolation {
        case .nearest: return gathered(Tensor(places.map { Int32($0) }), axis: axis)
        case .bilinear:
            let centres = places.map { Swift.max($0 - 0.5, 0) }
            let lower = centres.map { Int32($0) }
            let upper = lower.map { Swift.min($0 + 1, Int32(old - 1)) }
            var column = Shape(Array(repeating: 1, count: rank - axis))
            column[0] = length
            let share = Tensor(zip(centres, lower).map { $0 - Double($1) }, shape: column, dtype: dtype)
            return gathered(Tensor(lower), axis: axis) * (1 - share) + gathered(Tensor(upper), axis: axis) * share
        }
    }

    /// With every element so many times in a row, along the axes after the first: `[2, 2]` makes four pixels of each.
    package func upsampled(by factors: [Int]) -> Tensor {
        guard rank == factors.count + 2, factors.allSatisfy({ $0 > 0 }) else {
            Failure.raise(
                ShapeError(
                    operation: "upsampled", shapes: [shape],
                    message: "\(shape) cannot become \(factors) times as large",
                    hint:
                        "give \(factors.count + 2) dimensions, the batch first and the channels last, and factors above 0"
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

    /// Images with fewer channels and more pixels: each pixel's channels become squares of `factor` × `factor` pixels, whose channel c takes
    /// those from c · factor² on, row by row (Shi et al. 2016).
    public func pixelShuffled(by factor: Int) -> Tensor {
        guard rank == 4, factor > 0, shape[3] % (factor * factor) == 0 else {
            Failure.raise(
                ShapeError(
                    operation: "pixelShuffled", shapes: [shape],
                    message: "the channels of \(shape) do not make squares of \(factor) × \(factor) pixels",
                    hint:
                        "images are [images, rows, columns, channels], and the channels a multiple of \(factor * factor)"
                ))
        }
        let (rows, columns, channels) = (shape[1], shape[2], shape[3] / (factor * factor))
        return reshaped(to: [-1, rows, columns, channels, factor, factor])
            .transposed(0, 1, 4, 2, 5, 3)
            .reshaped(to: [-1, rows * factor, columns * factor, channels])
    }

    /// Images with more channels and fewer pixels: the inverse of ``pixelShuffled(by:)``.
    public func pixelUnshuffled(by factor: Int) -> Tensor {
        guard rank == 4, factor > 0, shape[1] % factor == 0, shape[2] % factor == 0 else {
            Failure.raise(
                ShapeError(
                    operation: "pixelUnshuffled", shapes: [shape],
                    message: "\(shape) does not consist of squares of \(factor) × \(factor) pixels",
                    hint: "images are [images, rows, columns, channels], with rows and columns multiples of \(factor)"))
        }
        let (rows, columns, channels) = (shape[1] / factor, shape[2] / factor, shape[3])
        return reshaped(to: [-1, rows, factor, columns, factor, channels])
            .transposed(0, 1, 3, 5, 2, 4)
            .reshaped(to: [-1, rows, columns, channels * factor * factor])
    }
}
