internal import CKernels

// Operands broadcast as in NumPy: shapes are aligned at their last dimension, and a dimension that is 1 or missing is
// repeated. The result has the wider floating-point type of the operands; two integer operands give integers (int64 if
// either is, else int32), except in a quotient. A number next to a tensor counts as floating-point.
extension Tensor {
    /// The elementwise sum a + b, with broadcasting. Broadcasting aligns shapes at their last dimension and repeats
    /// those of length 1, as in NumPy.
    ///
    /// ```swift
    /// print(Tensor([[1], [2]]) + Tensor([10.0, 20]))  // [[11. 21.] [12. 22.]]
    /// ```
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        binary(.add, a, b, "+", { dy, _, _, _ in dy }, { dy, _, _, _ in dy })
    }
    /// Adds a number to every element; the shape stays.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) + 0.5)  // [1.5 2.5]
    /// ```
    public static func + (a: Tensor, b: Double) -> Tensor { a.withScalar(.add, b) { dy, _, _ in dy } }
    /// Adds a number to every element; the shape stays.
    ///
    /// ```swift
    /// print(0.5 + Tensor([1.0, 2]))  // [1.5 2.5]
    /// ```
    public static func + (a: Double, b: Tensor) -> Tensor { b.withScalar(.add, a) { dy, _, _ in dy } }

    /// The elementwise difference a − b, with broadcasting. It broadcasts as the sum a + b does.
    ///
    /// ```swift
    /// print(Tensor([3.0, 4]) - Tensor([1.0, 5]))  // [ 2. -1.]
    /// ```
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        binary(.subtract, a, b, "-", { dy, _, _, _ in dy }, { dy, _, _, _ in -dy })
    }
    /// Subtracts a number from every element; the shape stays.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) - 0.5)  // [0.5 1.5]
    /// ```
    public static func - (a: Tensor, b: Double) -> Tensor { a.withScalar(.subtract, b) { dy, _, _ in dy } }
    /// Subtracts every element from a number; the shape stays.
    ///
    /// ```swift
    /// print(1 - Tensor([0.25, 1]))  // [0.75 0.  ]
    /// ```
    public static func - (a: Double, b: Tensor) -> Tensor {
        b.withScalar(.subtract, a, onLeft: true) { dy, _, _ in -dy }
    }

    /// The elementwise product a · b, with broadcasting. For the matrix product see
    /// ``matmul(_:transposeA:transposeB:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) * Tensor([3.0, 4]))  // [3. 8.]
    /// ```
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        binary(.multiply, a, b, "*", { dy, _, b, _ in dy.times(b) }, { dy, a, _, _ in dy.times(a) })
    }
    /// Multiplies every element by a number; the shape stays.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) * 0.5)  // [0.5 1. ]
    /// ```
    public static func * (a: Tensor, b: Double) -> Tensor { a.withScalar(.multiply, b) { dy, _, _ in dy * b } }
    /// Multiplies every element by a number; the shape stays.
    ///
    /// ```swift
    /// print(0.5 * Tensor([1.0, 2]))  // [0.5 1. ]
    /// ```
    public static func * (a: Double, b: Tensor) -> Tensor { b.withScalar(.multiply, a) { dy, _, _ in dy * a } }

    /// The elementwise quotient a / b, with broadcasting. That of integers is floating-point too, as in NumPy; for the
    /// integer quotient take its ``floor()``, for the remainder ``remainder(_:)-(Tensor)``.
    ///
    /// ```swift
    /// print(Tensor([1, 4]) / Tensor([2, 2]))  // [0.5 2. ]
    /// ```
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        binary(
            .divide, a.floating, b.floating, "/", { dy, _, b, _ in dy.over(b) },
            { dy, _, b, y in -dy.times(y).over(b) })
    }
    /// Divides every element by a number; the shape stays.
    ///
    /// ```swift
    /// print(Tensor([1.0, 2]) / 4)  // [0.25 0.5 ]
    /// ```
    public static func / (a: Tensor, b: Double) -> Tensor { a.withScalar(.divide, b) { dy, _, _ in dy / b } }
    /// Divides a number by every element; the shape stays.
    ///
    /// ```swift
    /// print(1 / Tensor([2.0, 4]))  // [0.5  0.25]
    /// ```
    public static func / (a: Double, b: Tensor) -> Tensor {
        b.withScalar(.divide, a, onLeft: true) { dy, x, y in -dy.times(y).over(x) }
    }

    /// Negates every element; integers stay integers.
    ///
    /// ```swift
    /// print(-Tensor([1.0, -2]))  // [-1.  2.]
    /// ```
    public static prefix func - (x: Tensor) -> Tensor { x.unary(.negate) { dy, _, _ in -dy } }

    /// Adds to a variable, as `a = a + b`: other tensors with the same elements keep theirs.
    ///
    /// ```swift
    /// var x = Tensor([1.0, 2])
    /// x += Tensor([0.5, 0.5])
    /// print(x)  // [1.5 2.5]
    /// ```
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// Subtracts from a variable, as `a = a - b`.
    ///
    /// ```swift
    /// var x = Tensor([1.0, 2])
    /// x -= Tensor([0.5, 0.5])
    /// print(x)  // [0.5 1.5]
    /// ```
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// Multiplies a variable, as `a = a * b`.
    ///
    /// ```swift
    /// var x = Tensor([1.0, 2])
    /// x *= Tensor([0.5, 0.5])
    /// print(x)  // [0.5 1. ]
    /// ```
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    /// Divides a variable, as `a = a / b`.
    ///
    /// ```swift
    /// var x = Tensor([1.0, 2])
    /// x /= Tensor([4.0, 4])
    /// print(x)  // [0.25 0.5 ]
    /// ```
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

    /// With ∞ in place of 0: a divisor by which quotients become 0 rather than infinite.
    var zerosReplacedByInfinity: Tensor {
        let isZero = self .== 0
        return isZero.any() ? .select(isZero, .full([], .infinity, dtype: dtype), self) : self
    }

    /// A number in the type that it takes next to this tensor.
    func scalar(_ value: Double) -> Tensor { .full([], value, dtype: dtype == .float64 ? .float64 : .float32) }
}

// Pullbacks multiply and divide by these: an element that receives no gradient passes none on, even where its own
// derivative is infinite or NaN. So what is masked out afterwards counts for nothing.
extension Tensor {
    /// The product a · b, and 0 where this tensor is 0, even if the factor is infinite or NaN there.
    package func times(_ factor: Tensor) -> Tensor {
        .binary(
            .productOrZero, self, factor, "*", { dy, _, b, _ in dy.times(b) }, { dy, a, _, _ in a.times(dy) })
    }

    /// The quotient a / b, and 0 where this tensor is 0, even if the divisor is 0 or NaN there.
    package func over(_ divisor: Tensor) -> Tensor {
        .binary(
            .quotientOrZero, self, divisor, "/", { dy, _, b, _ in dy.over(b) },
            { dy, _, b, y in -dy.times(y).over(b) })
    }

    /// √(a² + b²), which neither overflows nor underflows.
    func hypotenuse(_ other: Tensor) -> Tensor {
        let (a, b) = (abs(), other.abs())
        let larger = a.maximum(b)
        return larger * (1 + a.minimum(b).over(larger).squared()).sqrt()
    }

    /// The loss ln(1 + eᶻ) − z t of a logit z and a target t from 0 to 1, accurate for logits of any size.
    package func logisticLoss(_ target: Tensor) -> Tensor {
        .binary(
            .logisticLoss, floating, target.floating, "logisticLoss",
            { dy, z, t, _ in
                dy.times(
                    .binary(
                        .logisticSlope, z, t, "logisticLoss",
                        { dy, z, _, _ in sigmoidGradient(dy, z.sigmoid()) }, { dy, _, _, _ in -dy }))
            },
            { dy, z, _, _ in -dy.times(z) })
    }
}

extension Tensor {
    /// The larger of two elements, max(a, b), with broadcasting. Where they are equal each gets half of the gradient.
    /// This is NumPy's `maximum`. For the largest element of one tensor see ``max(axes:keepDims:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 5]).maximum(Tensor([3.0, 2])))  // [3. 5.]
    /// ```
    public func maximum(_ other: Tensor) -> Tensor {
        .binary(
            .maximum, self, other, "maximum", { dy, a, b, _ in share(a .> b, a .== b).times(dy) },
            { dy, a, b, _ in share(b .> a, a .== b).times(dy) })
    }

    /// The larger of each element and a number. For limits on both sides see ``clipped(to:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 5]).maximum(2))  // [2. 5.]
    /// ```
    public func maximum(_ other: Double) -> Tensor { maximum(scalar(other)) }

    /// The smaller of two elements, min(a, b), with broadcasting. Where they are equal each gets half of the gradient.
    /// This is NumPy's `minimum`. For the smallest element of one tensor see ``min(axes:keepDims:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 5]).minimum(Tensor([3.0, 2])))  // [1. 2.]
    /// ```
    public func minimum(_ other: Tensor) -> Tensor {
        .binary(
            .minimum, self, other, "minimum", { dy, a, b, _ in share(a .< b, a .== b).times(dy) },
            { dy, a, b, _ in share(b .< a, a .== b).times(dy) })
    }

    /// The smaller of each element and a number. For limits on both sides see ``clipped(to:)``.
    ///
    /// ```swift
    /// print(Tensor([1.0, 5]).minimum(2))  // [1. 2.]
    /// ```
    public func minimum(_ other: Double) -> Tensor { minimum(scalar(other)) }

    /// The angle of the point (x, y) from the x axis in radians, between −π and π, where this tensor holds y; with
    /// broadcasting. This is NumPy's `arctan2`. For the angle of a slope see ``atan()``. Its gradient at the origin,
    /// where no angle is defined, is taken as 0.
    ///
    /// ```swift
    /// let y = Tensor([1.0, 0]), x = Tensor([0.0, -1])
    /// print(y.atan2(x))  // [1.5707964 3.1415927]
    /// ```
    public func atan2(_ x: Tensor) -> Tensor {
        .binary(
            .atan2, floating, x.floating, "atan2",
            { dz, y, x, _ in
                let radius = y.hypotenuse(x).zerosReplacedByInfinity
                return dz.times(x / radius / radius)
            },
            { dz, y, x, _ in
                let radius = y.hypotenuse(x).zerosReplacedByInfinity
                return -dz.times(y / radius / radius)
            })
    }

    /// The remainder a − b ⌊a / b⌋ of a division rounded down, with broadcasting. It has the sign of b, as in NumPy and
    /// Python.
    ///
    /// ```swift
    /// print(Tensor([7, -7]).remainder(Tensor([3, 3])))  // [1 2]
    /// ```
    public func remainder(_ divisor: Tensor) -> Tensor {
        .binary(
            .remainder, self, divisor, "remainder", { dy, _, _, _ in dy },
            { dy, a, b, _ in -dy.times((a / b).floor()) })
    }

    /// The remainder of every element's division by a number, rounded down.
    ///
    /// ```swift
    /// print(Tensor([7.5, -7]).remainder(3))  // [1.5 2. ]
    /// ```
    public func remainder(_ divisor: Double) -> Tensor { remainder(scalar(divisor)) }
}

private func share(_ wins: Tensor, _ ties: Tensor) -> Tensor {
    wins.converted(to: .float32) + 0.5 * ties.converted(to: .float32)
}

extension Tensor {
    /// An elementwise operation on two operands, with broadcasting. `p` is the operation's parameter, if it has one.
    @inline(__always)
    static func binary(
        _ operation: CKBinary, _ a: Tensor, _ b: Tensor, _ name: StaticString, parameter p: Double = 0,
        _ first: @escaping BinaryNode.Pullback, _ second: @escaping BinaryNode.Pullback
    ) -> Tensor {
        if a.dtype != b.dtype || !a.dtype.isFloatingPoint { return promoted(operation, a, b, name, first, second) }
        let isFloat = a.dtype == .float32
        let (storage, shape) = broadcasting(a, b, name, resultType: a.dtype) { count, a, stepA, b, stepB, out in
            if isFloat {
                let (a, b, out) = (a.floats, b.floats, out.floats)
                inChunks(count) { start, count in
                    ck_binary_float(
                        operation, count, a + start * stepA, stepA, b + start * stepB, stepB, out + start, Float(p))
                }
            } else {
                ck_binary_double(operation, count, a.doubles, stepA, b.doubles, stepB, out.doubles, p)
            }
        }
        return recorded(storage, shape, from: a, b, as: name, pullbacks: first, second)
    }

    /// The same for operands of different types, or integers, which are computed as int64.
    private static func promoted(
        _ operation: CKBinary, _ a: Tensor, _ b: Tensor, _ name: StaticString, _ first: @escaping BinaryNode.Pullback,
        _ second: @escaping BinaryNode.Pullback
    ) -> Tensor {
        let type = DType.promoted(a.dtype, b.dtype)
        guard type.isFloatingPoint else {
            let (a, b) = (a.converted(to: .int64), b.converted(to: .int64))
            let (storage, shape) = broadcasting(a, b, name, resultType: .int64) { count, a, stepA, b, stepB, out in
                ck_binary_int64(operation, count, a.longs, stepA, b.longs, stepB, out.longs)
            }
            return Tensor.unrecorded(storage, shape).converted(to: type)
        }
        return binary(operation, a.converted(to: type), b.converted(to: type), name, first, second)
    }

    /// An operation on this tensor and a number, which is passed to the kernel as it is.
    @inline(__always)
    private func withScalar(
        _ operation: CKBinary, _ value: Double, onLeft: Bool = false, as function: StaticString = #function,
        _ pullback: @escaping UnaryNode.Pullback
    ) -> Tensor {
        let x = floating
        let out = Storage(count: x.count, dtype: x.dtype)
        withExtendedLifetime(x.storage) {
            if case .float32 = x.dtype {
                let (own, out, value) = (x.storage.floats, out.floats, Float(value))
                Tensor.inChunks(x.count) { start, count in
                    withUnsafePointer(to: value) { number in
                        if onLeft {
                            ck_binary_float(operation, count, number, 0, own + start, 1, out + start, 0)
                        } else {
                            ck_binary_float(operation, count, own + start, 1, number, 0, out + start, 0)
                        }
                    }
                }
            } else {
                let own = x.storage.doubles
                withUnsafePointer(to: value) { number in
                    if onLeft {
                        ck_binary_double(operation, out.count, number, 0, own, 1, out.doubles, 0)
                    } else {
                        ck_binary_double(operation, out.count, own, 1, number, 0, out.doubles, 0)
                    }
                }
            }
        }
        return .recorded(
            out, x.shape, from: x, number: value, isFirst: onLeft, as: function, pullback: pullback)
    }

    /// Adds to a sum: in place, if nothing else refers to its memory and no graph is recorded.
    package mutating func accumulate(_ term: Tensor) {
        guard node == nil, term.node == nil, dtype == .float32, term.dtype == .float32, shape == term.shape,
            ownsStorage()
        else {
            self = self + term
            return
        }
        withExtendedLifetime(term.storage) { ck_accumulate_float(count, term.storage.floats, storage.floats) }
    }
}
