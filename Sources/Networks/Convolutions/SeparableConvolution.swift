public import Tensors

/// A convolution in two steps, with far fewer weights than a full one: first every channel for itself, then the channels at every pixel
/// (Chollet 2017).
public class SeparableConvolution: Layer {
    /// The filters of the first step, `[lengths…, channels, multiplier]`.
    @Parameter public final var depthwiseKernel: Tensor
    /// The weights of the second step, `[1…, channels · multiplier, filters]`.
    @Parameter public final var pointwiseKernel: Tensor
    /// One bias for each filter.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters.
    public final let filters: Int
    /// What follows the second step.
    public final let activation: ActivationFunction
    private let window: Window
    private let multiplier: Int
    private let hasBias: Bool

    init(
        _ filters: Int, _ window: Window, multiplier: Int, activation: ActivationFunction, bias: Bool, name: String?
    ) {
        self.filters = filters
        self.window = window
        self.multiplier = multiplier
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
    }

    /// The places of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0, multiplier > 0 else {
            throw shapeError(
                [input], "\(filters) filters of \(multiplier) for each channel are no layer", hint: "use 1 or more")
        }
        return try window.outputShape(of: input, channels: filters, in: self, called: "kernel")
    }

    /// Makes the weights of both steps.
    public override func build(_ input: Shape) {
        let channels = input[window.rank]
        $depthwiseKernel.initialize(Shape(window.size + [channels, multiplier]))
        $pointwiseKernel.initialize(Shape(window.size.map { _ in 1 } + [channels * multiplier, filters]))
        if hasBias { $bias.initialize([filters]) }
    }

    /// activation((x ∗ depthwise kernel) ∗ pointwise kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        let channels = x.convolvedDepthwise(depthwiseKernel, window)
        let weights = pointwiseKernel.reshaped(to: [-1, filters]), bias = hasBias ? self.bias : nil
        return activation.following { channels.linear(weights, bias: bias, activation: $0) }
    }
}

/// A convolution of sequences `[steps, channels]` in two steps.
public final class SeparableConv1D: SeparableConvolution {
    /// Filters of a length. Each channel has `multiplier` filters in the first step.
    public init(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        multiplier: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, depthwiseRegularizer: Regularizer? = nil,
        pointwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        pointwiseConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 1, stride: stride, dilation: dilation, padding: padding),
            multiplier: multiplier, activation: activation, bias: bias, name: name)
        $depthwiseKernel.configure(
            depthwiseInitializer, regularizer: depthwiseRegularizer, constraint: depthwiseConstraint)
        $pointwiseKernel.configure(
            pointwiseInitializer, regularizer: pointwiseRegularizer, constraint: pointwiseConstraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution of images `[height, width, channels]` in two steps.
public final class SeparableConv2D: SeparableConvolution {
    /// Filters of a kernel size. Each channel has `multiplier` filters in the first step. Each step's kernel has an initializer, a
    /// regularizer and a constraint of its own; an activity regularizer penalises the output.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, multiplier: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, depthwiseRegularizer: Regularizer? = nil,
        pointwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        pointwiseConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 2, stride: stride, dilation: dilation, padding: padding),
            multiplier: multiplier, activation: activation, bias: bias, name: name)
        $depthwiseKernel.configure(
            depthwiseInitializer, regularizer: depthwiseRegularizer, constraint: depthwiseConstraint)
        $pointwiseKernel.configure(
            pointwiseInitializer, regularizer: pointwiseRegularizer, constraint: pointwiseConstraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
