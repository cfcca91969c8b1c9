public import Tensors

/// Normalises its input to mean 0 and variance 1, then applies a learned scale and offset of each channel: the base
/// class of ``BatchNormalization`` and ``ExampleNormalization``.
public class Normalization: Layer {
    /// The scale γ of each channel.
    @Parameter(.ones) public final var gamma: Tensor
    /// The offset β of each channel.
    @Parameter(.zeros) public final var beta: Tensor
    /// The constant ε that prevents a division by 0.
    final let epsilon: Double

    /// A normalisation with Keras's constant.
    ///
    /// - Parameters:
    ///   - epsilon: The constant ε that is added to the variance.
    ///   - scale: The options of γ, or `false` for none.
    ///   - offset: The options of β, or `false` for none.
    ///   - name: The layer's name; by default its class's.
    public init(
        epsilon: Double = 1e-3, scale: WeightOptions = true, offset: WeightOptions = true, name: String? = nil
    ) {
        self.epsilon = epsilon
        super.init(name: name)
        $gamma.configure(scale)
        $beta.configure(offset)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        try checkChannels(of: input)
        return input
    }

    /// Initializes a scale and an offset for each channel.
    public override func build(_ input: Shape) {
        let channels = input[input.rank - 1]
        $gamma.initialize([channels])
        $beta.initialize([channels])
    }

    /// γ, if there is one.
    final var scale: Tensor? { $gamma.optionalValue }
    /// β, if there is one.
    final var offset: Tensor? { $beta.optionalValue }
}

/// A normalisation of each example by itself, the same in training and in inference: the base class of
/// ``LayerNormalization``, ``GroupNormalization`` and ``InstanceNormalization``.
public class ExampleNormalization: Normalization {
    /// γ (x − mean) / √(variance + ε) + β.
    public final override func forward(_ x: Tensor) -> Tensor {
        normalized(x, scale: scale, offset: offset)
    }

    fileprivate func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor { x }
}

/// Normalises over the last axis, then scales and shifts: y = γ (x − mean) / √(variance + ε) + β, with mean and
/// variance over the channels of each position. `[…, channels]` → `[…, channels]`.
///
/// ```swift
/// let layer = LayerNormalization(epsilon: 1e-5)
/// let y = layer(.normal([8, 20, 64]))                                // [8, 20, 64]
/// ```
/// Source: Ba et al. 2016, section 3. The usual one of transformers and recurrent networks; for images take
/// ``BatchNormalization`` or ``GroupNormalization``.
public final class LayerNormalization: ExampleNormalization {
    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.layerNormalized(scale: scale, offset: offset, epsilon: epsilon)
    }
}

/// Normalises groups of adjacent channels, then scales and shifts: y = γ (x − mean) / √(variance + ε) + β, with mean
/// and variance over all positions of a group in one example. `[…, channels]` → `[…, channels]`.
///
/// ```swift
/// let layer = GroupNormalization(groups: 8)
/// let y = layer(.normal([2, 28, 28, 64]))                            // [2, 28, 28, 64]
/// ```
/// Source: Wu and He 2018. Independent of the batch's size, unlike ``BatchNormalization``, which is usually better with
/// batches of 16 examples or more.
public final class GroupNormalization: ExampleNormalization {
    /// The number of groups.
    public let groups: Int

    /// A normalisation of a number of groups that divides the number of channels. One group is a whole example.
    public init(
        groups: Int = 32, epsilon: Double = 1e-3, scale: WeightOptions = true, offset: WeightOptions = true,
        name: String? = nil
    ) {
        self.groups = groups
        super.init(epsilon: epsilon, scale: scale, offset: offset, name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape {
        let output = try super.outputShape(of: input)
        let channels = input[input.rank - 1]
        guard groups > 0, channels % groups == 0 else {
            throw shapeError(
                [input], "\(channels) channels do not divide into \(groups) groups",
                hint: "use a number of groups that divides \(channels)")
        }
        return output
    }

    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.groupNormalized(groups: groups, scale: scale, offset: offset, epsilon: epsilon)
    }
}

/// Normalises every channel of every example, then scales and shifts: y = γ (x − mean) / √(variance + ε) + β, with mean
/// and variance over all positions of a channel. `[…, channels]` → `[…, channels]`.
///
/// ```swift
/// let layer = InstanceNormalization()
/// let y = layer(.normal([2, 64, 64, 32]))                            // [2, 64, 64, 32]
/// ```
/// Source: Ulyanov et al. 2016. Used in style transfer and CycleGAN, where an image's contrast should not matter; for
/// classifiers take ``BatchNormalization``.
public final class InstanceNormalization: ExampleNormalization {
    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.groupNormalized(groups: x.shape[x.rank - 1], scale: scale, offset: offset, epsilon: epsilon)
    }
}
