public import Tensors

/// A layer that changes its input at random while the network is trained, and lets it pass in use.
public class Disturbance: Layer {
    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input: disturbed while training, else as it is.
    public final override func forward(_ x: Tensor) -> Tensor { Training.isActive ? disturbed(x) : x }

    /// What training sees instead of the input.
    func disturbed(_ x: Tensor) -> Tensor { x }
}

extension Layer {
    /// A rate that was checked to be a probability below 1.
    static func checked(rate: Double, in layer: String) -> Double {
        guard rate >= 0 && rate < 1 else {
            Failure.raise(
                ValueError(
                    operation: layer, message: "a rate of \(rate) is no probability below 1",
                    hint: "0.5 drops half of the elements, 0 none"))
        }
        return rate
    }
}

/// Sets elements to zero at random while the network is trained (Srivastava et al. 2014). The others are divided by 1 − rate, so that
/// nothing has to change when it is used.
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

/// Drops whole channels at random while the network is trained (Tompson et al. 2015): neighbours in a feature map are so alike that
/// single elements would not be missed. The base of ``SpatialDropout1D``, ``SpatialDropout2D`` and ``SpatialDropout3D``.
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

/// Drops whole channels of sequences `[steps, channels]` at random while the network is trained (Tompson et al. 2015).
public final class SpatialDropout1D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 1, name: name) }
}

/// Drops whole channels of images `[height, width, channels]` at random while the network is trained (Tompson et al. 2015).
public final class SpatialDropout2D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 2, name: name) }
}

/// Drops whole channels of volumes `[depth, height, width, channels]` at random while the network is trained (Tompson et al. 2015).
public final class SpatialDropout3D: SpatialDropout {
    /// A layer that drops channels with this probability.
    public init(_ rate: Double, name: String? = nil) { super.init(rate, dimensions: 3, name: name) }
}

/// Dropout for networks of selu units: what is dropped goes to selu's lower limit, and the whole is brought back to mean 0 and variance 1
/// (Klambauer et al. 2017, "Self-normalizing neural networks").
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
