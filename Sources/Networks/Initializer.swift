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
    /// Numbers spread evenly between -limit and limit.
    public static func uniform(_ limit: Double = 0.05) -> Initializer {
        Initializer("uniform") { .uniform($0, in: -limit...limit) }
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
