public import Tensors

/// Filters that slide over sequences, images or volumes: the base class of ``Conv1D``, ``Conv2D`` and ``Conv3D``.
public class Convolution: Layer {
    /// The filters: their sizes, then the channels, then how many there are (`[height, width, channels, filters]` for
    /// images). In a transposed convolution the last two are the other way round.
    @Parameter public final var kernel: Tensor
    /// One bias for each filter.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters.
    public final let filters: Int
    /// The function of the sum.
    public final let activation: ActivationFunction
    override final var outputActivation: ActivationFunction? { activation }
    /// The number of parts that the channels are divided into, each with its own filters.
    public final let groups: Int
    final let window: Window
    private let transformedKernel = TransformedFilter()
    /// The number of dimensions that the filters slide along.
    class var rank: Int { 2 }

    /// Filters of a kernel size: `Conv2D(6, kernel: 5)`, `Conv2D(32, kernel: [3, 5], stride: 2, padding: .same,
    /// activation: .relu)`.
    ///
    /// An axis of n positions has ⌊(n − k) / stride⌋ + 1 of them in the output with padding `.valid`, ⌈n / stride⌉ with
    /// `.same` and `.causal`, where k is the kernel's size, or (k − 1) · dilation + 1.
    /// - Parameters:
    ///   - filters: The number of filters, and so of the output's channels.
    ///   - kernel: The size of the filters: one number for all dimensions, or one for each.
    ///   - stride: The distance between neighbouring positions of the kernel.
    ///   - padding: What happens at the borders. `.causal`, for sequences, sees no later steps (van den Oord et al.
    ///     2016).
    ///   - dilation: The distance between neighbouring elements of the kernel.
    ///   - groups: The number of parts that channels and filters are divided into; a filter sees its part only
    ///     (Krizhevsky et al. 2012).
    ///   - activation: The function of the sum.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - initializer: The source of the kernel's first value.
    ///   - regularizer: A penalty on the kernel.
    ///   - constraint: What the kernel is held to after each step.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, groups: Int = 1, activation: ActivationFunction = .linear,
        bias: WeightOptions = true, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.filters = filters
        self.window = Window(kernel, rank: Self.rank, stride: stride, dilation: dilation, padding: padding)
        self.groups = groups
        self.activation = activation
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The positions of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw atLeastOne("filters", filters) }
        let output = try window.outputShape(of: input, channels: filters, in: self)
        try window.checkGroups(groups, channels: input[window.rank], filters: filters, in: self)
        return output
    }

    /// Initializes the filters.
    public override func build(_ input: Shape) {
        $kernel.initialize(kernelShape(channels: input[window.rank]))
        $bias.initialize([filters])
    }

    /// activation(x ∗ kernel + bias).
    public override func forward(_ x: Tensor) -> Tensor {
        activation.following { sum(of: x, bias: $bias.optionalValue, activation: $0) }
    }

    func kernelShape(channels: Int) -> Shape { Shape(window.size + [channels / groups, filters]) }

    func sum(of x: Tensor, bias: Tensor?, activation: FusedActivation) -> Tensor {
        x.convolution(
            kernel, bias: bias, window, groups: groups, activation: activation, keeping: transformedKernel,
            as: ["conv1d", "conv2d", "conv3d"][window.rank - 1])
    }
}

/// A convolution of sequences `[steps, channels]`: every filter slides along the steps and computes a channel of the
/// output.
///
/// y[t, f] = activation(Σₖ Σ꜀ x[t · stride + k, c] kernel[k, c, f] + bias[f]), `[steps, channels]` → `[positions,
/// filters]`.
/// ```swift
/// let layer = Conv1D(32, kernel: 2, padding: .causal, dilation: 4, activation: .relu)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 100, 32]
/// ```
public final class Conv1D: Convolution {
    override class var rank: Int { 1 }
}

/// A convolution of images `[height, width, channels]`: every filter slides over the image and computes a channel of
/// the output (LeCun et al. 1989).
///
/// y[i, j, f] = activation(Σₖₗ꜀ x[i · stride + k, j · stride + l, c] kernel[k, l, c, f] + bias[f]).
/// ```swift
/// let layer = Conv2D(6, kernel: 5, padding: .same, activation: .tanh)
/// let maps = layer(.normal([8, 28, 28, 1]))                          // [8, 28, 28, 6]
/// ```
/// With far fewer weights: ``SeparableConv2D`` or ``DepthwiseConv2D``; to enlarge images: ``Conv2DTranspose``.
public final class Conv2D: Convolution {
    override class var rank: Int { 2 }
}

/// A convolution of volumes or videos `[depth, height, width, channels]`, such as `Conv3D(8, kernel: [1, 3, 3],
/// padding: .same)`; else as ``Conv2D``.
public final class Conv3D: Convolution {
    override class var rank: Int { 3 }
}
