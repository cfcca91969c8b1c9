public import Tensors

/// A convolution in two steps, with far fewer weights than a full one: each channel by itself, then the channels of
/// each pixel (Chollet 2017). The base class of ``SeparableConv1D`` and ``SeparableConv2D``.
public class SeparableConvolution: Layer {
    /// The filters of the first step, `[lengths…, channels, multiplier]`.
    @Parameter public final var depthwiseKernel: Tensor
    /// The weights of the second step, `[1…, channels · multiplier, filters]`.
    @Parameter public final var pointwiseKernel: Tensor
    /// One bias for each filter.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters.
    public final let filters: Int
    /// The function of the sum.
    public final let activation: ActivationFunction
    private let window: Window
    private let multiplier: Int
    /// The number of dimensions that the filters slide along.
    class var rank: Int { 2 }

    /// Filters of a kernel size: `SeparableConv2D(32, kernel: 3, padding: .same)`.
    ///
    /// - Parameters:
    ///   - filters: The number of filters of the second step, and so of the output's channels.
    ///   - kernel: The size of the filters of the first step: one number for all dimensions, or one for each.
    ///   - stride: The distance between neighbouring positions of the kernel.
    ///   - padding: What happens at the borders.
    ///   - dilation: The distance between neighbouring elements of the kernel.
    ///   - multiplier: The number of filters of each channel in the first step.
    ///   - activation: The function of the sum.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - depthwise: The options of the first step's kernel.
    ///   - pointwise: The options of the second step's kernel.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, multiplier: Int = 1, activation: ActivationFunction = .linear,
        bias: WeightOptions = true, depthwise: WeightOptions = true, pointwise: WeightOptions = true,
        activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.filters = filters
        self.window = Window(kernel, rank: Self.rank, stride: stride, dilation: dilation, padding: padding)
        self.multiplier = multiplier
        self.activation = activation
        super.init(name: name)
        $depthwiseKernel.configure(depthwise)
        $pointwiseKernel.configure(pointwise)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The positions of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw atLeastOne("filters", filters) }
        guard multiplier > 0 else { throw atLeastOne("multiplier", multiplier) }
        return try window.outputShape(of: input, channels: filters, in: self)
    }

    /// Initializes the weights of both steps.
    public override func build(_ input: Shape) {
        let channels = input[window.rank]
        $depthwiseKernel.initialize(Shape(window.size + [channels, multiplier]))
        $pointwiseKernel.initialize(Shape(window.size.map { _ in 1 } + [channels * multiplier, filters]))
        $bias.initialize([filters])
    }

    /// activation((x ∗ depthwise kernel) ∗ pointwise kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        let channels = x.depthwiseConvolution(depthwiseKernel, window)
        let weights = pointwiseKernel.reshaped(to: [-1, filters])
        return activation.following { channels.linear(weights, bias: $bias.optionalValue, activation: $0) }
    }
}

/// A convolution of sequences `[steps, channels]` in two steps.
public final class SeparableConv1D: SeparableConvolution {
    override class var rank: Int { 1 }
}

/// A convolution of images `[height, width, channels]` in two steps, as in Xception.
/// ```swift
/// let layer = SeparableConv2D(32, kernel: 3, padding: .same, activation: .relu)
/// let maps = layer(.normal([8, 28, 28, 16]))                         // [8, 28, 28, 32]
/// ```
public final class SeparableConv2D: SeparableConvolution {
    override class var rank: Int { 2 }
}
