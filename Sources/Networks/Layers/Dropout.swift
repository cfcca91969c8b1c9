public import Tensors

/// A layer that changes its input at random in training and returns it unchanged in inference: the base class of
/// dropout and noise.
public class Disturbance: Layer {
    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input: disturbed in training, unchanged in inference.
    public final override func forward(_ x: Tensor) -> Tensor { Training.isActive ? disturbed(x) : x }

    /// What training sees instead of the input.
    func disturbed(_ x: Tensor) -> Tensor { x }
}

extension Layer {
    /// The rate, if it is a probability below 1; otherwise an error is raised.
    static func checked(rate: Double, in layer: String) -> Double {
        guard rate >= 0 && rate < 1 else {
            Failure.raise(
                ValueError(
                    operation: layer, message: "rate must be at least 0 and below 1, got \(rate)",
                    hint: "a rate of 0.5 drops half of the elements, 0 none"))
        }
        return rate
    }
}

/// Sets elements to 0 at random in training: y = m x / (1 − rate), where each m is 0 with probability `rate`, else 1.
/// In inference y = x. Any shape.
///
/// ```swift
/// let layer = Dropout(0.5)
/// let y = training { layer(.ones([8, 20])) }                         // [8, 20]
/// ```
/// Source: Srivastava et al. 2014. After dense layers; feature maps need ``SpatialDropout2D``, units with `.selu`
/// ``AlphaDropout``.
public final class Dropout: Disturbance {
    /// The probability that an element is dropped.
    public let rate: Double

    /// A layer that drops elements with this probability.
    public init(_ rate: Double, name: String? = nil) {
        self.rate = Self.checked(rate: rate, in: "Dropout")
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor { rate > 0 ? x.dropout(rate) : x }
}

/// Drops whole channels at random in training (Tompson et al. 2015): the elements of a feature map are so correlated
/// that dropping single ones has little effect. The base class of ``SpatialDropout1D``, ``SpatialDropout2D`` and
/// ``SpatialDropout3D``.
public class SpatialDropout: Disturbance {
    /// The probability that a channel is dropped.
    public let rate: Double
    private let dimensions: Int

    fileprivate init(_ rate: Double, dimensions: Int, name: String?) {
        self.rate = Self.checked(rate: rate, in: "SpatialDropout\(dimensions)D")
        self.dimensions = dimensions
        super.init(name: name)
    }

    /// The input's shape, which must have channels after its dimensions.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank == dimensions + 1 else {
            throw shapeError(
                [input], "\(typeName) takes examples of rank \(dimensions + 1), with the channels last, not \(input)",
                hint: (2...4).contains(input.rank) ? "use SpatialDropout\(input.rank - 1)D" : "use Dropout")
        }
        return input
    }

    override func disturbed(_ x: Tensor) -> Tensor {
        guard rate > 0 else { return x }
        guard x.rank == dimensions + 2 else {
            Failure.raise(
                shapeError(
                    [x.shape], "\(typeName) takes batches of rank \(dimensions + 2), not \(x.shape)",
                    hint: "the batch is the first axis and the channels are the last"))
        }
        let ones = Array(repeating: 1, count: dimensions)
        return x * Tensor.ones(Shape([x.shape[0]] + ones + [x.shape[x.rank - 1]])).dropout(rate)
    }
}

/// Drops whole channels of sequences `[steps, channels]` at random in training: y[…, c] = m[c] x[…, c] / (1 − rate),
/// where each m[c] is 0 with probability `rate`, else 1. In inference y = x.
///
/// ```swift
/// let layer = SpatialDropout1D(0.2)
/// let y = training { layer(.ones([8, 100, 3])) }                     // [8, 100, 3]
/// ```
/// Source: Tompson et al. 2015, section 3.2. To drop single elements take ``Dropout``.
public final class SpatialDropout1D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 1, name: name) }
}

/// Drops whole channels of images `[height, width, channels]` at random in training: y[…, c] = m[c] x[…, c] / (1 −
/// rate), where each m[c] is 0 with probability `rate`, else 1. In inference y = x.
///
/// ```swift
/// let layer = SpatialDropout2D(0.2)
/// let y = training { layer(.ones([8, 28, 28, 6])) }                  // [8, 28, 28, 6]
/// ```
/// Source: Tompson et al. 2015, section 3.2. To drop single elements take ``Dropout``.
public final class SpatialDropout2D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 2, name: name) }
}

/// Drops whole channels of volumes `[depth, height, width, channels]` at random in training: y[…, c] = m[c] x[…, c] /
/// (1 − rate), where each m[c] is 0 with probability `rate`, else 1. In inference y = x.
///
/// ```swift
/// let layer = SpatialDropout3D(0.2)
/// let y = training { layer(.ones([2, 16, 28, 28, 3])) }              // [2, 16, 28, 28, 3]
/// ```
/// Source: Tompson et al. 2015, section 3.2. To drop single elements take ``Dropout``.
public final class SpatialDropout3D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 3, name: name) }
}

/// Dropout for units with `.selu`: in training, dropped elements become α' = −λα, the lower limit of SELU, and an
/// affine function a (m x + (1 − m) α') + b restores mean 0 and variance 1. In inference y = x. Any shape.
///
/// ```swift
/// let layer = AlphaDropout(0.1)
/// let y = training { layer(.normal([8, 20])) }                       // [8, 20]
/// ```
/// Source: Klambauer et al. 2017, "Self-normalizing neural networks". With other activations take ``Dropout``.
public final class AlphaDropout: Disturbance {
    /// The probability that an element is dropped.
    public let rate: Double

    /// A layer that drops elements with this probability.
    public init(_ rate: Double, name: String? = nil) {
        self.rate = Self.checked(rate: rate, in: "AlphaDropout")
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor {
        guard rate > 0 else { return x }
        let limit = -1.7580993408473766  // −λα
        let kept = Tensor.bernoulli(x.shape, p: 1 - rate).converted(to: x.dtype)
        let scale = 1 / ((1 - rate) * (1 + rate * limit * limit)).squareRoot()
        return (x * kept + limit * (1 - kept)) * scale - scale * rate * limit
    }
}
