public import Tensors

/// Where a parameter's first value comes from.
public struct Initializer: Sendable {
    /// The name, as in `.glorotUniform`.
    public let name: String
    /// Makes a value of a shape.
    public let makeValue: @Sendable (Shape) -> Tensor

    /// An initializer of one's own.
    public init(_ name: String, makeValue: @escaping @Sendable (Shape) -> Tensor) {
        self.name = name
        self.makeValue = makeValue
    }

    /// Zeros: what biases begin with.
    public static let zeros = Initializer("zeros") { .zeros($0) }
    /// Ones.
    public static let ones = Initializer("ones") { .ones($0) }
    /// One value everywhere.
    public static func constant(_ value: Double) -> Initializer { Initializer("constant") { .full($0, value) } }
    /// Normally distributed numbers.
    public static func normal(mean: Double = 0, deviation: Double = 0.05) -> Initializer {
        Initializer("normal") { .normal($0, mean: mean, deviation: deviation) }
    }
    /// Normally distributed numbers, none further from the mean than two deviations.
    public static func truncatedNormal(mean: Double = 0, deviation: Double = 0.05) -> Initializer {
        Initializer("truncatedNormal") { .truncatedNormal($0, mean: mean, deviation: deviation) }
    }
    /// Numbers spread evenly between -limit and limit.
    public static func uniform(_ limit: Double = 0.05) -> Initializer {
        Initializer("uniform") { .uniform($0, in: -limit...limit) }
    }
    /// These very numbers, which must have the parameter's shape: an embedding learnt elsewhere.
    public static func value(_ value: Tensor) -> Initializer {
        Initializer("value") { shape in
            guard value.shape == shape else {
                Failure.raise(
                    ShapeError(
                        operation: "Initializer", shapes: [value.shape, shape],
                        message: "a value of shape \(value.shape) is no beginning for a parameter of shape \(shape)",
                        hint: "reshape or transpose it first"))
            }
            return value.detached()
        }
    }
    /// gain on the diagonal, zeros elsewhere: a matrix, and a filter's middle tap, that hand their input on.
    public static func identity(gain: Double = 1) -> Initializer {
        Initializer("identity") { shape in
            guard shape.rank > 1 else {
                Failure.raise(
                    ShapeError(
                        operation: "identity", shapes: [shape], message: "\(shape) has no diagonal",
                        hint: "use it for matrices and filters"))
            }
            let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
            let taps = shape.dropLast(2).reduce(1, *)
            // The middle of an odd window [kh, kw] is the middle of all its taps in their order.
            let middle = zip(shape.dropLast(2).map { ($0 - 1) / 2 }, shape.dropLast(2)).reduce(0) { $0 * $1.1 + $1.0 }
            var values = [Float](repeating: 0, count: taps * rows * columns)
            for i in 0..<min(rows, columns) { values[(middle * rows + i) * columns + i] = Float(gain) }
            return Tensor(values, shape: shape)
        }
    }
    /// Orthonormal columns (or rows, if those are fewer) times gain: signals keep their length through many layers or steps (Saxe et al.
    /// 2014). All axes but the last count as one.
    public static func orthogonal(gain: Double = 1) -> Initializer {
        Initializer("orthogonal") { shape in
            guard shape.rank > 1, shape.elementCount > 0 else {
                Failure.raise(
                    ShapeError(
                        operation: "orthogonal", shapes: [shape], message: "\(shape) is no matrix",
                        hint: "use it for matrices and filters"))
            }
            let columns = shape[shape.rank - 1]
            let rows = shape.elementCount / columns
            let (q, r) = Tensor.normal([max(rows, columns), min(rows, columns)]).qr()
            // With the signs of R's diagonal every orthogonal matrix is as likely as any other.
            let basis = q * r.diagonal().sign()
            return (gain * (rows < columns ? basis.transposed() : basis)).reshaped(to: shape)
        }
    }

    /// Between ±1/√fan_in, the classical choice (LeCun et al. 1998, "Efficient BackProp").
    public static let fanInUniform = Initializer("fanInUniform") { shape in
        let limit = 1 / Fans(shape).input.squareRoot()
        return .uniform(shape, in: -limit...limit)
    }
    /// Between ±√(6 / (fan_in + fan_out)): Keras's default (Glorot and Bengio 2010, eq. 16). Also called Xavier's.
    public static let glorotUniform = Initializer("glorotUniform") { shape in
        let fans = Fans(shape)
        let limit = (6 / (fans.input + fans.output)).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }
    /// Normal with deviation √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 12).
    public static let glorotNormal = Initializer("glorotNormal") { shape in
        let fans = Fans(shape)
        return .normal(shape, deviation: (2 / (fans.input + fans.output)).squareRoot())
    }
    /// Normal with deviation √(2 / fan_in), for rectified units (He et al. 2015, eq. 10).
    public static let he = Initializer("he") { .normal($0, deviation: (2 / Fans($0).input).squareRoot()) }
    /// Between ±√(6 / fan_in): ``he`` with evenly spread numbers.
    public static let heUniform = Initializer("heUniform") { shape in
        let limit = (6 / Fans(shape).input).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }
    /// Between ±√(3 / fan_in): variance 1 / fan_in (LeCun et al. 1998), which self-normalising networks begin with.
    public static let lecunUniform = Initializer("lecunUniform") { shape in
        let limit = (3 / Fans(shape).input).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }
    /// Normal with deviation √(1 / fan_in): ``lecunUniform`` with normally distributed numbers.
    public static let lecunNormal = Initializer("lecunNormal") {
        .normal($0, deviation: (1 / Fans($0).input).squareRoot())
    }
}

/// How many numbers a unit sums up, and how many units a number goes to. Filters `[kh, kw, in, out]` count every tap.
struct Fans {
    let input: Double
    let output: Double

    init(_ shape: Shape) {
        switch shape.rank {
        case 0: (input, output) = (1, 1)
        case 1: (input, output) = (Double(shape[0]), Double(shape[0]))
        default:
            let taps = shape.dropLast(2).reduce(1, *)
            (input, output) = (Double(taps * shape[shape.rank - 2]), Double(taps * shape[shape.rank - 1]))
        }
    }
}
