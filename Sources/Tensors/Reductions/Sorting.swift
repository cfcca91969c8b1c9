internal import CKernels

// Sorting is stable, and NaN counts as the largest value, as in NumPy. The gradient of a value goes to its source.
extension Tensor {
    /// The indices that sort an axis, as int32 of the same shape. The order is stable, and NaN counts as the largest.
    /// This is NumPy's `argsort`.
    ///
    /// ```swift
    /// print(Tensor([0.3, 0.1, 0.2]).argSort())  // [1 2 0]
    /// ```
    public func argSort(axis: Int = -1, descending: Bool = false) -> Tensor {
        let axis = shape.axis(axis, in: "argSort")
        if axis < rank - 1 { return swapped(axis, rank - 1).argSort(descending: descending).swapped(axis, rank - 1) }
        let source = (dtype.isFloatingPoint ? self : converted(to: .int64)).storage
        let length = shape[axis], rows = length == 0 ? 0 : count / length
        let out = Storage(count: count, dtype: .int32)
        ThreadPool.forEach(count: rows, minimumPerChunk: Swift.max(1, (1 << 14) / Swift.max(length, 1))) { range in
            let scratch = Storage(count: length, dtype: .int32)
            let start = range.lowerBound * length, to = out.ints + start, falling: Int32 = descending ? 1 : 0
            switch source.dtype {
            case .float32: ck_arg_sort_float(range.count, length, source.floats + start, falling, to, scratch.ints)
            case .float64: ck_arg_sort_double(range.count, length, source.doubles + start, falling, to, scratch.ints)
            default: ck_arg_sort_int64(range.count, length, source.longs + start, falling, to, scratch.ints)
            }
        }
        return .unrecorded(out, shape)
    }

    /// The elements sorted along an axis. The shape stays; the order is stable, and NaN counts as the largest. This is
    /// NumPy's `sort`. For the order of another tensor's rows see ``argSort(axis:descending:)``.
    ///
    /// ```swift
    /// print(Tensor([0.3, 0.1, 0.2]).sorted(descending: true))  // [0.3 0.2 0.1]
    /// ```
    public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
        taken(at: argSort(axis: axis, descending: descending), axis: axis)
    }

    /// The k largest elements along an axis, or the smallest, in order, and their int32 indices. Both have length k
    /// along the axis. NaN counts as the largest, as in ``argMax(axis:)``. This is PyTorch's `topk`.
    ///
    /// ```swift
    /// let (best, classes) = Tensor([0.1, 0.5, 0.4]).topK(2)
    /// print(best, classes)  // [0.5 0.4] [1 2]
    /// ```
    public func topK(_ k: Int, axis: Int = -1, largest: Bool = true) -> (values: Tensor, indices: Tensor) {
        let axis = shape.axis(axis, in: "topK")
        guard k >= 0, k <= shape[axis] else {
            Failure.raise(
                ShapeError(
                    operation: "topK", shapes: [shape],
                    message: "k must be from 0 to \(shape[axis]), the length of axis \(axis) of \(shape), got \(k)",
                    hint: "choose a smaller k or another axis"))
        }
        let indices = argSort(axis: axis, descending: largest).part(0..<k, of: axis)
        return (taken(at: indices, axis: axis), indices)
    }

    /// The quantile of the elements over axes: the value below which a fraction `q` of them lies, by linear
    /// interpolation between elements: its index among the n sorted elements is q(n−1). Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. This is NumPy's `quantile`.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3, 4, 5]).quantile(0.25))  // 2.0
    /// ```
    public func quantile(_ q: Double, axes: Int..., keepDims: Bool = false) -> Tensor {
        quantile(q, axes, keepDims, "quantile")
    }

    /// The median over axes; for an even count, the mean of the middle two. Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. This is NumPy's `median`; PyTorch's takes the lower of the two.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 4, 100]).median())  // 3.0
    /// ```
    public func median(axes: Int..., keepDims: Bool = false) -> Tensor { quantile(0.5, axes, keepDims, "median") }

    private func quantile(_ q: Double, _ axes: [Int], _ keepDims: Bool, _ name: StaticString) -> Tensor {
        let reduced = axes.isEmpty ? Array(0..<rank) : axes.map { shape.axis($0, in: name) }
        let others = (0..<rank).filter { !reduced.contains($0) }
        let length = reduced.reduce(1) { $0 * shape[$1] }
        guard length > 0, (0...1).contains(q) else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape],
                    message: length == 0
                        ? "a tensor of shape \(shape) has no elements" : "q must be from 0 to 1, got \(q)",
                    hint: length == 0 ? "check that the slice is not empty" : "0.5 is the median"))
        }
        let rest = others.map { shape[$0] }
        let rows = floating.transposed(others + reduced).reshaped(to: Shape(rest + [length])).sorted()
        let position = q * Double(length - 1), below = Int(position), share = position - Double(below)
        let low = rows[Slice.ellipsis, below], last = rows[Slice.ellipsis, length - 1]
        let value = share == 0 ? low : Tensor.between(low, rows[Slice.ellipsis, below + 1], share)
        // NaN is last in order, and makes every quantile NaN.
        let result = last.isNaN().any() ? Tensor.select(last.isNaN(), last, value) : value
        return keepDims ? result.reshaped(to: Shape((0..<rank).map { reduced.contains($0) ? 1 : shape[$0] })) : result
    }

    /// (1 − share) · low + share · high, of two equal numbers that number, even if it is infinite.
    private static func between(_ low: Tensor, _ high: Tensor, _ share: Double) -> Tensor {
        let mean = (1 - share) * low + share * high, areEqual = low .== high
        return areEqual.any() ? .select(areEqual, low, mean) : mean
    }

    /// The tensor with two axes exchanged. This is NumPy's `swapaxes`. For other orders see
    /// ``transposed(_:)-(Int...)``.
    ///
    /// ```swift
    /// print(Tensor.zeros([2, 3, 4]).swapped(0, 2).shape)  // [4, 3, 2]
    /// ```
    public func swapped(_ a: Int, _ b: Int) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(shape.axis(a, in: "swapped"), shape.axis(b, in: "swapped"))
        return transposed(order)
    }
}
