public import Tensors

/// A function that returns the initial value of a parameter, given its shape.
///
/// In the equations n is a parameter's fan-in, the number of inputs of each unit, and m its fan-out: of filters
/// `[kh, kw, in, out]`, n = kh · kw · in and m = kh · kw · out.
/// ```swift
/// let layer = Dense(64, activation: .relu, bias: WeightOptions(.constant(0.1)), initializer: .he)
/// let custom = Initializer("ramp") { shape in Tensor.arange(shape.elementCount).reshaped(to: shape) / 100 }
/// ```
/// Which one: ``glorotUniform`` (the default) for tanh, sigmoid and softmax, ``he`` for relu, ``lecunNormal`` for selu,
/// ``orthogonal(gain:)`` for the recurrent weights of LSTM and GRU.
public struct Initializer: Sendable {
    /// The name, as in `.glorotUniform`.
    public let name: String
    /// Returns a value of the given shape.
    public let makeValue: @Sendable (Shape) -> Tensor

    /// A custom initializer, a function of the shape.
    public init(_ name: String, makeValue: @escaping @Sendable (Shape) -> Tensor) {
        self.name = name
        self.makeValue = makeValue
    }

    /// Zeros, the default of biases.
    ///
    /// ```swift
    /// let layer = Dense(64, bias: WeightOptions(.zeros))
    /// ```
    /// Not for the weights of hidden layers, whose units would all stay alike.
    public static let zeros = Initializer("zeros") { .zeros($0) }

    /// Ones, the default of normalization's scales.
    ///
    /// ```swift
    /// let layer = BatchNormalization(scale: WeightOptions(.ones))
    /// ```
    /// Other constants by ``constant(_:)``.
    public static let ones = Initializer("ones") { .ones($0) }

    /// The same value for all elements.
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .relu, bias: WeightOptions(.constant(0.1)))
    /// ```
    /// Given tensors by ``value(_:)``.
    public static func constant(_ value: Double) -> Initializer { Initializer("constant") { .full($0, value) } }

    /// Normally distributed values: N(mean, deviation²).
    ///
    /// ```swift
    /// let layer = Dense(64, initializer: .normal(deviation: 0.02))
    /// ```
    /// DCGAN's choice (Radford et al. 2016). ``glorotNormal`` and ``he`` choose the deviation by the layer's size.
    public static func normal(mean: Double = 0, deviation: Double = 0.05) -> Initializer {
        Initializer("normal") { .normal($0, mean: mean, deviation: deviation) }
    }

    /// Normally distributed values, drawn again if they are more than two deviations from the mean.
    ///
    /// ```swift
    /// let layer = Dense(64, initializer: .truncatedNormal(deviation: 0.02))
    /// ```
    /// BERT's choice (Devlin et al. 2019). With outliers: ``normal(mean:deviation:)``.
    public static func truncatedNormal(mean: Double = 0, deviation: Double = 0.05) -> Initializer {
        Initializer("truncatedNormal") { .truncatedNormal($0, mean: mean, deviation: deviation) }
    }

    /// Uniformly distributed values: U(−limit, limit).
    ///
    /// ```swift
    /// let layer = Embedding(1000, 16, initializer: .uniform(0.05))
    /// ```
    /// ``glorotUniform`` and ``heUniform`` choose the limit by the layer's size.
    public static func uniform(_ limit: Double = 0.05) -> Initializer {
        Initializer("uniform") { .uniform($0, in: -limit...limit) }
    }

    /// A given tensor, which must have the parameter's shape: such as a pretrained embedding.
    ///
    /// ```swift
    /// let vectors = Tensor.normal([1000, 16])
    /// let layer = Embedding(1000, 16, initializer: .value(vectors))
    /// ```
    /// A whole network's weights are loaded by ``Layer/load(from:partially:)``.
    public static func value(_ value: Tensor) -> Initializer {
        Initializer("value") { shape in
            guard value.shape == shape else {
                Failure.raise(
                    ShapeError(
                        operation: "Initializer", shapes: [value.shape, shape],
                        message: "a value of shape \(value.shape) cannot initialize a parameter of shape \(shape)",
                        hint: "reshape or transpose it first"))
            }
            return value.detached()
        }
    }

    /// The identity times gain: W = gain · I; of filters, the middle tap is the identity and the others are 0.
    ///
    /// ```swift
    /// let layer = SimpleRNN(32, activation: .relu, recurrent: WeightOptions(.identity()))
    /// ```
    /// For recurrent layers with relu (Le et al. 2015); ``orthogonal(gain:)`` keeps lengths too, but mixes units.
    public static func identity(gain: Double = 1) -> Initializer {
        Initializer("identity") { shape in
            guard shape.rank > 1 else {
                Failure.raise(
                    ShapeError(
                        operation: "identity", shapes: [shape],
                        message: "the shape must have at least two dimensions, got \(shape)",
                        hint: "use it for matrices and filters"))
            }
            let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
            let taps = shape.dropLast(2).reduce(1, *)
            // The row-major index of the middle tap.
            let middle = zip(shape.dropLast(2).map { ($0 - 1) / 2 }, shape.dropLast(2)).reduce(0) { $0 * $1.1 + $1.0 }
            var values = [Float](repeating: 0, count: taps * rows * columns)
            for i in 0..<min(rows, columns) { values[(middle * rows + i) * columns + i] = Float(gain) }
            return Tensor(values, shape: shape)
        }
    }

    /// A random orthogonal matrix times gain: WᵀW = gain² · I (or WWᵀ, if there are fewer rows), so that signals keep
    /// their length through many layers or steps (Saxe et al. 2014). All axes but the last count as one.
    ///
    /// ```swift
    /// let layer = LSTM(32, recurrent: WeightOptions(.orthogonal()))
    /// ```
    /// For layers that are not recurrent ``glorotUniform`` or ``he`` will do.
    public static func orthogonal(gain: Double = 1) -> Initializer {
        Initializer("orthogonal") { shape in
            guard shape.rank > 1, shape.elementCount > 0 else {
                Failure.raise(
                    ShapeError(
                        operation: "orthogonal", shapes: [shape],
                        message: "the shape must have at least two dimensions and one element, got \(shape)",
                        hint: "use it for matrices and filters"))
            }
            let columns = shape[shape.rank - 1]
            let rows = shape.elementCount / columns
            let (q, r) = Tensor.normal([max(rows, columns), min(rows, columns)]).qr()
            // The signs of R's diagonal make the distribution uniform over all orthogonal matrices.
            let basis = q * r.diagonal().sign()
            return (gain * (rows < columns ? basis.transposed() : basis)).reshaped(to: shape)
        }
    }

    /// U(−1/√n, 1/√n), PyTorch's default (after LeCun et al. 1998, "Efficient BackProp").
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .tanh, initializer: .fanInUniform)
    /// ```
    /// Its variance is a third of that of ``lecunUniform``.
    public static let fanInUniform = Initializer("fanInUniform") { shape in
        let limit = 1 / Fans(shape).input.squareRoot()
        return .uniform(shape, in: -limit...limit)
    }

    /// U(−√(6 / (n + m)), √(6 / (n + m))): Keras's default and ours, also called Xavier initialization
    /// (Glorot and Bengio 2010, equation 16).
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .tanh, initializer: .glorotUniform)
    /// ```
    /// For relu take ``he``.
    public static let glorotUniform = Initializer("glorotUniform") { shape in
        let fans = Fans(shape)
        let limit = (6 / (fans.input + fans.output)).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }

    /// N(0, 2 / (n + m)): ``glorotUniform`` with normally distributed values (Glorot and Bengio 2010, equation 12).
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .tanh, initializer: .glorotNormal)
    /// ```
    /// For relu take ``he``.
    public static let glorotNormal = Initializer("glorotNormal") { shape in
        let fans = Fans(shape)
        return .normal(shape, deviation: (2 / (fans.input + fans.output)).squareRoot())
    }

    /// N(0, 2 / n), for relu (He et al. 2015, equation 10).
    ///
    /// ```swift
    /// let layer = Conv2D(32, kernel: 3, activation: .relu, initializer: .he)
    /// ```
    /// For tanh and sigmoid take ``glorotUniform``.
    public static let he = Initializer("he") { .normal($0, deviation: (2 / Fans($0).input).squareRoot()) }

    /// U(−√(6 / n), √(6 / n)): ``he`` with uniformly distributed values.
    ///
    /// ```swift
    /// let layer = Conv2D(32, kernel: 3, activation: .relu, initializer: .heUniform)
    /// ```
    /// For tanh and sigmoid take ``glorotUniform``.
    public static let heUniform = Initializer("heUniform") { shape in
        let limit = (6 / Fans(shape).input).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }

    /// U(−√(3 / n), √(3 / n)): ``lecunNormal`` with uniformly distributed values.
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .selu, initializer: .lecunUniform)
    /// ```
    /// For relu take ``heUniform``.
    public static let lecunUniform = Initializer("lecunUniform") { shape in
        let limit = (3 / Fans(shape).input).squareRoot()
        return .uniform(shape, in: -limit...limit)
    }

    /// N(0, 1 / n) (LeCun et al. 1998), for selu in self-normalizing networks (Klambauer et al. 2017).
    ///
    /// ```swift
    /// let layer = Dense(64, activation: .selu, initializer: .lecunNormal)
    /// ```
    /// For relu take ``he``.
    public static let lecunNormal = Initializer("lecunNormal") {
        .normal($0, deviation: (1 / Fans($0).input).squareRoot())
    }
}

/// The fan-in and fan-out of a parameter. Filters `[kh, kw, in, out]` count every tap.
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
