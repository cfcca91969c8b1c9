internal import CKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

// Comparisons are elementwise, broadcast like arithmetic, and return tensors of truth values.
extension Tensor {
    /// Where elements of both are equal: truth values, with broadcasting. This is NumPy's `==`. For floating-point
    /// numbers up to rounding see ``isClose(to:relative:absolute:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) .== Tensor([1.0, 3]))  // [ true false]
    /// ```
    public static func .== (a: Tensor, b: Tensor) -> Tensor { compare(.equal, a, b, ".==") }
    /// Where elements of both differ: truth values, with broadcasting.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x .!= Tensor([1.0, 2, 2]))  // [false false  true]
    /// ```
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { compare(.notEqual, a, b, ".!=") }
    /// Where elements of the left one are smaller: truth values, with broadcasting.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x .< Tensor([3.0, 2, 1]))  // [ true false false]
    /// ```
    public static func .< (a: Tensor, b: Tensor) -> Tensor { compare(.less, a, b, ".<") }
    /// Where elements of the left one are smaller or equal: truth values, with broadcasting.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x .<= Tensor([3.0, 2, 1]))  // [ true  true false]
    /// ```
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { compare(.lessOrEqual, a, b, ".<=") }
    /// Where elements of the left one are larger: truth values, with broadcasting.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x .> Tensor([3.0, 2, 1]))  // [false false  true]
    /// ```
    public static func .> (a: Tensor, b: Tensor) -> Tensor { compare(.less, b, a, ".>") }
    /// Where elements of the left one are larger or equal: truth values, with broadcasting.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x .>= Tensor([3.0, 2, 1]))  // [false  true  true]
    /// ```
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { compare(.lessOrEqual, b, a, ".>=") }

    /// Where elements are equal to a number: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .== 2)  // [false  true false]
    /// ```
    public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.comparand(b) }
    /// Where elements differ from a number: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .!= 2)  // [ true false  true]
    /// ```
    public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= a.comparand(b) }
    /// Where elements are below a number: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .< 2)  // [ true false false]
    /// ```
    public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.comparand(b) }
    /// Where elements are a number or below: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .<= 2)  // [ true  true false]
    /// ```
    public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.comparand(b) }
    /// Where elements are above a number: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .> 2)  // [false false  true]
    /// ```
    public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.comparand(b) }
    /// Where elements are a number or above: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]) .>= 2)  // [false  true  true]
    /// ```
    public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.comparand(b) }

    /// A number as it is compared with this tensor: in its type if that is a floating-point type, so that float32
    /// elements made of 0.1 equal 0.1; exactly if elements are integers.
    private func comparand(_ value: Double) -> Tensor {
        if dtype.isFloatingPoint { return .full([], value, dtype: dtype) }
        return Int64(exactly: value).map { Tensor([$0], shape: []) } ?? .full([], value, dtype: .float64)
    }

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

    /// The elements of `a` where the condition is true, and those of `b` elsewhere. All three broadcast. This is
    /// NumPy's `where`. The gradient goes to the operand that an element was taken from. For a constant in one of them
    /// see ``masked(_:with:)``.
    ///
    /// ```swift
    /// let x = Tensor([-2.0, 3])
    /// print(Tensor.select(x .> 0, x, 0.1 * x))  // [-0.2  3. ]
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

    /// Whether every element is true (not zero). For each row or column see ``all(axes:keepDims:)``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print((x .> 0).all())  // true
    /// ```
    public func all() -> Bool { (self .!= 0).storedBytes.allSatisfy { $0 != 0 } }

    /// Whether any element is true (not zero). For each row or column see ``any(axes:keepDims:)``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print((x .> 2).any())  // true
    /// ```
    public func any() -> Bool { (self .!= 0).storedBytes.contains { $0 != 0 } }

    /// Whether all elements over these axes are true (not zero), as truth values. The result lacks the axes, or has
    /// length 1 there with `keepDims`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2], [0, 3]])
    /// print(x.all(axes: 1))  // [ true false]
    /// ```
    public func all(axes: Int..., keepDims: Bool = false) -> Tensor {
        (self .== 0).sum(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims) .== 0
    }

    /// Whether any element over these axes is true (not zero), as truth values. The result lacks the axes, or has
    /// length 1 there with `keepDims`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2], [0, 0]])
    /// print(x.any(axes: 1))  // [ true false]
    /// ```
    public func any(axes: Int..., keepDims: Bool = false) -> Tensor {
        (self .!= 0).sum(axes: axes.isEmpty ? Array(0..<rank) : axes, keepDims: keepDims) .!= 0
    }

    private var storedBytes: [UInt8] {
        withExtendedLifetime(storage) { Array(UnsafeBufferPointer(start: storage.bytes, count: count)) }
    }

    /// Whether another tensor has the same shape, and elements that differ by at most `absolute` + `relative` ·
    /// |element|, as NumPy's `allclose`. NaN is close to NaN, unlike there.
    ///
    /// ```swift
    /// let x = Tensor([0.1, 0.2])
    /// print(x.isClose(to: x + 1e-7), x.isClose(to: x + 0.01))  // true false
    /// ```
    public func isClose(to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) -> Bool {
        guard shape == other.shape else { return false }
        return zip(doubles, other.doubles).allSatisfy { a, b in
            a == b || Swift.abs(a - b) <= absolute + relative * Swift.abs(b) || (a.isNaN && b.isNaN)
        }
    }
}

// Truth values are combined elementwise, with the operators of Swift's SIMD masks.
extension Tensor {
    /// Where both are true (not zero), with broadcasting. This is NumPy's `logical_and`.
    ///
    /// ```swift
    /// let a = Tensor([true, true, false]), b = Tensor([true, false, false])
    /// print(a .& b)  // [ true false false]
    /// ```
    public static func .& (a: Tensor, b: Tensor) -> Tensor { a.truth * b.truth .!= 0 }
    /// Where either is true (not zero), with broadcasting. This is NumPy's `logical_or`.
    ///
    /// ```swift
    /// let a = Tensor([true, true, false]), b = Tensor([true, false, false])
    /// print(a .| b)  // [ true  true false]
    /// ```
    public static func .| (a: Tensor, b: Tensor) -> Tensor { a.truth + b.truth .!= 0 }
    /// Where exactly one is true (not zero), with broadcasting. This is NumPy's `logical_xor`.
    ///
    /// ```swift
    /// let a = Tensor([true, true, false]), b = Tensor([true, false, false])
    /// print(a .^ b)  // [false  true false]
    /// ```
    public static func .^ (a: Tensor, b: Tensor) -> Tensor { a.truth .!= b.truth }
    /// Where the operand is not true (zero). This is NumPy's `logical_not`.
    ///
    /// ```swift
    /// print(.!Tensor([true, false]))  // [false  true]
    /// ```
    public static prefix func .! (a: Tensor) -> Tensor { a .== 0 }

    private var truth: Tensor { detached().converted(to: .bool) }

    /// Where elements are not a number: truth values of the same shape. To stop where the first one arises see
    /// ``watchingForNaN(infinities:_:)``.
    ///
    /// ```swift
    /// print(Tensor([0, .nan, .infinity]).isNaN())  // [false  true false]
    /// ```
    public func isNaN() -> Tensor { self .!= self }
    /// Where elements are infinite, of either sign: truth values of the same shape. This is NumPy's `isinf`.
    ///
    /// ```swift
    /// print(Tensor([0, .nan, -.infinity]).isInfinite())  // [false false  true]
    /// ```
    public func isInfinite() -> Tensor { detached().abs() .== .infinity }
    /// Where elements are neither infinite nor NaN: truth values of the same shape.
    ///
    /// ```swift
    /// print(Tensor([0, .nan, -.infinity]).isFinite())  // [ true false false]
    /// ```
    public func isFinite() -> Tensor { detached().abs() .< .infinity }
}
