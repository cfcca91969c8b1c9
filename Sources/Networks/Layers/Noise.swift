internal import Tensors

/// Adds Gaussian noise in training: y = x + ε with ε ~ N(0, deviation²); in inference y = x. Any shape.
///
/// ```swift
/// let layer = GaussianNoise(0.1)
/// let y = training { layer(.zeros([8, 20])) }                        // [8, 20]
/// ```
/// Source: Vincent et al. 2010 (denoising autoencoders). The first layer of those, or of a discriminator; as a
/// regularizer of hidden layers ``Dropout`` is more usual.
public final class GaussianNoise: Disturbance {
    /// The noise's standard deviation.
    public let deviation: Double

    /// A layer that adds noise of mean 0 and this standard deviation.
    public init(_ deviation: Double, name: String? = nil) {
        guard deviation >= 0 else {
            Failure.raise(
                ValueError(
                    operation: "GaussianNoise", message: "deviation must be at least 0, got \(deviation)",
                    hint: "for standardised data, start with 0.1"))
        }
        self.deviation = deviation
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor { x + Tensor.normal(x.shape, deviation: deviation) }
}

/// Multiplies elements by Gaussian noise in training: y = x ε with ε ~ N(1, rate / (1 − rate)), which has the variance
/// of dropout; in inference y = x. Any shape.
///
/// ```swift
/// let layer = GaussianDropout(0.3)
/// let y = training { layer(.ones([8, 20])) }                         // [8, 20]
/// ```
/// Source: Srivastava et al. 2014, section 10. ``Dropout``, which sets elements to 0, is more usual.
public final class GaussianDropout: Disturbance {
    /// The rate of the dropout that would have the same variance.
    public let rate: Double

    /// A layer whose noise has the variance of dropout with this rate.
    public init(_ rate: Double, name: String? = nil) {
        self.rate = Self.checked(rate: rate, in: "GaussianDropout")
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor {
        x * Tensor.normal(x.shape, mean: 1, deviation: (rate / (1 - rate)).squareRoot())
    }
}
