public import Tensors

/// A convolution of images `[height, width, channels]`: every filter is slid over the image and makes a channel of the output.
public final class Conv2D: Layer {
    /// The filters `[kernel height, kernel width, channels, filters]`.
    @Parameter public var kernel: Tensor
    /// One bias for each filter.
    @Parameter(.zeros) public var bias: Tensor
    /// The number of filters.
    public let filters: Int
    /// What follows the sum.
    public let activation: ActivationFunction
    private let window: Window
    private let hasBias: Bool

    /// Filters of a kernel size: `Conv2D(6, kernel: 5)`, `Conv2D(32, kernel: [3, 5], stride: 2, padding: .same, activation: .relu)`.
    ///
    /// With padding `.valid` the output is ⌊(n − k) / stride⌋ + 1 long, with `.same` ⌈n / stride⌉; dilation spreads the kernel's taps.
    /// Initializer, regularizer and constraint are the kernel's.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1,
        activation: ActivationFunction = .linear, bias: Bool = true, initializer: Initializer = .glorotUniform,
        regularizer: Regularizer? = nil, constraint: Constraint? = nil, name: String? = nil
    ) {
        self.filters = filters
        self.window = Window(kernel, stride: stride, dilation: dilation, padding: padding)
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
    }

    /// The places of the kernel in the image, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw shapeError([input], "\(filters) filters are no layer", hint: "use 1 or more") }
        return try window.outputShape(of: input, channels: filters, in: self, called: "kernel")
    }

    /// Makes the filters.
    public override func build(_ input: Shape) {
        $kernel[window.size.height, window.size.width, input[2], filters]
        if hasBias { $bias[filters] }
    }

    /// activation(x ∗ kernel + bias).
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        prepareForCall(with: x)
        let y = x.conv2d(
            filter: kernel, bias: hasBias ? bias : nil, stride: window.stride, padding: window.padding,
            dilation: window.dilation,
            activation: activation.fused ?? .none)
        return activation.fused == nil ? activation(y) : y
    }
}
