public import Tensors

/// Sets elements to zero at random while the network is trained (Srivastava et al. 2014). The others are scaled by 1 / (1 − rate), so
/// that nothing has to change when it is used.
public final class Dropout: Layer {
    /// The probability that an element is dropped.
    public let rate: Double

    /// A layer that drops elements with this probability.
    public init(_ rate: Double, name: String? = nil) {
        guard rate >= 0 && rate < 1 else {
            Failure.raise(
                ValueError(
                    operation: "Dropout", message: "a rate of \(rate) is no probability below 1",
                    hint: "0.5 drops half of the elements, 0 none"))
        }
        self.rate = rate
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }

    /// The input with elements dropped while training, else the input.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        guard Training.isActive, rate > 0 else { return x }
        return x * (Tensor.bernoulli(x.shape, p: 1 - rate) / (1 - rate))
    }
}

/// Gives every channel mean 0 and variance 1, then a scale and an offset that are learnt (Ioffe and Szegedy 2015, algorithm 1).
///
/// While the network is trained these are the batch's own mean and variance; afterwards the moving averages of those.
public final class BatchNormalization: Layer {
    /// The scale γ of each channel.
    @Parameter(.ones) public var gamma: Tensor
    /// The offset β of each channel.
    @Parameter(.zeros) public var beta: Tensor
    /// The moving average of the batches' means.
    @Parameter(.zeros, isTrainable: false) public var movingMean: Tensor
    /// The moving average of the batches' variances.
    @Parameter(.ones, isTrainable: false) public var movingVariance: Tensor
    private let momentum: Double
    private let epsilon: Double

    /// A normalisation with Keras's constants. The moving averages keep `momentum` of themselves at each step.
    public init(momentum: Double = 0.99, epsilon: Double = 1e-3, name: String? = nil) {
        self.momentum = momentum
        self.epsilon = epsilon
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard input.rank > 0 else {
            throw shapeError([input], "there are no channels in a single number", hint: "put Reshape([1]) before it")
        }
        return input
    }

    /// Makes a scale and an offset for each channel.
    public override func build(_ input: Shape) {
        for parameter in [$gamma, $beta, $movingMean, $movingVariance] { parameter[input[input.rank - 1]] }
    }

    /// γ (x − mean) / √(variance + ε) + β.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        prepareForCall(with: x)
        guard Training.isActive else { return normalized(x, mean: movingMean, variance: movingVariance) }
        let axes = Array(0..<x.rank - 1)
        let mean = x.mean(axes: axes)
        let variance = (x - mean).squared().mean(axes: axes)
        movingMean = momentum * movingMean + (1 - momentum) * mean.detached()
        movingVariance = momentum * movingVariance + (1 - momentum) * variance.detached()
        return normalized(x, mean: mean, variance: variance)
    }

    private func normalized(_ x: Tensor, mean: Tensor, variance: Tensor) -> Tensor {
        let scale = gamma / sqrt(variance + epsilon)
        return x * scale + (beta - mean * scale)
    }
}
