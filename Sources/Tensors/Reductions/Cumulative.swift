internal import CKernels

extension Tensor {
    /// The cumulative sum along an axis: element i is the sum of elements 0 to i. Integers are summed as int64. The
    /// shape stays. This is NumPy's `cumsum`.
    ///
    /// ```swift
    /// print(Tensor([1, 2, 3, 4]).cumulativeSum())  // [ 1  3  6 10]
    /// ```
    public func cumulativeSum(axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "cumulativeSum")
        return cumulative(.sum, axis) { dy, _, _ in dy.cumulativeSumBackwards(axis) }
    }

    /// The cumulative product along an axis: element i is the product of elements 0 to i. Integers are multiplied as
    /// int64. The shape stays. This is NumPy's `cumprod`.
    ///
    /// ```swift
    /// print(Tensor([1, 2, 3, 4]).cumulativeProduct())  // [ 1  2  6 24]
    /// ```
    public func cumulativeProduct(axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "cumulativeProduct")
        return cumulative(.product, axis) { dy, x, y in
            let isZero = x.detached() .== 0
            guard isZero.any() else { return dy.times(y).cumulativeSumBackwards(axis) / x }
            // The first zero's gradient comes from the products without it; before it the quotient holds, after it all
            // is 0.
            let zeros = isZero.cumulativeSum(axis: axis)
            let isFirst = isZero .& (zeros .== 1)
            let without = Tensor.select(isFirst, .ones(like: x), x)
            let atZero = dy.times(without.cumulativeProduct(axis: axis)).cumulativeSumBackwards(axis)
            let before = dy.times(y).cumulativeSumBackwards(axis) / Tensor.select(isZero, .ones(like: x), x)
            return Tensor.select(isFirst, atZero, Tensor.select(zeros .== 0, before, .zeros(like: x)))
        }
    }

    /// The cumulative maximum along an axis: element i is the largest of elements 0 to i. The gradient goes to the last
    /// of those that tie. The shape stays. These are the values of PyTorch's `cummax`.
    ///
    /// ```swift
    /// print(Tensor([1, 3, 2, 4]).cumulativeMax())  // [1 3 3 4]
    /// ```
    public func cumulativeMax(axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "cumulativeMax")
        let source = dtype.isFloatingPoint ? detached() : converted(to: .int64)
        let (outer, inner) = shape.around(axis), out = Storage(count: count, dtype: .int32)
        withExtendedLifetime(source.storage) {
            let (length, storage) = (shape[axis], source.storage)
            switch source.dtype {
            case .float32: ck_cumulative_arg_max_float(outer, length, inner, storage.floats, out.ints)
            case .float64: ck_cumulative_arg_max_double(outer, length, inner, storage.doubles, out.ints)
            default: ck_cumulative_arg_max_int64(outer, length, inner, storage.longs, out.ints)
            }
        }
        return taken(at: Tensor(storage: out, shape: shape), axis: axis)
    }

    /// The cumulative minimum along an axis: element i is the smallest of elements 0 to i. The gradient goes to the
    /// last of those that tie. The shape stays. These are the values of PyTorch's `cummin`.
    ///
    /// ```swift
    /// print(Tensor([3, 4, 1, 2]).cumulativeMin())  // [3 3 1 1]
    /// ```
    public func cumulativeMin(axis: Int = -1) -> Tensor { inReverseOrder.cumulativeMax(axis: axis).inReverseOrder }

    private func cumulativeSumBackwards(_ axis: Int) -> Tensor {
        reversed(axis: axis).cumulativeSum(axis: axis).reversed(axis: axis)
    }

    private func cumulative(
        _ operation: CKReduction, _ axis: Int, as function: StaticString = #function,
        pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        let source = dtype.isFloatingPoint ? self : converted(to: .int64)
        let (outer, inner) = shape.around(axis), out = Storage(count: count, dtype: source.dtype)
        withExtendedLifetime(source.storage) {
            let (length, storage) = (shape[axis], source.storage)
            switch source.dtype {
            case .float32: ck_cumulative_float(operation, outer, length, inner, storage.floats, out.floats)
            case .float64: ck_cumulative_double(operation, outer, length, inner, storage.doubles, out.doubles)
            default: ck_cumulative_int64(operation, outer, length, inner, storage.longs, out.longs)
            }
        }
        return .recorded(out, shape, from: source, as: function, pullback: pullback)
    }
}
