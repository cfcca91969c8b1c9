public import Tensors

/// Convolutions that keep the channels apart: each has filters of its own.
public class DepthwiseConvolution: Layer {
    /// The filters: their lengths, then the channels, then how many each channel has (`[height, width, channels, multiplier]` for images).
    @Parameter public final var kernel: Tensor
    /// One bias for each output channel.
    @Parameter(.zeros) public final var bias: Tensor
    /// The filters of each channel.
    public final let multiplier: Int
    /// What follows the sum.
    public final let activation: ActivationFunction
    private let window: Window
    private let hasBias: Bool

    init(
        _ window: Window, multiplier: Int, activation: ActivationFunction, bias: Bool, name: String?
    ) {
        self.window = window
        self.multiplier = multiplier
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
    }

    /// The places of the kernel in the input, and `multiplier` times its channels: first those of the first channel.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard multiplier > 0 else {
            throw shapeError([input], "\(multiplier) filters for each channel are no layer", hint: "use 1 or more")
        }
        let output = try window.outputShape(of: input, in: self, called: "kernel")
        return Shape(output.dropLast() + [input[window.rank] * multiplier])
    }

    /// Makes the filters.
    public override func build(_ input: Shape) {
        let channels = input[window.rank]
        $kernel.initialize(Shape(window.size + [channels, multiplier]))
        if hasBias { $bias.initialize([channels * multiplier]) }
    }

    /// activation(x ∗ kernel + bias), channel by channel.
    public override func forward(_ x: Tensor) -> Tensor {
        let bias = hasBias ? self.bias : nil
        return activation.following { x.convolvedDepthwise(kernel, bias: bias, window, activation: $0) }
    }
}

extension Tensor {
    /// The convolution of every channel with filters of its own, laid out `[lengths…, channels, multiplier]`.
    func convolvedDepthwise(
        _ kernel: Tensor, bias: Tensor? = nil, _ window: Window, activation: FusedActivation = .none
    ) -> Tensor {
        let channels = kernel.shape[window.rank]
        let filters = kernel.reshaped(to: window.size + [1, kernel.shape[window.rank + 1] * channels])
        return convolved(
            filters, bias: bias, stride: window.stride, padding: window.padding, dilation: window.dilation,
            groups: channels, activation: activation, as: ["conv1d", "conv2d"][window.rank - 1])
    }
}

/// A convolution of sequences `[steps, channels]` that keeps the channels apart.
public final class DepthwiseConv1D: DepthwiseConvolution {
    /// Filters of a length, `multiplier` of them for each channel.
    public init(
        kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1, multiplier: Int = 1,
        activation: ActivationFunction = .linear, bias: Bool = true, initializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            Window(kernel, rank: 1, stride: stride, dilation: dilation, padding: padding), multiplier: multiplier,
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution of images `[height, width, channels]` that keeps the channels apart.
public final class DepthwiseConv2D: DepthwiseConvolution {
    /// Filters of a kernel size, `multiplier` of them for each channel: `DepthwiseConv2D(kernel: 3, padding: .same)`.
    public init(
        kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid, dilation: any WindowSize = 1,
        multiplier: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            Window(kernel, rank: 2, stride: stride, dilation: dilation, padding: padding), multiplier: multiplier,
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
