public import Tensors

/// Filters that differ from position to position: convolutions without shared weights, for inputs whose parts always
/// differ, as those of aligned faces do (Taigman et al. 2014, "DeepFace"). The base class of ``LocallyConnected1D`` and
/// ``LocallyConnected2D``.
public class LocallyConnected: Layer {
    /// The weights `[positions, window · channels, filters]`: positions row by row, windows as well, with the channels
    /// of each pixel.
    @Parameter public final var kernel: Tensor
    /// A bias for each filter of each position: the output's shape.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters of a position.
    public final let filters: Int
    /// The function of the sum.
    public final let activation: ActivationFunction
    override final var outputActivation: ActivationFunction? { activation }
    private let window: Window
    /// The number of dimensions that the window slides along.
    class var rank: Int { 2 }

    /// Filters of a kernel size: `LocallyConnected2D(16, kernel: 3, stride: 2)`. The output has the shape of a
    /// convolution's.
    ///
    /// - Parameters:
    ///   - filters: The number of filters of a position, and so of the output's channels.
    ///   - kernel: The size of the filters: one number for all dimensions, or one for each.
    ///   - stride: The distance between neighbouring positions of the kernel.
    ///   - padding: What happens at the borders.
    ///   - dilation: The distance between neighbouring elements of the kernel.
    ///   - activation: The function of the sum.
    ///   - bias: The options of the biases, or `false` for none.
    ///   - initializer: The source of the kernel's first value.
    ///   - regularizer: A penalty on the kernel.
    ///   - constraint: What the kernel is held to after each step.
    ///   - activityRegularizer: A penalty on the output.
    ///   - name: The layer's name; by default its class's.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, activation: ActivationFunction = .linear,
        bias: WeightOptions = true, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.filters = filters
        self.window = Window(kernel, rank: Self.rank, stride: stride, dilation: dilation, padding: padding)
        self.activation = activation
        super.init(name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(bias)
        self.activityRegularizer = activityRegularizer
    }

    /// The positions of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw atLeastOne("filters", filters) }
        return try window.outputShape(of: input, channels: filters, in: self)
    }

    /// Initializes weights for every position.
    public override func build(_ input: Shape) throws {
        let output = try outputShape(of: input)
        let positions = output.elementCount / filters, taps = window.size.reduce(1, *)
        $kernel.initialize([positions, taps * input[window.rank], filters])
        $bias.initialize(output)
    }

    /// activation(Σ window · kernel + bias), with the weights of each position.
    public override func forward(_ x: Tensor) -> Tensor {
        checkShape(of: x)
        let patches = x.patches(of: window)
        let output = [x.shape[0]] + patches.shape[1...window.rank] + [filters]
        // One product for every position: [positions, batch, window · channels] · [positions, window · channels,
        // filters].
        let products = patches.reshaped(to: [x.shape[0], kernel.shape[0], kernel.shape[1]]).transposed(1, 0, 2).matmul(
            kernel)
        let sums = products.transposed(1, 0, 2).reshaped(to: output)
        return activation($bias.optionalValue.map { sums + $0 } ?? sums)
    }
}

extension LocallyConnected {
    /// Weights belong to positions: unlike a convolution's they are of no use for images of another size.
    private func checkShape(of x: Tensor) {
        guard let inputShape, !x.shape.dropFirst().elementsEqual(inputShape) else { return }
        Failure.raise(
            shapeError(
                [inputShape, x.shape],
                "has weights for the positions of examples of shape \(inputShape), which batches of shape \(x.shape) do not have",
                hint: "make a new \(typeName) for them, or use a convolution, whose weights fit any size"))
    }
}

extension Tensor {
    /// What a window sees at each of its positions: `[batch, positions…, window…, channels]`.
    fileprivate func patches(of window: Window) -> Tensor {
        let layouts = (0..<window.rank).map {
            window.padding.layout(
                axis: $0, size: shape[$0 + 1], window: window.size[$0], stride: window.stride[$0],
                dilation: window.dilation[$0])
        }
        let borders = [(before: 0, after: 0)] + layouts.map { (before: $0.before, after: $0.after) } + [(0, 0)]
        // Every dimension, from the last, becomes two: that of the positions, and that of the taps.
        let spread = (0..<window.rank).reversed().reduce(padded(borders)) { x, dimension in
            let positions = Tensor.arange(layouts[dimension].count) * Double(window.stride[dimension])
            let taps = Tensor.arange(window.size[dimension]) * Double(window.dilation[dimension])
            return x.gathered(positions.expanded(at: 1) + taps.expanded(at: 0), axis: dimension + 1)
        }
        let dimensions = 0..<window.rank
        return spread.transposed(
            [0] + dimensions.map { 1 + 2 * $0 } + dimensions.map { 2 + 2 * $0 } + [1 + 2 * window.rank])
    }
}

/// Filters that differ from step to step of sequences `[steps, channels]`.
public final class LocallyConnected1D: LocallyConnected {
    override class var rank: Int { 1 }
}

/// Filters that differ from pixel to pixel of images `[height, width, channels]`.
public final class LocallyConnected2D: LocallyConnected {
    override class var rank: Int { 2 }
}
