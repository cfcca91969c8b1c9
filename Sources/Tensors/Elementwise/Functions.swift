internal import CKernels

extension Tensor {
    /// Applies a function to each element. `p` and `q` are its parameters, if it has any.
    @inline(__always)
    func unary(
        _ operation: CKUnary, _ p: Double = 0, _ q: Double = 0, as function: StaticString = #function,
        pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        guard dtype.isFloatingPoint else { return integer(operation, p, q, function, pullback: pullback) }
        let out = Storage(count: count, dtype: dtype)
        withExtendedLifetime(storage) {
            if case .float32 = dtype {
                let (from, to) = (storage.floats, out.floats)
                Tensor.inChunks(out.count) { start, count in
                    ck_unary_float(operation, count, from + start, to + start, Float(p), Float(q))
                }
            } else {
                ck_unary_double(operation, out.count, storage.doubles, out.doubles, p, q)
            }
        }
        return .recorded(out, shape, from: self, as: function, pullback: pullback)
    }

    /// Calls a loop over elements: once if there are few, on several threads if there are many.
    @inline(__always)
    static func inChunks(_ count: Int, _ loop: (_ start: Int, _ count: Int) -> Void) {
        if count <= parallelLength { return loop(0, count) }
        ThreadPool.forEach(count: count, minimumPerChunk: parallelLength / 4) { loop($0.lowerBound, $0.count) }
    }

    /// The number of elements from which several threads pay off: some 30 to 100 µs of work.
    private static let parallelLength = 1 << 17

    // Functions that map integers to integers keep the type; all others return float32.
    private func integer(
        _ operation: CKUnary, _ p: Double, _ q: Double, _ function: StaticString, pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        switch operation {
        case .floor, .ceil, .round, .truncate: return converted(to: dtype == .int64 ? .int64 : .int32)
        case .negate, .abs, .square, .sign, .relu, .clip:
            let x = converted(to: .int64)
            let out = Storage(count: count, dtype: .int64)
            withExtendedLifetime(x.storage) { ck_unary_int64(operation, count, x.storage.longs, out.longs, p, q) }
            return Tensor.unrecorded(out, shape).converted(to: dtype == .int64 ? .int64 : .int32)
        default: return converted(to: .float32).unary(operation, p, q, as: function, pullback: pullback)
        }
    }
}

// Every function here works element by element: the result has the operand's shape, and the operand's type if that is
// a floating-point type. Integers become float32, except where a function maps integers to integers. Each is also a
// free function, in FreeFunctions.swift: write `x.exp()` or `exp(x)`.

// MARK: Powers and roots
extension Tensor {
    /// The square x² of every element; integers stay integers.
    ///
    /// ```swift
    /// let y = Tensor([1.0, 2, 3])
    /// print((y - 2).squared().mean())  // 0.6666667, the mean squared error of the prediction 2
    /// ```
    public func squared() -> Tensor { unary(.square) { dy, x, _ in dy.times(2 * x) } }

    /// The square root √x of every element; NaN for negative elements. Its gradient 1 / (2√x) is infinite at 0: add a
    /// small number first, or use ``norm(axes:keepDims:)``, whose gradient at 0 is 0.
    ///
    /// ```swift
    /// print(Tensor([1.0, 4, 9]).sqrt())  // [1. 2. 3.]
    /// ```
    public func sqrt() -> Tensor { unary(.sqrt) { dy, _, y in dy.over(2 * y) } }

    /// The reciprocal square root 1 / √x of every element. This is PyTorch's `rsqrt`.
    ///
    /// ```swift
    /// print(Tensor([1.0, 4, 16]).rsqrt())  // [1.   0.5  0.25]
    /// ```
    public func rsqrt() -> Tensor { unary(.reciprocalSqrt) { dy, _, y in dy.times(-0.5 * y * y.squared()) } }

    /// Every element to the power of a number: x^exponent, and 1 for exponent 0. Negative elements have whole powers
    /// only; others are NaN. Integers give float32. For squares see ``squared()``. For roots see ``sqrt()``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2, 3]).pow(3))  // [ 1.  8. 27.]
    /// ```
    public func pow(_ exponent: Double) -> Tensor {
        let x = floating
        return switch exponent {
        case 0: x.raised(to: 0) { dy, _, _ in .zeros(like: dy) }
        case 1: x
        case 2: x.squared()
        case 0.5: x.sqrt()
        // The exponent falls until it is one of the above: whole powers have all derivatives, at 0 too.
        default: x.raised(to: exponent) { dy, x, _ in dy.times(exponent * x.pow(exponent - 1)) }
        }
    }

    private func raised(to exponent: Double, pullback: @escaping UnaryNode.Pullback) -> Tensor {
        let y = detached().pow(scalar(exponent))
        return .recorded(y.storage, shape, from: self, as: "pow", pullback: pullback)
    }

    /// Every element to the power of the other tensor's: a^b, with broadcasting. Integers to the power of integers are
    /// integers (0 where the exponent is negative). This is NumPy's `power`.
    ///
    /// ```swift
    /// print(Tensor([1, 2, 3]).pow(Tensor([3, 2, 1])))  // [1 4 3]
    /// ```
    public func pow(_ exponent: Tensor) -> Tensor {
        .binary(
            .power, self, exponent, "pow",
            { dy, a, b, _ in
                // 0⁰ = 1 for every base: it has no slope there, rather than 0 · 0⁻¹.
                let isFlat = (b .== 0) .& (a .== 0)
                let slope = b * a.pow(b - 1)
                return dy.times(isFlat.any() ? .select(isFlat, .zeros(like: slope), slope) : slope)
            },
            // Where a is 0 the gradient in b is 0 (for b ≥ 0), not 0 · log 0.
            { dy, a, b, y in
                dy.times(y * Tensor.select((a .== 0) .& (b .>= 0), .ones(like: a), a).log())
            })
    }
}

// MARK: Exponentials and logarithms
extension Tensor {
    /// The exponential eˣ of every element. For probabilities use ``softmax(axis:)``, which does not overflow. For eˣ −
    /// 1 near 0 use ``expm1()``.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).exp())  // [0.36787945 1.         2.7182817 ]
    /// ```
    public func exp() -> Tensor { unary(.exp) { dy, _, y in dy.times(y) } }

    /// 2ˣ of every element. For its inverse see ``log2()``.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 3]).exp2())  // [0.5 1.  8. ]
    /// ```
    public func exp2() -> Tensor { unary(.exp2) { dy, _, y in dy.times(y) * 0.6931471805599453 } }

    /// eˣ − 1 of every element, accurate where x is small. For its inverse see ``log1p()``.
    ///
    /// ```swift
    /// print(Tensor([1e-8]).expm1(), Tensor([1e-8]).exp() - 1)  // [1.e-08] [0.]
    /// ```
    public func expm1() -> Tensor { unary(.expm1) { dy, x, _ in dy.times(x.exp()) } }

    /// The natural logarithm ln x of every element: −∞ at 0 and NaN below. For the logarithm of a softmax or a sigmoid
    /// use ``logSoftmax(axis:)`` or ``logSigmoid()``, which do not underflow.
    ///
    /// ```swift
    /// let p = Tensor([0.5, 0.25, 0.25])
    /// print(-(p * p.log()).sum())  // 1.0397208, the entropy in nats
    /// ```
    public func log() -> Tensor { unary(.log) { dy, x, _ in dy.over(x) } }

    /// The logarithm to base 2 of every element. For its inverse see ``exp2()``.
    ///
    /// ```swift
    /// print(Tensor([0.5, 1, 8]).log2())  // [-1.  0.  3.]
    /// ```
    public func log2() -> Tensor { unary(.log2) { dy, x, _ in dy.over(x * 0.6931471805599453) } }

    /// The logarithm to base 10 of every element.
    ///
    /// ```swift
    /// print(Tensor([0.1, 1, 100]).log10())  // [-1.  0.  2.]
    /// ```
    public func log10() -> Tensor { unary(.log10) { dy, x, _ in dy.over(x * 2.302585092994046) } }

    /// ln(1 + x) of every element, accurate where x is small. For its inverse see ``expm1()``.
    ///
    /// ```swift
    /// print(Tensor([1e-8]).log1p(), (1 + Tensor([1e-8])).log())  // [1.e-08] [0.]
    /// ```
    public func log1p() -> Tensor { unary(.log1p) { dy, x, _ in dy.over(1 + x) } }
}

// MARK: Signs and rounding
extension Tensor {
    /// The absolute value |x| of every element; integers stay integers. Its gradient at 0 is 0.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).abs())  // [2. 0. 3.]
    /// ```
    public func abs() -> Tensor { unary(.abs) { dy, x, _ in absGradient(dy, x) } }

    /// The sign of every element: −1, 0 or 1. Its gradient is 0 everywhere. Integers stay integers.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).sign())  // [-1.  0.  1.]
    /// ```
    public func sign() -> Tensor { unary(.sign) { dy, _, _ in .zeros(like: dy) } }

    /// The largest integer ⌊x⌋ not above each element. Its gradient is 0 everywhere. For the nearest integer see
    /// ``rounded()``.
    ///
    /// ```swift
    /// print(Tensor([-1.5, 1.5]).floor())  // [-2.  1.]
    /// ```
    public func floor() -> Tensor { unary(.floor) { dy, _, _ in .zeros(like: dy) } }

    /// The smallest integer ⌈x⌉ not below each element. Its gradient is 0 everywhere. For the nearest integer see
    /// ``rounded()``.
    ///
    /// ```swift
    /// print(Tensor([-1.5, 1.5]).ceil())  // [-1.  2.]
    /// ```
    public func ceil() -> Tensor { unary(.ceil) { dy, _, _ in .zeros(like: dy) } }

    /// The nearest integer to each element, halves to the even one (2.5 to 2). This is NumPy's `round`. Its gradient is
    /// 0 everywhere; for one that passes gradients on see ``custom(_:name:forward:pullback:)``.
    ///
    /// ```swift
    /// print(Tensor([0.5, 1.5, 2.6]).rounded())  // [0. 2. 3.]
    /// ```
    public func rounded() -> Tensor { unary(.round) { dy, _, _ in .zeros(like: dy) } }

    /// Every element rounded towards 0, without its fraction. Its gradient is 0 everywhere. This is NumPy's `trunc`.
    ///
    /// ```swift
    /// print(Tensor([-1.5, 1.5]).truncated())  // [-1.  1.]
    /// ```
    public func truncated() -> Tensor { unary(.truncate) { dy, _, _ in .zeros(like: dy) } }

    /// Every element limited to a range: min(max(x, lower), upper). The gradient is 0 where an element was outside, and
    /// passes where it was on a limit. NaN stays NaN, and integers stay integers between whole limits. This is NumPy's
    /// `clip` and PyTorch's `clamp`. For one bound see ``maximum(_:)-(Double)`` and
    /// ``minimum(_:)-(Double)``.
    ///
    /// ```swift
    /// let x = Tensor([-2.0, 0.5, 3])
    /// print(x.clipped(to: 0...1))  // [0.  0.5 1. ]
    /// ```
    public func clipped(to range: ClosedRange<Double>) -> Tensor {
        clipped(range, passing: .within)
    }

    /// The same; `passing` tells where the gradient passes: inside the limits, or on them as well.
    func clipped(_ range: ClosedRange<Double>, passing: CKUnary) -> Tensor {
        let (low, high) = (range.lowerBound, range.upperBound)
        // Integers stay integers between whole limits.
        guard dtype.isFloatingPoint || [low, high].allSatisfy({ $0.isInfinite || Int64(exactly: $0) != nil }) else {
            return floating.clipped(range, passing: passing)
        }
        return unary(.clip, low, high) { dy, x, _ in
            x.unary(passing, low, high) { dy, _, _ in .zeros(like: dy) }.times(dy)
        }
    }
}

// MARK: Trigonometry
extension Tensor {
    /// The sine of every element, in radians.
    ///
    /// ```swift
    /// print(Tensor([0, .pi / 2]).sin())  // [0. 1.]
    /// ```
    public func sin() -> Tensor { unary(.sin) { dy, x, _ in dy.times(x.cos()) } }

    /// The cosine of every element, in radians.
    ///
    /// ```swift
    /// print(Tensor([0, .pi]).cos())  // [ 1. -1.]
    /// ```
    public func cos() -> Tensor { unary(.cos) { dy, x, _ in -dy.times(x.sin()) } }

    /// The tangent of every element, in radians.
    ///
    /// ```swift
    /// print(Tensor([0, .pi / 4]).tan())  // [0.         0.99999994]
    /// ```
    public func tan() -> Tensor { unary(.tan) { dy, _, y in dy.times(1 + y.squared()) } }

    /// The arcsine of every element: the angle between −π/2 and π/2 that has this sine. NaN outside −1...1. This is
    /// NumPy's `arcsin`.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).asin())  // [-1.5707964  0.         1.5707964]
    /// ```
    public func asin() -> Tensor { unary(.asin) { dy, x, _ in dy.over(((1 - x) * (1 + x)).sqrt()) } }

    /// The arccosine of every element: the angle between 0 and π that has this cosine. NaN outside −1...1. This is
    /// NumPy's `arccos`.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).acos())  // [3.1415927 1.5707964 0.       ]
    /// ```
    public func acos() -> Tensor { unary(.acos) { dy, x, _ in -dy.over(((1 - x) * (1 + x)).sqrt()) } }

    /// The arctangent of every element: the angle between −π/2 and π/2 that has this tangent. This is NumPy's `arctan`.
    /// For the angle of a point see ``atan2(_:_:)``.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).atan())  // [-0.7853982  0.         0.7853982]
    /// ```
    public func atan() -> Tensor { unary(.atan) { dy, x, _ in dy.over(1 + x.squared()) } }

    /// The hyperbolic sine (eˣ − e⁻ˣ) / 2 of every element.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).sinh())  // [-1.1752012  0.         1.1752012]
    /// ```
    public func sinh() -> Tensor { unary(.sinh) { dy, x, _ in dy.times(x.cosh()) } }

    /// The hyperbolic cosine (eˣ + e⁻ˣ) / 2 of every element.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).cosh())  // [1.5430806 1.        1.5430806]
    /// ```
    public func cosh() -> Tensor { unary(.cosh) { dy, x, _ in dy.times(x.sinh()) } }

    /// The hyperbolic tangent (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) of every element: between −1 and 1. A scaled ``sigmoid()``: tanh
    /// x = 2 σ(2x) − 1.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).tanh())  // [-0.7615941  0.         0.7615941]
    /// ```
    public func tanh() -> Tensor { unary(.tanh) { dy, _, y in tanhGradient(dy, y) } }

    /// The inverse ln(x + √(x² + 1)) of ``sinh()``, for every element. This is NumPy's `arcsinh`.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).sinh().asinh())  // [-1.  0.  1.]
    /// ```
    public func asinh() -> Tensor { unary(.asinh) { dy, x, _ in dy.over(x.hypotenuse(.ones(like: x))) } }

    /// The inverse ln(x + √(x² − 1)) of ``cosh()``, at least 0, for every element; NaN below 1. This is NumPy's
    /// `arccosh`.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]).acosh())  // [0.       1.316958]
    /// ```
    public func acosh() -> Tensor { unary(.acosh) { dy, x, _ in dy.over((x - 1).sqrt() * (x + 1).sqrt()) } }

    /// The inverse ½ ln((1 + x) / (1 − x)) of ``tanh()``, for every element; NaN outside −1...1. This is NumPy's
    /// `arctanh`.
    ///
    /// ```swift
    /// print(Tensor([-0.5, 0, 0.5]).atanh())  // [-0.54930615  0.          0.54930615]
    /// ```
    public func atanh() -> Tensor { unary(.atanh) { dy, x, _ in dy.over((1 - x) * (1 + x)) } }
}

// MARK: The error function
extension Tensor {
    /// The error function 2/√π ∫₀ˣ e^(−t²) dt of every element. This is PyTorch's `erf`.
    ///
    /// ```swift
    /// print(Tensor([-1.0, 0, 1]).erf())  // [-0.8427008  0.         0.8427008]
    /// ```
    public func erf() -> Tensor { unary(.erf) { dy, x, _ in dy.times(1.1283791670955126 * (-x.squared()).exp()) } }

    /// 1 − erf(x) of every element, accurate where x is large. This is PyTorch's `erfc`.
    ///
    /// ```swift
    /// print(Tensor([0.0, 1, 2]).erfc())  // [1.         0.1572992  0.00467773]
    /// ```
    public func erfc() -> Tensor { unary(.erfc) { dy, x, _ in dy.times(-1.1283791670955126 * (-x.squared()).exp()) } }

    /// The inverse of ``erf()`` for every element; infinite at ±1, NaN beyond. This is PyTorch's `erfinv`.
    ///
    /// ```swift
    /// print(Tensor([-0.5, 0, 1]).erfInverse())  // [-0.47693628  0.                 inf]
    /// ```
    public func erfInverse() -> Tensor {
        unary(.erfInverse) { dy, _, y in dy.times(0.886226925452758 * y.squared().exp()) }
    }
}
