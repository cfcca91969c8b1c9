public import Tensors

/// Convolutions the other way round, which make larger images of smaller ones: the base class of the transposed
/// convolutions.
///
/// The output has the shape of which a convolution with this kernel, stride and padding would make the input's.
public class TransposedConvolution: Convolution {
    private let outputPadding: [Int]?

    /// Filters of a kernel size: `Conv2DTranspose(64, kernel: 4, stride: 2, padding: .same, activation: .relu)`.
    ///
    /// An axis of n positions becomes n · stride long with padding `.same`, and (n − 1) · stride + k, but at least n ·
    /// stride, with `.valid`; explicit padding is cut off.
    /// - Parameters:
    ///   - filters: The number of filters, and so of the output's channels.
    ///   - kernel: The size of the filters: one number for all dimensions, or one for each.
    ///   - stride: The factor by which the output is larger.
    ///   - padding: What the convolution that this is the transpose of does at the borders.
    ///   - outputPadding: With a stride above 1 several lengths can be right: how much more than the shortest is
    ///     wanted.
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
        outputPadding: (any WindowSize)? = nil, dilation: any WindowSize = 1, activation: ActivationFunction = .linear,
        bias: WeightOptions = true, initializer: Initializer = .glorotUniform, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, activityRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        self.outputPadding = outputPadding.map { Window.lengths($0, rank: Self.rank) }
        super.init(
            filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation, activation: activation,
            bias: bias, initializer: initializer, regularizer: regularizer, constraint: constraint,
            activityRegularizer: activityRegularizer, name: name)
    }

    /// The larger shape, and the number of filters.
    public override func outputShape(of input: Shape) throws -> Shape {
        guard filters > 0 else { throw atLeastOne("filters", filters) }
        guard window.padding != .causal else {
            throw shapeError(
                [input], "the transpose of a causal convolution would look ahead", hint: "use padding: .valid or .same")
        }
        return try window.transposedShape(of: input, channels: filters, outputPadding: outputPadding, in: self)
    }

    override func kernelShape(channels: Int) -> Shape { Shape(window.size + [filters, channels]) }

    override func sum(of x: Tensor, bias: Tensor?, activation: FusedActivation) -> Tensor {
        x.transposedConvolution(
            kernel, bias: bias, window, outputPadding: outputPadding, activation: activation,
            as: ["convTranspose1d", "convTranspose2d", "convTranspose3d"][window.rank - 1])
    }
}

/// A transposed convolution of sequences `[steps, channels]`: makes them longer by the factor of its stride.
public final class Conv1DTranspose: TransposedConvolution {
    override class var rank: Int { 1 }
}

/// A transposed convolution of images `[height, width, channels]`, which makes them larger by the factor of its stride:
/// generators and segmentation networks grow their images with it (Zeiler et al. 2010). Its kernel is `[height, width,
/// filters, channels]`.
/// ```swift
/// let layer = Conv2DTranspose(16, kernel: 4, stride: 2, padding: .same)
/// let larger = layer(.normal([8, 7, 7, 32]))                         // [8, 14, 14, 16]
/// ```
/// ``UpSampling2D`` and a ``Conv2D`` do the same without the checkerboard that strides leave (Odena et al. 2016).
public final class Conv2DTranspose: TransposedConvolution {
    override class var rank: Int { 2 }
}

/// A transposed convolution of volumes `[depth, height, width, channels]`.
public final class Conv3DTranspose: TransposedConvolution {
    override class var rank: Int { 3 }
}
