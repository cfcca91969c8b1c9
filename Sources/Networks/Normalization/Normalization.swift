public import Tensors

/// Gives its input mean 0 and variance 1, then a learned scale and offset for each channel: the base class of ``BatchNormalization`` and
/// ``ExampleNormalization``.
public class Normalization: Layer {
    /// The scale γ of each channel.
    @Parameter(.ones) public final var gamma: Tensor
    /// The offset β of each channel.
    @Parameter(.zeros) public final var beta: Tensor
    /// What keeps the divisor √(variance + ε) from 0.
    final let epsilon: Double

    /// A normalisation with Keras's constant.
    ///
    /// - Parameters:
    ///   - epsilon: What is added to the variance before its square root is taken.
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

/// A normalisation of each example by itself, which does the same in training and in use. The base of ``LayerNormalization``,
/// ``GroupNormalization`` and ``InstanceNormalization``.
public class ExampleNormalization: Normalization {
    /// γ (x − mean) / √(variance + ε) + β.
    public final override func forward(_ x: Tensor) -> Tensor {
        normalized(x, scale: scale, offset: offset)
    }

    fileprivate func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor { x }
}

/// Normalises the last axis: the units of a layer, or the channels of each place (Ba et al. 2016). The usual one of sequences.
public final class LayerNormalization: ExampleNormalization {
    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.layerNormalized(scale: scale, offset: offset, epsilon: epsilon)
    }
}

/// Normalises groups of neighbouring channels, each over all places of its example (Wu and He 2018). It does not depend on the batch's
/// size, as batch normalisation does.
public final class GroupNormalization: ExampleNormalization {
    /// The number of groups.
    public let groups: Int

    /// A normalisation of so many groups, which must divide the number of channels. One group normalises an example as a whole.
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
                [input], "\(channels) channels cannot be cut into \(groups) groups",
                hint: "use a number of groups that divides \(channels)")
        }
        return output
    }

    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.groupNormalized(groups: groups, scale: scale, offset: offset, epsilon: epsilon)
    }
}

/// Normalises every channel of every example over all its places (Ulyanov et al. 2016): what style transfer and CycleGAN use.
public final class InstanceNormalization: ExampleNormalization {
    override func normalized(_ x: Tensor, scale: Tensor?, offset: Tensor?) -> Tensor {
        x.groupNormalized(groups: x.shape[x.rank - 1], scale: scale, offset: offset, epsilon: epsilon)
    }
}
