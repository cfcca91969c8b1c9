public import Tensors

/// Filters that slide over sequences, images or volumes: what the convolutions have in common.
public class Convolution: Layer {
    /// The filters: their lengths, then the channels, then how many there are (`[height, width, channels, filters]` for images). A
    /// transposed convolution's last two are the other way round.
    @Parameter public final var kernel: Tensor
    /// One bias for each filter.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters.
    public final let filters: Int
    /// What follows the sum.
    public final let activation: ActivationFunction
    override final var outputActivation: ActivationFunction? { activation }
    /// Into how many parts the channels are divided, each with filters of its own.
    public final let groups: Int
    final let window: Window
    private let hasBias: Bool

    init(
        _ filters: Int, _ window: Window, groups: Int = 1, activation: ActivationFunction, bias: Bool, name: String?
    ) {
        self.filters = filters
        self.window = window
        self.groups = groups
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
    }

    /// The places of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw shapeError([input], "\(filters) filters are no layer", hint: "use 1 or more") }
        let output = try window.outputShape(of: input, channels: filters, in: self, called: "kernel")
        guard groups > 0, input[window.rank] % groups == 0, filters % groups == 0 else {
            throw shapeError(
                [input], "\(input[window.rank]) channels and \(filters) filters do not divide into \(groups) groups",
                hint: "use a number of groups that divides both")
        }
        return output
    }

    /// Makes the filters.
    public override func build(_ input: Shape) {
        $kernel.initialize(kernelShape(channels: input[window.rank]))
        if hasBias { $bias.initialize([filters]) }
    }

    /// activation(x ∗ kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        let bias = hasBias ? self.bias : nil
        return activation.following { convolved(x, bias: bias, activation: $0) }
    }

    func kernelShape(channels: Int) -> Shape { Shape(window.size + [channels / groups, filters]) }

    func convolved(_ x: Tensor, bias: Tensor?, activation: FusedActivation) -> Tensor {
        x.convolved(
            kernel, bias: bias, stride: window.stride, padding: window.padding, dilation: window.dilation,
            groups: groups, activation: activation, as: ["conv1d", "conv2d", "conv3d"][window.rank - 1])
    }
}

/// A convolution of sequences `[steps, channels]`: every filter is slid along the steps and makes a channel of the output.
public final class Conv1D: Convolution {
    /// Filters of a length: `Conv1D(32, kernel: 2, padding: .causal, dilation: 4, activation: .relu)`.
    ///
    /// With padding `.valid` the output is ⌊(n − k) / stride⌋ + 1 long, with `.same` and `.causal` ⌈n / stride⌉; a causal convolution sees
    /// no later steps (van den Oord et al. 2016). Dilation spreads the kernel's taps. Initializer, regularizer and constraint are the
    /// kernel's unless they are called the bias's; an activity regularizer penalises the output.
    public init(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, bias: Bool = true, initializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 1, stride: stride, dilation: dilation, padding: padding), groups: groups,
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution of images `[height, width, channels]`: every filter is slid over the image and makes a channel of the output.
public final class Conv2D: Convolution {
    /// Filters of a kernel size: `Conv2D(6, kernel: 5)`, `Conv2D(32, kernel: [3, 5], stride: 2, padding: .same, activation: .relu)`.
    ///
    /// With padding `.valid` the output is ⌊(n − k) / stride⌋ + 1 long, with `.same` ⌈n / stride⌉; dilation spreads the kernel's taps. With
    /// groups, each part of the filters sees its part of the channels only, as AlexNet's do (Krizhevsky et al. 2012).
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, groups: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 2, stride: stride, dilation: dilation, padding: padding), groups: groups,
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution of volumes or films `[depth, height, width, channels]`.
public final class Conv3D: Convolution {
    /// Filters of a kernel size: `Conv3D(8, kernel: 3)`, `Conv3D(8, kernel: [1, 3, 3], padding: .same)`. Sizes are those of ``Conv2D``.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, groups: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 3, stride: stride, dilation: dilation, padding: padding), groups: groups,
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
