internal import CKernels

// Reductions take the axes to reduce: none for all of them; negative ones count from the last. The result lacks these
// axes, or with `keepDims` has length 1 there, so that it broadcasts against the operand.
extension Tensor {
    /// The sum over axes; without axes, over all elements. Integers are summed as int64. The result lacks these axes;
    /// with `keepDims` it has length 1 there, and broadcasts against the operand. This is NumPy's `sum`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.sum(), x.sum(axes: 0), x.sum(axes: -1, keepDims: true).shape)    // 21.0 [5. 7. 9.] [2, 1]
    /// ```
    public func sum(axes: Int..., keepDims: Bool = false) -> Tensor {
        sum(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims)
    }

    /// The mean Σ x / n of n elements over axes; without axes, over all elements. Integers give float32. Axes and
    /// `keepDims` work as in ``sum(axes:keepDims:)-(Int...,Bool)``. For the middle value see
    /// ``median(axes:keepDims:)``.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.mean(), x.mean(axes: 0))  // 3.5 [2.5 3.5 4.5]
    /// ```
    public func mean(axes: Int..., keepDims: Bool = false) -> Tensor {
        mean(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims)
    }

    /// The largest element over axes. Elements that tie for it share the gradient. This is NumPy's `max` and PyTorch's
    /// `amax`. Axes and `keepDims` work as in ``sum(axes:keepDims:)-(Int...,Bool)``. For its index see
    /// ``argMax(axis:)``, for the larger of two tensors ``maximum(_:)-(Tensor)``.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.max(), x.max(axes: 1))  // 6.0 [3. 6.]
    /// ```
    public func max(axes: Int..., keepDims: Bool = false) -> Tensor { extremum(.maximum, axes, keepDims, "max") }

    /// The smallest element over axes. Elements that tie for it share the gradient. Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. For its index see ``argMin(axis:)``, for the smaller of two tensors
    /// ``minimum(_:)-(Tensor)``.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.min(), x.min(axes: 1))  // 1.0 [1. 4.]
    /// ```
    public func min(axes: Int..., keepDims: Bool = false) -> Tensor { extremum(.minimum, axes, keepDims, "min") }

    /// The variance Σ (x − mean)² / n over axes; divided by n − 1 if `unbiased`. Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. This is NumPy's `var`; PyTorch's is unbiased unless told otherwise.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.variance(axes: 1), x.variance(axes: 1, unbiased: true))  // [0.6666667 0.6666667] [1. 1.]
    /// ```
    public func variance(axes: Int..., keepDims: Bool = false, unbiased: Bool = false) -> Tensor {
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        let biased = distancesFromMean(axes).squared().mean(axes: axes, keepDims: keepDims)
        let n = Double(reducedCount(axes))
        return unbiased ? biased * (n / (n - 1)) : biased
    }

    /// The standard deviation over axes, the square root of ``variance(axes:keepDims:unbiased:)``. Where all elements
    /// are equal its gradient is taken as 0. This is NumPy's `std`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.standardDeviation(axes: 0))  // [1.5 1.5 1.5]
    /// ```
    public func standardDeviation(axes: Int..., keepDims: Bool = false, unbiased: Bool = false) -> Tensor {
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        let n = Double(reducedCount(axes))
        return distancesFromMean(axes).euclideanNorm(axes, keepDims) / (unbiased ? n - 1 : n).squareRoot()
    }

    /// The distances from the mean over axes. The mean of large numbers is rounded more coarsely than their distances:
    /// what remains of it is subtracted as well.
    private func distancesFromMean(_ axes: [Int]) -> Tensor {
        let distances = self - mean(axes: axes, keepDims: true)
        return distances - distances.detached().mean(axes: axes, keepDims: true)
    }

    /// The product over axes. Integers are multiplied as int64. Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. This is NumPy's `prod`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.product(), x.product(axes: 0))  // 720.0 [ 4. 10. 18.]
    /// ```
    public func product(axes: Int..., keepDims: Bool = false) -> Tensor {
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        let x = dtype.isFloatingPoint || dtype == .int64 ? self : converted(to: .int64)
        let kept = reducedShape(axes, keepDims: true, "product")
        let shape = keepDims ? kept : reducedShape(axes, keepDims: false, "product")
        return .recorded(x.reduced(.product, axes, "product"), shape, from: x) { [axes, kept] dy, x, y in
            let isZero = x.detached() .== 0
            let (dy, y) = (dy.reshaped(to: kept), y.reshaped(to: kept))
            guard isZero.any() else { return dy.times(y) / x }
            // With a single zero only its own gradient is not 0: the product of the others.
            let zeros = isZero.sum(axes: axes, keepDims: true)
            let others = Tensor.select(isZero, .ones(like: x), x)
            let product = dy.times(Tensor.product(others, over: axes))
            return Tensor.select(
                isZero .& (zeros .== 1), product, Tensor.select(zeros .== 0, dy.times(y) / others, .zeros(like: x)))
        }
    }

    private static func product(_ x: Tensor, over axes: [Int]) -> Tensor {
        axes.reduce(x) { $0.product(axes: $1, keepDims: true) }
    }

    /// The Euclidean norm √(Σ x²) over axes, which fits the type even where the squares do not. Its gradient at norm 0
    /// is taken as 0. Axes and `keepDims` work as in ``sum(axes:keepDims:)-(Int...,Bool)``. For other norms see
    /// ``norm(order:axes:keepDims:)``.
    ///
    /// ```swift
    /// let x = Tensor([[3, 4], [6, 8]])
    /// print(x.norm(axes: 1))  // [ 5. 10.]
    /// ```
    public func norm(axes: Int..., keepDims: Bool = false) -> Tensor {
        euclideanNorm(axes.isEmpty ? Array(0..<rank) : axes, keepDims)
    }

    private func euclideanNorm(_ axes: [Int], _ keepDims: Bool) -> Tensor {
        let x = floating, kept = reducedShape(axes, keepDims: true, "norm")
        let shape = keepDims ? kept : reducedShape(axes, keepDims: false, "norm")
        return .recorded(x.detached().lengths(axes).storage, shape, from: x, as: "norm") { [kept] dy, x, y in
            dy.reshaped(to: kept).times(x / y.reshaped(to: kept).zerosReplacedByInfinity)
        }
    }

    /// √(Σ x²), with the axes kept. Where squares overflow or underflow, elements are divided by the largest first.
    private func lengths(_ axes: [Int]) -> Tensor {
        let squares = squared().sum(axes: axes, keepDims: true)
        let smallest = dtype == .float32 ? 1e-30 : 1e-290
        let areSafe = (squares .>= smallest) .& (squares .< .infinity)
        guard !areSafe.all(), reducedCount(axes) > 0 else { return squares.sqrt() }
        let largest = abs().extremum(.maximum, axes, true, "norm")
        let scale = Tensor.select((largest .> 0) .& (largest .< .infinity), largest, .ones(like: largest))
        return (self / scale).squared().sum(axes: axes, keepDims: true).sqrt() * scale
    }

    /// The p-norm (Σ |x|ᵖ)^(1/p) over axes. Of order `.infinity` it is the largest |x|, of `-.infinity` the smallest,
    /// and of 0 the number of elements that are not 0. Its gradient at norm 0 is taken as 0. Axes and `keepDims` work
    /// as in ``sum(axes:keepDims:)-(Int...,Bool)``. This is NumPy's `linalg.norm` of a vector.
    ///
    /// ```swift
    /// let x = Tensor([3.0, -4])
    /// print(x.norm(order: 1), x.norm(order: .infinity))  // 7.0 4.0
    /// ```
    public func norm(order p: Double, axes: Int..., keepDims: Bool = false) -> Tensor {
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        switch p {
        case .infinity: return abs().extremum(.maximum, axes, keepDims, "norm")
        case -.infinity: return abs().extremum(.minimum, axes, keepDims, "norm")
        case 0: return (self .!= 0).sum(axes: axes, keepDims: keepDims).converted(to: floating.dtype)
        case 1: return floating.abs().sum(axes: axes, keepDims: keepDims)
        default:
            let sizes = floating.abs()
            // Powers of the elements' quotients with the largest one (of negative powers, the smallest) fit the type.
            var scale = Tensor.ones([], dtype: sizes.dtype)
            if reducedCount(axes) > 0 {
                let largest = sizes.detached().extremum(p > 0 ? .maximum : .minimum, axes, true, "norm")
                scale = .select((largest .> 0) .& (largest .< .infinity), largest, .ones(like: largest))
            }
            let powers = (sizes / scale).pow(p).sum(axes: axes, keepDims: true), isZero = powers .== 0
            let safe = isZero.any() ? Tensor.select(isZero, .ones(like: powers), powers) : powers
            let roots = isZero.any() ? Tensor.select(isZero, .zeros(like: powers), safe.pow(1 / p)) : safe.pow(1 / p)
            return (roots * scale).reshaped(to: reducedShape(axes, keepDims: keepDims, "norm"))
        }
    }

    /// ln Σ eˣ over axes, computed without overflow. Axes and `keepDims` work as in
    /// ``sum(axes:keepDims:)-(Int...,Bool)``. This is PyTorch's `logsumexp`. The logarithm of a softmax is
    /// ``logSoftmax(axis:)``.
    ///
    /// ```swift
    /// print(Tensor([1000.0, 1000]).logSumExp())  // 1000.6932
    /// ```
    public func logSumExp(axes: Int..., keepDims: Bool = false) -> Tensor {
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        let x = floating.detached()
        var largest = x.extremum(.maximum, axes, true, "logSumExp")
        // Subtracting an infinite maximum would give NaN; without it the sum is infinite as it should be.
        let isFinite = largest.isFinite()
        if !isFinite.all() { largest = largest.masked(.!isFinite, with: 0) }
        let sums = (x - largest).exp().sum(axes: axes, keepDims: true).log() + largest
        let kept = sums.shape
        let shape = keepDims ? kept : reducedShape(axes, keepDims: false, "logSumExp")
        return .recorded(sums.storage, shape, from: floating, as: "logSumExp") { [axes, kept] dy, x, y in
            // Without any finite term each is as good as any other: none gets a gradient.
            let isEmpty = y.reshaped(to: kept) .== -.infinity, shares = x.softmax(axes: axes)
            return dy.reshaped(to: kept)
                .times(isEmpty.any() ? .select(isEmpty, .zeros(like: shares), shares) : shares)
        }
    }

    /// The sum over a list of axes; an empty list reduces none. Integers are summed as int64. The same as
    /// ``sum(axes:keepDims:)-(Int...,Bool)`` where axes are computed.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.sum(axes: [0, 1]), x.sum(axes: []).shape)  // 21.0 [2, 3]
    /// ```
    public func sum(axes: [Int], keepDims: Bool = false) -> Tensor {
        if !dtype.isFloatingPoint && dtype != .int64 {
            return converted(to: .int64).sum(axes: axes, keepDims: keepDims)
        }
        let kept = reducedShape(axes, keepDims: true, "sum")
        let out = reduced(.sum, axes, "sum")
        let result = keepDims ? kept : reducedShape(axes, keepDims: false, "sum")
        return .recorded(out, result, from: self) { [kept] dy, x, _ in dy.reshaped(to: kept).broadcast(to: x.shape) }
    }

    /// The mean over a list of axes; an empty list reduces none. The same as ``mean(axes:keepDims:)-(Int...,Bool)``
    /// where axes are computed.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// print(x.mean(axes: [0, 1]))  // 3.5
    /// ```
    public func mean(axes: [Int], keepDims: Bool = false) -> Tensor {
        let n = Double(reducedCount(axes)), sum = floating.sum(axes: axes, keepDims: keepDims)
        // A sum may be too large for the type where the mean is not.
        guard n < 2 || sum.isFiniteThroughout else {
            return (floating / n).sum(axes: axes, keepDims: keepDims)
        }
        return sum / n
    }

    private var isFiniteThroughout: Bool {
        withExtendedLifetime(storage) {
            dtype == .float32
                ? ck_find_not_finite_float(count, storage.floats, 1) == count
                : ck_find_not_finite_double(count, storage.doubles, 1) == count
        }
    }

    func extremum(_ operation: CKReduction, _ axes: [Int], _ keepDims: Bool, _ name: StaticString) -> Tensor {
        guard dtype.isFloatingPoint || dtype == .int64 else {
            return converted(to: .int64).extremum(operation, axes, keepDims, name).converted(to: dtype)
        }
        let axes = axes.isEmpty ? Array(0..<rank) : axes
        guard reducedCount(axes) > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape],
                    message: "a tensor of shape \(shape) has no elements",
                    hint: "check that the data set or slice is not empty"))
        }
        let kept = reducedShape(axes, keepDims: true, name)
        let result = keepDims ? kept : reducedShape(axes, keepDims: false, name)
        return .recorded(reduced(operation, axes, name), result, from: self, as: name) { [axes, kept] dy, x, y in
            var isBest = x .== y.reshaped(to: kept)
            if y.isNaN().any() { isBest = isBest .| x.isNaN() }
            let shares = isBest.converted(to: x.dtype)
            return (shares / shares.sum(axes: axes, keepDims: true)).times(dy.reshaped(to: kept))
        }
    }

    /// The index of the largest element along an axis, as int32; the first of those that tie, or of those that are NaN,
    /// if any is. The result lacks the axis. For several of the largest see ``topK(_:axis:largest:)``.
    ///
    /// ```swift
    /// let scores = Tensor([[0.1, 2, 1], [3, 0, 1]])
    /// print(scores.argMax())  // [1 0]
    /// ```
    public func argMax(axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "argMax")
        guard shape[axis] > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "argMax", shapes: [shape], message: "axis \(axis) of \(shape) is empty",
                    hint: "check that the data set or slice is not empty"))
        }
        let (outer, inner) = shape.around(axis)
        let source = dtype.isFloatingPoint ? self : converted(to: .int64)
        let out = Storage(count: outer * inner, dtype: .int32)
        withExtendedLifetime(source.storage) {
            if source.dtype == .float32 {
                ck_arg_max_float(outer, shape[axis], inner, source.storage.floats, out.ints)
            } else if source.dtype == .int64 {
                ck_arg_max_int64(outer, shape[axis], inner, source.storage.longs, out.ints)
            } else {
                ck_arg_max_double(outer, shape[axis], inner, source.storage.doubles, out.ints)
            }
        }
        return .unrecorded(out, shape.removing(at: axis))
    }

    /// The index of the smallest element along an axis, as int32; the first of those that tie, or of those that are
    /// NaN, if any is. The result lacks the axis.
    ///
    /// ```swift
    /// print(Tensor([[0.1, 2, 1], [3, 0, 1]]).argMin())  // [0 1]
    /// ```
    public func argMin(axis: Int = -1) -> Tensor { detached().inReverseOrder.argMax(axis: axis) }

    /// Elements in the reverse order: −x, of integers −1 − x, which always fits the type.
    var inReverseOrder: Tensor {
        dtype.isFloatingPoint ? -self : Tensor([-1] as [Int64], shape: []) - converted(to: .int64)
    }

    // MARK: Shapes

    private func reducedShape(_ axes: [Int], keepDims: Bool, _ name: StaticString) -> Shape {
        var result = shape
        var isReduced = InlineArray<8, Bool>(repeating: false)
        for axis in axes {
            let axis = shape.axis(axis, in: name)
            isReduced[axis] = true
            result[axis] = 1
        }
        if keepDims { return result }
        var short = Shape()
        for axis in 0..<rank where !isReduced[axis] { short.append(shape[axis]) }
        return short
    }

    private func reducedCount(_ axes: [Int]) -> Int {
        let kept = reducedShape(axes, keepDims: true, "mean")
        var product = 1
        for axis in 0..<rank where kept[axis] != shape[axis] { product *= shape[axis] }
        return product
    }

    /// Reduces runs of adjacent axes, from the last to the first.
    private func reduced(_ operation: CKReduction, _ axes: [Int], _ name: StaticString) -> Storage {
        var isReduced = InlineArray<8, Bool>(repeating: false)
        for axis in axes { isReduced[shape.axis(axis, in: name)] = true }
        var (source, lengths) = (storage, shape)
        var end = rank
        while end > 0 {
            var begin = end
            while begin > 0 && isReduced[begin - 1] { begin -= 1 }
            if begin < end {
                source = Tensor.reduce(operation, source, lengths, begin..<end)
                for axis in begin..<end { lengths[axis] = 1 }
            }
            end = begin - 1
        }
        return source
    }

    private static func reduce(
        _ operation: CKReduction, _ source: Storage, _ lengths: Shape, _ axes: Range<Int>
    ) -> Storage {
        var (outer, n, inner) = (1, 1, 1)
        for axis in 0..<lengths.rank {
            let length = lengths[axis]
            if axis < axes.lowerBound {
                outer *= length
            } else if axis < axes.upperBound {
                n *= length
            } else {
                inner *= length
            }
        }
        let out = Storage(count: outer * inner, dtype: source.dtype)
        withExtendedLifetime(source) {
            if source.dtype == .float32 {
                ck_reduce_float(operation, outer, n, inner, source.floats, out.floats)
            } else if source.dtype == .int64 {
                ck_reduce_int64(operation, outer, n, inner, source.longs, out.longs)
            } else {
                ck_reduce_double(operation, outer, n, inner, source.doubles, out.doubles)
            }
        }
        return out
    }
}
