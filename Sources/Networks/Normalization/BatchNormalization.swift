public import Tensors

/// Normalises every channel to mean 0 and variance 1, then applies a learned scale γ and offset β (Ioffe and Szegedy
/// 2015, algorithm 1).
///
/// y = activation(γ (x − mean) / √(variance + ε) + β), `[…, channels]` → `[…, channels]`. In training, mean and
/// variance are those of the batch; in inference, moving averages of them.
/// ```swift
/// let layer = BatchNormalization(momentum: 0.9)
/// let y = training { layer(.normal([32, 8], mean: 3, deviation: 2)) } // [32, 8]
/// ```
/// The usual one of convolutional networks. For small batches take ``GroupNormalization``, which does not depend on the
/// batch, for sequences ``LayerNormalization``.
public final class BatchNormalization: Normalization {
    /// The moving average of the batches' means.
    @Parameter(.zeros, isTrainable: false) public var movingMean: Tensor
    /// The moving average of the batches' variances.
    @Parameter(.ones, isTrainable: false) public var movingVariance: Tensor
    /// The function of the normalised values.
    public let activation: ActivationFunction
    private let momentum: Double

    /// A normalisation with Keras's constants.
    ///
    /// - Parameters:
    ///   - activation: The function of the normalised values; relu and leaky relu are computed in the same pass.
    ///   - momentum: The decay rate m of the moving averages: at each step average ← m · average + (1 − m) · value.
    ///   - epsilon: The constant ε that is added to the variance.
    ///   - scale: The options of γ, or `false` for none.
    ///   - offset: The options of β, or `false` for none.
    ///   - movingMeanInitializer: The first value of the moving average of the means.
    ///   - movingVarianceInitializer: The first value of the moving average of the variances.
    ///   - name: The layer's name; by default its class's.
    public init(
        activation: ActivationFunction = .linear, momentum: Double = 0.99, epsilon: Double = 1e-3,
        scale: WeightOptions = true, offset: WeightOptions = true, movingMeanInitializer: Initializer = .zeros,
        movingVarianceInitializer: Initializer = .ones, name: String? = nil
    ) {
        self.activation = activation
        self.momentum = momentum
        super.init(epsilon: epsilon, scale: scale, offset: offset, name: name)
        $movingMean.initializer = movingMeanInitializer
        $movingVariance.initializer = movingVarianceInitializer
    }

    /// Initializes a scale, an offset and moving averages for each channel.
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
            // A batch of nothing has neither, and must not become a part of the averages.
            if x.count > 0 {
                update($movingMean, batch.mean)
                update($movingVariance, batch.variance)
            }
        } else {
            y = x.batchNormalized(
                mean: movingMean, variance: movingVariance, scale: scale, offset: offset, epsilon: epsilon, slope: slope
            )
        }
        return activation.rectifierSlope == nil ? activation(y) : y
    }

    /// A frozen layer uses its moving averages and does not update them, as in Keras: the features of a pretrained base
    /// do not shift with new data.
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
            throw shapeError([input], "a scalar has no channels", hint: "put Reshape([1]) before it")
        }
    }
}
