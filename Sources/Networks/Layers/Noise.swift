internal import Tensors

/// Adds normally distributed noise while the network is trained: a denoising autoencoder's first layer, or a discriminator's.
public final class GaussianNoise: Disturbance {
    /// The noise's standard deviation.
    public let deviation: Double

    /// A layer that adds noise of mean 0 and this standard deviation.
    public init(_ deviation: Double, name: String? = nil) {
        guard deviation >= 0 else {
            Failure.raise(
                ValueError(
                    operation: "GaussianNoise", message: "a standard deviation of \(deviation) is negative",
                    hint: "0.1 adds noise a tenth as large as standardised data"))
        }
        self.deviation = deviation
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor { x + Tensor.normal(x.shape, deviation: deviation) }
}

/// Multiplies elements by normally distributed factors of mean 1 while the network is trained. They have dropout's variance,
/// rate / (1 − rate) (Srivastava et al. 2014, section 10).
public final class GaussianDropout: Disturbance {
    /// The rate of the dropout that would have the same variance.
    public let rate: Double

    /// A layer whose factors vary as much as those of dropout with this rate.
    public init(_ rate: Double, name: String? = nil) {
        self.rate = Self.checked(rate: rate, in: "GaussianDropout")
        super.init(name: name)
    }

    override func disturbed(_ x: Tensor) -> Tensor {
        x * Tensor.normal(x.shape, mean: 1, deviation: (rate / (1 - rate)).squareRoot())
    }
}
