public import Tensors

/// Convolutions the other way round, which make larger images of smaller ones: what the transposed convolutions have in common.
///
/// The output is what a convolution with this kernel, stride and padding would make the input of.
public class TransposedConvolution: Convolution {
    private let outputPadding: [Int]?

    init(
        _ filters: Int, _ window: Window, outputPadding: (any WindowSize)?, activation: ActivationFunction, bias: Bool,
        name: String?
    ) {
        self.outputPadding = outputPadding.map { Window.lengths($0, rank: window.rank) }
        super.init(
            filters, window, activation: activation, bias: bias, name: name)
    }

    /// The larger shape, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw shapeError([input], "\(filters) filters are no layer", hint: "use 1 or more") }
        guard window.padding != .causal else {
            throw shapeError(
                [input], "the transpose of a causal convolution would look ahead", hint: "use padding: .valid or .same")
        }
        return try window.transposedShape(of: input, channels: filters, outputPadding: outputPadding, in: self)
    }

    override func kernelShape(channels: Int) -> Shape { Shape(window.size + [filters, channels]) }

    override func convolved(_ x: Tensor, bias: Tensor?, activation: FusedActivation) -> Tensor {
        x.transposeConvolved(
            kernel, bias: bias, stride: window.stride, padding: window.padding, outputPadding: outputPadding,
            dilation: window.dilation, activation: activation,
            as: ["convTranspose1d", "convTranspose2d", "convTranspose3d"][window.rank - 1])
    }
}

/// A transposed convolution of sequences `[steps, channels]`: makes them longer by the factor of its stride.
public final class Conv1DTranspose: TransposedConvolution {
    /// Filters of a length. Lengths are those of ``Conv2DTranspose``.
    public init(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, outputPadding: Int? = nil,
        dilation: Int = 1, activation: ActivationFunction = .linear, bias: Bool = true,
        initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 1, stride: stride, dilation: dilation, padding: padding),
            outputPadding: outputPadding, activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A transposed convolution of images `[height, width, channels]`, which makes them larger by the factor of its stride: what generators and
/// segmentation networks grow their images with. Its kernel is `[height, width, filters, channels]`.
public final class Conv2DTranspose: TransposedConvolution {
    /// Filters of a kernel size: `Conv2DTranspose(64, kernel: 4, stride: 2, padding: .same, activation: .relu)`.
    ///
    /// With padding `.same` the output is n · stride long; with `.valid` it is (n − 1) · stride + k, at least n · stride; an explicit padding
    /// is cut off. Several lengths can be right where the stride is above 1: an output padding asks for so much more than the shortest.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        outputPadding: (any WindowSize)? = nil, dilation: any WindowSize = 1, activation: ActivationFunction = .linear,
        bias: Bool = true, initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 2, stride: stride, dilation: dilation, padding: padding),
            outputPadding: outputPadding, activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}

/// A transposed convolution of volumes `[depth, height, width, channels]`.
public final class Conv3DTranspose: TransposedConvolution {
    /// Filters of a kernel size. Lengths are those of ``Conv2DTranspose``.
    public init(
        _ filters: Int, kernel: any WindowSize, stride: any WindowSize = 1, padding: Padding = .valid,
        outputPadding: (any WindowSize)? = nil, dilation: any WindowSize = 1, activation: ActivationFunction = .linear,
        bias: Bool = true, initializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        regularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, activityRegularizer: Regularizer? = nil,
        constraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, Window(kernel, rank: 3, stride: stride, dilation: dilation, padding: padding),
            outputPadding: outputPadding, activation: activation, bias: bias, name: name)
        $kernel.configure(initializer, regularizer: regularizer, constraint: constraint)
        $bias.configure(biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
        self.activityRegularizer = activityRegularizer
    }
}
