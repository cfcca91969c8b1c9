public import Tensors

/// Filters that are others at every place of a sequence or an image: convolutions without shared weights, for inputs whose parts differ for
/// good, as those of aligned faces do (Taigman et al. 2014, "DeepFace"). What the locally connected layers have in common.
public class LocallyConnected: Layer {
    /// The weights `[places, window · channels, filters]`: places row by row, windows as well, with the channels of each of their pixels.
    @Parameter public final var kernel: Tensor
    /// A bias for each filter of each place: the output's shape.
    @Parameter(.zeros) public final var bias: Tensor
    /// The number of filters of a place.
    public final let filters: Int
    /// What follows the sum.
    public final let activation: ActivationFunction
    override final var outputActivation: ActivationFunction? { activation }
    private let window: Window
    private let hasBias: Bool

    init(_ filters: Int, _ window: Window, activation: ActivationFunction, bias: Bool, name: String?) {
        self.filters = filters
        self.window = window
        self.activation = activation
        self.hasBias = bias
        super.init(name: name)
    }

    /// The places of the kernel in the input, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw shapeError([input], "\(filters) filters are no layer", hint: "use 1 or more") }
        return try window.outputShape(of: input, channels: filters, in: self, called: "kernel")
    }

    /// Makes weights for every place.
    public override func build(_ input: Shape) throws {
        let output = try outputShape(of: input)
        let places = output.elementCount / filters, taps = window.size.reduce(1, *)
        $kernel.initialize([places, taps * input[window.rank], filters])
        if hasBias { $bias.initialize(output) }
    }

    /// activation(Σ window · kernel + bias), with the weights of each place.
    public override func forward(_ x: Tensor) -> Tensor {
        checkShape(of: x)
        let patches = x.patches(of: window)
        let output = [x.shape[0]] + patches.shape[1...window.rank] + [filters]
        // One product for every place: [places, batch, window · channels] · [places, window · channels, filters].
        let products = patches.reshaped(to: [x.shape[0], kernel.shape[0], kernel.shape[1]]).transposed(1, 0, 2).matmul(
            kernel)
        let sums = products.transposed(1, 0, 2).reshaped(to: output)
        return activation(hasBias ? sums + bias : sums)
    }
}

extension LocallyConnected {
    /// Weights belong to places: unlike a convolution's they are of no use for images of another size.
    private func checkShape(of x: Tensor) {
        guard let inputShape, !x.shape.dropFirst().elementsEqual(inputShape) else { return }
        Failure.raise(
            shapeError(
                [inputShape, x.shape],
                "has weights for the places of examples of shape \(inputShape), which batches of shape \(x.shape) do not have",
                hint: "make a new \(typeName) for them, or use a convolution, whose weights fit any size"))
    }
}

extension Tensor {
    /// What a window sees at each of its places: `[batch, places…, window…, channels]`.
    fileprivate func patches(of window: Window) -> Tensor {
        let layouts = (0..<window.rank).map {
            window.padding.layout(
                axis: $0, size: shape[$0 + 1], window: window.size[$0], stride: window.stride[$0],
                dilation: window.dilation[$0])
        }
        let borders = [(before: 0, after: 0)] + layouts.map { (before: $0.before, after: $0.after) } + [(0, 0)]
        // Every dimension, from the last, becomes two: that of the places, and that of the taps.
        let spread = (0..<window.rank).reversed().reduce(padded(borders)) { x, dimension in
            let places = Tensor.arange(layouts[dimension].count) * Double(window.stride[dimension])
            let taps = Tensor.arange(window.size[dimension]) * Double(window.dilation[dimension])
            return x.gathered(places.expanded(at: 1) + taps, axis: dimension + 1)
        }
        let dimensions = 0..<window.rank
        return spread.transposed(
            [0] + dimensions.map { 1 + 2 * $0 } + dimensions.map { 2 + 2 * $0 } + [1 + 2 * window.rank])
    }
}

/// Filters that are others at every step of sequences `[steps, channels]`.
public final class LocallyConnected1D: LocallyConnected {
    /// Filters of a length. The output is as long as that of a ``Conv1D``; its weights are as many times those of one.
    public init(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        activation: ActivationFunction = .linear, bias: Bool = true, initializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 1, stride: stride, dilation: dilation, padding: padding),
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// Filters that are others at every pixel of images `[height, width, channels]`.
public final class LocallyConnected2D: LocallyConnected {
    /// Filters of a kernel size: `LocallyConnected2D(16, kernel: 3, stride: 2)`. The output's size is that of a ``Conv2D``.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        dilation: any WindowSize = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 2, stride: stride, dilation: dilation, padding: padding),
            activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
