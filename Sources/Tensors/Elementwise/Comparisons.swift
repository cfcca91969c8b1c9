internal import CKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

// Comparisons are elementwise, broadcast like arithmetic, and return tensors of truth values.
extension Tensor {
    /// Where both are equal.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { compare(.equal, a, b, ".==") }
    /// Where both differ.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { compare(.notEqual, a, b, ".!=") }
    /// Where the left one is smaller.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { compare(.less, a, b, ".<") }
    /// Where the left one is smaller or equal.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { compare(.lessOrEqual, a, b, ".<=") }
    /// Where the left one is larger.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { compare(.less, b, a, ".>") }
    /// Where the left one is larger or equal.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { compare(.lessOrEqual, b, a, ".>=") }

    /// Where elements are equal to a number.
    public static func .== (a: Tensor, b: Double) -> Tensor { a .== Tensor.full([], b, dtype: .float64) }
    /// Where elements differ from a number.
    public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= Tensor.full([], b, dtype: .float64) }
    /// Where elements are below a number.
    public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.scalar(b) }
    /// Where elements are a number or below.
    public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.scalar(b) }
    /// Where elements are above a number.
    public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.scalar(b) }
    /// Where elements are a number or above.
    public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.scalar(b) }

    private static func compare(_ operation: CKComparison, _ a: Tensor, _ b: Tensor, _ name: StaticString) -> Tensor {
        let type: DType =
            a.dtype == .float32 && b.dtype == .float32
            ? .float32 : a.dtype.isFloatingPoint || b.dtype.isFloatingPoint ? .float64 : .int64
        let (left, right) = (a.detached().converted(to: type), b.detached().converted(to: type))
        let (storage, shape) = broadcasting(left, right, name, resultType: .bool) { count, a, stepA, b, stepB, out in
            if type == .float32 {
                ck_compare_float(operation, count, a.floats, stepA, b.floats, stepB, out.bytes)
            } else if type == .int64 {
                ck_compare_int64(operation, count, a.longs, stepA, b.longs, stepB, out.bytes)
            } else {
                ck_compare_double(operation, count, a.doubles, stepA, b.doubles, stepB, out.bytes)
            }
        }
        return .unrecorded(storage, shape)
    }

    /// The elements of `a` where the condition is true, and those of `b` elsewhere. All three broadcast.
    ///
    /// ```swift
    /// let x = Tensor([-2.0, 3])
    /// print(Tensor.select(x .> 0, x, 0.1 * x))    // [-0.2, 3]
    /// ```
    public static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        let type = DType.promoted(a.dtype, b.dtype)
        if type == .int32 {
            return select(condition, a.converted(to: .int64), b.converted(to: .int64)).converted(to: .int32)
        }
        guard let pair = a.shape.broadcast(with: b.shape), let shape = pair.broadcast(with: condition.shape) else {
            Failure.raise(
                ShapeError(
                    operation: "select", shapes: [condition.shape, a.shape, b.shape],
                    message: "shapes \(condition.shape), \(a.shape) and \(b.shape) do not broadcast",
                    hint: "aligned at the last dimension, lengths must be equal or 1"))
        }
        let mask = condition.converted(to: .bool).broadcast(to: shape)
        let (x, y) = (a.converted(to: type).broadcast(to: shape), b.converted(to: type).broadcast(to: shape))
        let out = Storage(count: shape.elementCount, dtype: type)
        withExtendedLifetime((mask.storage, x.storage, y.storage)) {
            if type == .float32 {
                ck_select_float(out.count, mask.storage.bytes, x.storage.floats, 1, y.storage.floats, 1, out.floats)
            } else if type == .int64 {
                ck_select_int64(out.count, mask.storage.bytes, x.storage.longs, 1, y.storage.longs, 1, out.longs)
            } else {
                ck_select_double(out.count, mask.storage.bytes, x.storage.doubles, 1, y.storage.doubles, 1, out.doubles)
            }
        }
        return .recorded(
            out, shape, from: x, y, pullbacks: { [mask] dy, _, _, _ in select(mask, dy, .zeros(like: dy)) },
            { [mask] dy, _, _, _ in select(mask, .zeros(like: dy), dy) })
    }

    /// Whether every element is true (not zero).
    public func all() -> Bool { (self .!= 0).storedBytes.allSatisfy { $0 != 0 } }

    /// Whether any element is true (not zero).
    public func any() -> Bool { (self .!= 0).storedBytes.contains { $0 != 0 } }

    /// Whether all elements over these axes are true (not zero), as truth values.
    public func all(axes: Int..., keepDims: Bool = false) -> Tensor {
        (self .== 0).sum(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims) .== 0
    }

    /// Whether any element over these axes is true (not zero), as truth values.
    public func any(axes: Int..., keepDims: Bool = false) -> Tensor {
        (self .!= 0).sum(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims) .!= 0
    }

    private var storedBytes: [UInt8] {
        withExtendedLifetime(storage) { Array(UnsafeBufferPointer(start: storage.bytes, count: count)) }
    }

    /// Whether another tensor has the same shape, and elements that differ by at most `absolute` + `relative` ·
    /// |element|, as NumPy's `allclose`.
    public func isClose(to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) -> Bool {
        guard shape == other.shape else { return false }
        return zip(doubles, other.doubles).allSatisfy { a, b in
            a == b || Swift.abs(a - b) <= absolute + relative * Swift.abs(b) || (a.isNaN && b.isNaN)
        }
    }
}

// Truth values are combined elementwise, with the operators of Swift's SIMD masks.
extension Tensor {
    /// Where both are true.
    public static func .& (a: Tensor, b: Tensor) -> Tensor { a.truth * b.truth .!= 0 }
    /// Where either is true.
    public static func .| (a: Tensor, b: Tensor) -> Tensor { a.truth + b.truth .!= 0 }
    /// Where exactly one is true.
    public static func .^ (a: Tensor, b: Tensor) -> Tensor { a.truth .!= b.truth }
    /// Where the operand is not true.
    public static prefix func .! (a: Tensor) -> Tensor { a .== 0 }

    private var truth: Tensor { detached().converted(to: .bool) }

    /// Where elements are not a number.
    public func isNaN() -> Tensor { self .!= self }
    /// Where elements are infinite, of either sign.
    public func isInfinite() -> Tensor { detached().abs() .== .infinity }
    /// Where elements are neither infinite nor NaN.
    public func isFinite() -> Tensor { detached().abs() .< .infinity }
}
