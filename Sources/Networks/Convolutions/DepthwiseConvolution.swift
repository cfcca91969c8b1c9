public import Tensors

/// Convolutions that keep the channels apart, each with its own filters: the base class of ``DepthwiseConv1D`` and
/// ``DepthwiseConv2D``.
public class DepthwiseConvolution: Layer {
    /// The filters: their sizes, then the channels, then how many each channel has (`[height, width, channels,
    /// multiplier]` for images).
    @Parameter public final var kernel: Tensor
    /// One bias for each output channel.
    @Parameter(.zeros) public final var bias: Tensor
    /// The filters of each channel.
    public final let multiplier: Int
    /// The function of the sum.
    public final let activation: ActivationFunction
    private let window: Window
    /// The number of dimensions that the filters slide along.
    class var rank: Int { 2 }

    /// Filters of a kernel size, `multiplier` of them for each channel: `DepthwiseConv2D(kernel: 3, padding: .same)`.
    ///
    /// - Parameters:
    ///   - kernel: The size of the filters: one number for all dimensions, or one for each.
    ///   - stride: The distance between neighbouring positions of the kernel.
    ///   - padding: What happens at the borders.
    ///   - dilation: The distance between neighbouring elements of the kernel.
    ///   - multiplier: The number of filters of each channel.
    ///   - activation: The function of the sum.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - initializer: The source of the kernel's first value.
    ///   - regularizer: A penalty on the kernel.
    ///   - constraint: What the kernel is held to after each step.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid, dilation: any WindowSize = 1,
        multiplier: Int = 1, activation: ActivationFunction = .linear,
        bias: WeightOptions = true, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.window = Window(kernel, rank: Self.rank, stride: stride, dilation: dilation, padding: padding)
        self.multiplier = multiplier
        self.activation = activation
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The positions of the kernel in the input, and `multiplier` times its channels: first those of the first channel.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard multiplier > 0 else {
            throw atLeastOne("multiplier", multiplier)
        }
        let output = try window.outputShape(of: input, in: self)
        return Shape(output.dropLast() + [input[window.rank] * multiplier])
    }

    /// Initializes the filters.
    public override func build(_ input: Shape) {
        let channels = input[window.rank]
        $kernel.initialize(Shape(window.size + [channels, multiplier]))
        $bias.initialize([channels * multiplier])
    }

    /// activation(x ∗ kernel + bias), channel by channel.
    public override func forward(_ x: Tensor) -> Tensor {
        activation.following { x.depthwiseConvolution(kernel, bias: $bias.optionalValue, window, activation: $0) }
    }
}

extension Tensor {
    /// The convolution of every channel with filters of its own, laid out `[lengths…, channels, multiplier]`.
    func depthwiseConvolution(
        _ kernel: Tensor, bias: Tensor? = nil, _ window: Window, activation: FusedActivation = .none
    ) -> Tensor {
        let channels = kernel.shape[window.rank]
        let filters = kernel.reshaped(to: window.size + [1, kernel.shape[window.rank + 1] * channels])
        return convolution(
            filters, bias: bias, window, groups: channels, activation: activation,
            as: ["conv1d", "conv2d"][window.rank - 1])
    }
}

/// A convolution of sequences `[steps, channels]` that keeps the channels apart.
public final class DepthwiseConv1D: DepthwiseConvolution {
    override class var rank: Int { 1 }
}

/// A convolution of images `[height, width, channels]` that keeps the channels apart, as in MobileNet (Howard et al.
/// 2017).
/// ```swift
/// let layer = DepthwiseConv2D(kernel: 3, padding: .same, multiplier: 2)
/// let maps = layer(.normal([8, 28, 28, 3]))                          // [8, 28, 28, 6]
/// ```
public final class DepthwiseConv2D: DepthwiseConvolution {
    override class var rank: Int { 2 }
}
