internal import CKernels

extension Tensor {
    /// A function of each element. `p` and `q` are its parameters, if it has any.
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

    /// Calls a loop over elements: at once if there are few, and on several threads if there are many.
    @inline(__always)
    static func inChunks(_ count: Int, _ loop: (_ start: Int, _ count: Int) -> Void) {
        if count <= parallelLength { return loop(0, count) }
        ThreadPool.forEach(count: count, minimumPerChunk: parallelLength / 4) { loop($0.lowerBound, $0.count) }
    }

    /// Elements that are worth several threads' work: some 30 to 100 µs.
    private static let parallelLength = 1 << 17

    // Functions that make integers of integers keep them; others give Float32.
    private func integer(
        _ operation: CKUnary, _ p: Double, _ q: Double, _ function: StaticString, pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        switch operation {
        case .floor, .ceil, .round, .truncate: return converted(to: dtype == .int64 ? .int64 : .int32)
        case .negate, .abs, .square, .sign, .relu, .clip:
            let x = converted(to: .int64)
            let out = Storage(count: count, dtype: .int64)
            withExtendedLifetime(x.storage) { ck_unary_int64(operation, count, x.storage.longs, out.longs, p, q) }
            return Tensor(storage: out, shape: shape).converted(to: dtype == .int64 ? .int64 : .int32)
        default: return converted(to: .float32).unary(operation, p, q, as: function, pullback: pullback)
        }
    }

    /// Every element times itself.
    public func squared() -> Tensor { unary(.square) { dy, x, _ in dy * (2 * x) } }

    /// Every element rounded down.
    public func floor() -> Tensor { unary(.floor) { dy, _, _ in .zeros(like: dy) } }

    /// Every element rounded up.
    public func ceil() -> Tensor { unary(.ceil) { dy, _, _ in .zeros(like: dy) } }

    /// Every element without its fraction: rounded towards zero.
    public func truncated() -> Tensor { unary(.truncate) { dy, _, _ in .zeros(like: dy) } }

    /// Every element rounded to the nearest integer (halves to the even one).
    public func rounded() -> Tensor { unary(.round) { dy, _, _ in .zeros(like: dy) } }

    /// −1, 0 or 1 for every element.
    public func sign() -> Tensor { unary(.sign) { dy, _, _ in .zeros(like: dy) } }

    /// Every element held within the range.
    public func clipped(to range: ClosedRange<Double>) -> Tensor {
        let (low, high) = (range.lowerBound, range.upperBound)
        return unary(.clip, low, high) { dy, x, _ in dy * x.unary(.within, low, high) { dy, _, _ in .zeros(like: dy) } }
    }
}

/// e to the power of every element.
public func exp(_ x: Tensor) -> Tensor { x.unary(.exp) { dy, _, y in dy * y } }

/// The natural logarithm of every element.
public func log(_ x: Tensor) -> Tensor { x.unary(.log) { dy, x, _ in dy / x } }

/// The square root of every element.
public func sqrt(_ x: Tensor) -> Tensor { x.unary(.sqrt) { dy, _, y in dy / (2 * y) } }

/// Every element without its sign.
public func abs(_ x: Tensor) -> Tensor { x.unary(.abs) { dy, x, _ in dy * x.sign() } }

/// The sine of every element, in radians.
public func sin(_ x: Tensor) -> Tensor { x.unary(.sin) { dy, x, _ in dy * cos(x) } }

/// The cosine of every element, in radians.
public func cos(_ x: Tensor) -> Tensor { x.unary(.cos) { dy, x, _ in -dy * sin(x) } }

/// The tangent of every element, in radians.
public func tan(_ x: Tensor) -> Tensor { x.unary(.tan) { dy, _, y in dy * (1 + y.squared()) } }

/// The angle between −π/2 and π/2 whose sine every element is.
public func asin(_ x: Tensor) -> Tensor { x.unary(.asin) { dy, x, _ in dy / sqrt(1 - x.squared()) } }

/// The angle between 0 and π whose cosine every element is.
public func acos(_ x: Tensor) -> Tensor { x.unary(.acos) { dy, x, _ in -dy / sqrt(1 - x.squared()) } }

/// The angle between −π/2 and π/2 whose tangent every element is.
public func atan(_ x: Tensor) -> Tensor { x.unary(.atan) { dy, x, _ in dy / (1 + x.squared()) } }

/// The hyperbolic sine of every element.
public func sinh(_ x: Tensor) -> Tensor { x.unary(.sinh) { dy, x, _ in dy * cosh(x) } }

/// The hyperbolic cosine of every element.
public func cosh(_ x: Tensor) -> Tensor { x.unary(.cosh) { dy, x, _ in dy * sinh(x) } }

/// The number whose hyperbolic sine every element is.
public func asinh(_ x: Tensor) -> Tensor { x.unary(.asinh) { dy, x, _ in dy / sqrt(x.squared() + 1) } }

/// The number from 0 up whose hyperbolic cosine every element is.
public func acosh(_ x: Tensor) -> Tensor { x.unary(.acosh) { dy, x, _ in dy / sqrt(x.squared() - 1) } }

/// The number whose hyperbolic tangent every element is.
public func atanh(_ x: Tensor) -> Tensor { x.unary(.atanh) { dy, x, _ in dy / (1 - x.squared()) } }

/// 2 to the power of every element.
public func exp2(_ x: Tensor) -> Tensor { x.unary(.exp2) { dy, _, y in dy * y * 0.6931471805599453 } }

/// eˣ − 1 of every element, exact where x is small.
public func expm1(_ x: Tensor) -> Tensor { x.unary(.expm1) { dy, _, y in dy * (y + 1) } }

/// The logarithm to base 2 of every element.
public func log2(_ x: Tensor) -> Tensor { x.unary(.log2) { dy, x, _ in dy / (x * 0.6931471805599453) } }

/// The logarithm to base 10 of every element.
public func log10(_ x: Tensor) -> Tensor { x.unary(.log10) { dy, x, _ in dy / (x * 2.302585092994046) } }

/// log(1 + x) of every element, exact where x is small.
public func log1p(_ x: Tensor) -> Tensor { x.unary(.log1p) { dy, x, _ in dy / (1 + x) } }

/// 1 divided by the square root of every element.
public func rsqrt(_ x: Tensor) -> Tensor { x.unary(.reciprocalSqrt) { dy, _, y in dy * (-0.5 * y * y.squared()) } }

/// The error function of every element.
public func erf(_ x: Tensor) -> Tensor { x.unary(.erf) { dy, x, _ in dy * (1.1283791670955126 * exp(-x.squared())) } }

/// 1 − erf(x) of every element, exact where x is large.
public func erfc(_ x: Tensor) -> Tensor {
    x.unary(.erfc) { dy, x, _ in dy * (-1.1283791670955126 * exp(-x.squared())) }
}

/// The number whose error function every element is; infinite for ±1.
public func erfInverse(_ x: Tensor) -> Tensor {
    x.unary(.erfInverse) { dy, _, y in dy * (0.886226925452758 * exp(y.squared())) }
}

/// The hyperbolic tangent of every element.
public func tanh(_ x: Tensor) -> Tensor { x.tanh() }

/// 1 / (1 + e⁻ˣ) of every element.
public func sigmoid(_ x: Tensor) -> Tensor { x.sigmoid() }

/// The larger of 0 and every element.
public func relu(_ x: Tensor) -> Tensor { x.relu() }
