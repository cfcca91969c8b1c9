public import Tensors

/// Gives every channel mean 0 and variance 1, then a scale and an offset that are learnt (Ioffe and Szegedy 2015, algorithm 1).
///
/// While the network is trained these are the batch's own mean and variance; afterwards the moving averages of those.
public final class BatchNormalization: Normalization {
    /// The moving average of the batches' means.
    @Parameter(.zeros, isTrainable: false) public var movingMean: Tensor
    /// The moving average of the batches' variances.
    @Parameter(.ones, isTrainable: false) public var movingVariance: Tensor
    /// What follows the normalisation.
    public let activation: ActivationFunction
    private let momentum: Double

    /// A normalisation with Keras's constants.
    ///
    /// - Parameters:
    ///   - activation: What follows; relu and leaky relu are computed in the same pass.
    ///   - momentum: How much of the moving averages stays at each step.
    ///   - epsilon: What is added to the variance before its root.
    ///   - scale: Whether a scale γ is learnt.
    ///   - offset: Whether an offset β is learnt.
    ///   - gammaInitializer: How γ begins.
    ///   - betaInitializer: How β begins.
    ///   - movingMeanInitializer: How the moving average of the means begins.
    ///   - movingVarianceInitializer: How the moving average of the variances begins.
    ///   - gammaRegularizer: What γ adds to the loss.
    ///   - betaRegularizer: What β adds to the loss.
    ///   - gammaConstraint: What γ is held to after each step.
    ///   - betaConstraint: What β is held to after each step.
    ///   - name: The layer's name; its kind's if nil.
    public init(
        activation: ActivationFunction = .linear, momentum: Double = 0.99, epsilon: Double = 1e-3, scale: Bool = true,
        offset: Bool = true, gammaInitializer: Initializer = .ones, betaInitializer: Initializer = .zeros,
        movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones,
        gammaRegularizer: Regularizer? = nil, betaRegularizer: Regularizer? = nil, gammaConstraint: Constraint? = nil,
        betaConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.activation = activation
        self.momentum = momentum
        super.init(epsilon: epsilon, scale: scale, offset: offset, name: name)
        $gamma.configure(gammaInitializer, regularizer: gammaRegularizer, constraint: gammaConstraint)
        $beta.configure(betaInitializer, regularizer: betaRegularizer, constraint: betaConstraint)
        $movingMean.initializer = movingMeanInitializer
        $movingVariance.initializer = movingVarianceInitializer
    }

    /// Makes a scale, an offset and moving averages for each channel.
    public override func build(_ input: Shape) {
        super.build(input)
        let channels = input[input.rank - 1]
        $movingMean.initialize([channels])
        $movingVariance.initialize([channels])
    }

    /// activation(γ (x − mean) / √(variance + ε) + β).
    public override func forward(_ x: Tensor) -> Tensor {
        let slope = activation.rectifierSlope ?? 1
        let y: Tensor
        if Training.isActive && !isFrozen {
            let batch = x.batchNormalized(scale: scale, offset: offset, epsilon: epsilon, slope: slope)
            y = batch.output
            update($movingMean, batch.mean)
            update($movingVariance, batch.variance)
        } else {
            y = x.batchNormalized(
                mean: movingMean, variance: movingVariance, scale: scale, offset: offset, epsilon: epsilon, slope: slope
            )
        }
        return activation.rectifierSlope == nil ? activation(y) : y
    }

    /// Frozen, it normalises as it has learnt to, and its averages stay (as Keras's does): a base's features do not shift with new data.
    private var isFrozen: Bool { !$gamma.isTrainable && !$beta.isTrainable }

    private func update(_ average: Parameter, _ value: Tensor) {
        let before = average.value
        average.value = (momentum * before + (1 - momentum) * value).converted(to: before.dtype)
    }
}

extension Layer {
    /// Raises an error unless the last axis can be one of channels.
    final func checkChannels(of input: Shape) throws {
        guard input.rank > 0 else {
            throw shapeError([input], "there are no channels in a single number", hint: "put Reshape([1]) before it")
        }
    }
}
