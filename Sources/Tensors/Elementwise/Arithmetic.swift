internal import CKernels

// Operands broadcast as in NumPy: shapes are aligned at their last dimension, and a dimension of 1 (or a missing one) stretches.
// Types are promoted to the wider real type; integers with integers stay integers (int64 if either is, else int32), except in a
// quotient. A number beside a tensor is a real one.
extension Tensor {
    /// The sum, element by element.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        binary(.add, a, b, "+", { dy, _, _, _ in dy }, { dy, _, _, _ in dy })
    }
    /// Adds a number to every element.
    public static func + (a: Tensor, b: Double) -> Tensor { a.withScalar(.add, b) { dy, _, _ in dy } }
    /// Adds a number to every element.
    public static func + (a: Double, b: Tensor) -> Tensor { b.withScalar(.add, a) { dy, _, _ in dy } }

    /// The difference, element by element.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        binary(.subtract, a, b, "-", { dy, _, _, _ in dy }, { dy, _, _, _ in -dy })
    }
    /// Subtracts a number from every element.
    public static func - (a: Tensor, b: Double) -> Tensor { a.withScalar(.subtract, b) { dy, _, _ in dy } }
    /// Subtracts every element from a number.
    public static func - (a: Double, b: Tensor) -> Tensor {
        b.withScalar(.subtract, a, onLeft: true) { dy, _, _ in -dy }
    }

    /// The product, element by element (for the matrix product see ``matmul(_:transposeA:transposeB:)``).
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        binary(.multiply, a, b, "*", { dy, _, b, _ in dy * b }, { dy, a, _, _ in dy * a })
    }
    /// Multiplies every element by a number.
    public static func * (a: Tensor, b: Double) -> Tensor { a.withScalar(.multiply, b) { dy, _, _ in dy * b } }
    /// Multiplies every element by a number.
    public static func * (a: Double, b: Tensor) -> Tensor { b.withScalar(.multiply, a) { dy, _, _ in dy * a } }

    /// The quotient, element by element.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        binary(.divide, a.floating, b.floating, "/", { dy, _, b, _ in dy / b }, { dy, _, b, y in -dy * y / b })
    }
    /// Divides every element by a number.
    public static func / (a: Tensor, b: Double) -> Tensor { a.withScalar(.divide, b) { dy, _, _ in dy / b } }
    /// Divides a number by every element.
    public static func / (a: Double, b: Tensor) -> Tensor {
        b.withScalar(.divide, a, onLeft: true) { dy, x, y in -dy * y / x }
    }

    /// Every element with the other sign.
    public static prefix func - (x: Tensor) -> Tensor { x.unary(.negate) { dy, _, _ in -dy } }

    /// Adds in place of a variable's value.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// Subtracts in place of a variable's value.
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// Multiplies in place of a variable's value.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    /// Divides in place of a variable's value.
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

    /// A number in the type that it takes beside this tensor.
    func scalar(_ value: Double) -> Tensor { .full([], value, dtype: dtype == .float64 ? .float64 : .float32) }
}

/// Every element of `a` to the power of that of `b`. Of integers it is an integer (0 where the exponent is negative).
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor {
    .binary(
        .power, a, b, "pow",
        { dy, a, b, _ in dy * b * pow(a, b - 1) },
        // Where a is 0 the slope in b is 0 (for b > 0), not 0 · log 0.
        { dy, a, _, y in dy * y * log(Tensor.select(a .== 0, .ones(like: a), a)) })
}

/// Every element to the power of a number.
public func pow(_ x: Tensor, _ exponent: Double) -> Tensor {
    switch exponent {
    case 1: x
    case 2: x.squared()
    case 0.5: sqrt(x)
    default: pow(x, x.scalar(exponent))
    }
}

/// The larger of both, element by element. Where they are equal each takes half of the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    .binary(
        .maximum, a, b, "maximum", { dy, a, b, _ in dy * share(a .> b, a .== b) },
        { dy, a, b, _ in dy * share(b .> a, a .== b) })
}

/// The larger of an element and a number.
public func maximum(_ a: Tensor, _ b: Double) -> Tensor { maximum(a, a.scalar(b)) }
/// The larger of an element and a number.
public func maximum(_ a: Double, _ b: Tensor) -> Tensor { maximum(b.scalar(a), b) }

/// The smaller of both, element by element. Where they are equal each takes half of the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    .binary(
        .minimum, a, b, "minimum", { dy, a, b, _ in dy * share(a .< b, a .== b) },
        { dy, a, b, _ in dy * share(b .< a, a .== b) })
}

/// The smaller of an element and a number.
public func minimum(_ a: Tensor, _ b: Double) -> Tensor { minimum(a, a.scalar(b)) }
/// The smaller of an element and a number.
public func minimum(_ a: Double, _ b: Tensor) -> Tensor { minimum(b.scalar(a), b) }

/// The angle of the point (x, y) from the x axis, between −π and π.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor {
    .binary(
        .atan2, y.floating, x.floating, "atan2", { dz, y, x, _ in dz * x / (x.squared() + y.squared()) },
        { dz, y, x, _ in -dz * y / (x.squared() + y.squared()) })
}

/// What a division that rounds down leaves: a − b ⌊a / b⌋, which has the sign of b, as in Python.
public func remainder(_ a: Tensor, _ b: Tensor) -> Tensor {
    .binary(.remainder, a, b, "remainder", { dy, _, _, _ in dy }, { dy, a, b, _ in -dy * (a / b).floor() })
}

/// What a division that rounds down leaves.
public func remainder(_ a: Tensor, _ b: Double) -> Tensor { remainder(a, a.scalar(b)) }

private func share(_ wins: Tensor, _ ties: Tensor) -> Tensor {
    wins.converted(to: .float32) + 0.5 * ties.converted(to: .float32)
}

extension Tensor {
    /// An operation of two operands, element by element with broadcasting. `p` is the operation's parameter, if it has one.
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

    /// The same for operands of different types, or of integers: those are computed as int64.
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
            return Tensor(storage: storage, shape: shape).converted(to: type)
        }
        return binary(operation, a.converted(to: type), b.converted(to: type), name, first, second)
    }

    /// An operation of this tensor and a number, which goes to the kernel as it is.
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
        return .recorded(out, x.shape, from: x, as: function, pullback: pullback)
    }

    /// Adds to a sum that nobody else may see: in place, if its buffer has no other owner and no graph is made.
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
