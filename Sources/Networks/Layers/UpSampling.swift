public import Tensors

/// Enlarges its input by integer factors: the base class of the upsampling layers.
public class UpSampling: Layer {
    private let factors: [Int]
    private let rank: Int
    private let interpolation: Interpolation

    init(rank: Int, _ factors: any WindowSize, interpolation: Interpolation = .nearest, name: String?) {
        self.rank = rank
        self.factors = Window.lengths(factors, rank: rank)
        self.interpolation = interpolation
        super.init(name: name)
    }

    /// The input's shape times the factors.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(factors, rank: rank, called: "factor", in: self)
        try Window.check(input, rank: rank, in: self)
        return Shape(zip(factors, input).map { $0 * $1 } + [input[rank]])
    }

    /// The enlarged input.
    public override func forward(_ x: Tensor) -> Tensor {
        switch interpolation {
        case .nearest: x.upsampled(by: factors)
        case .bilinear: x.resized(to: (x.shape[1] * factors[0], x.shape[2] * factors[1]), interpolation: .bilinear)
        }
    }
}

/// Repeats every step of a sequence: y[t, c] = x[⌊t / factor⌋, c], `[steps, channels]` → `[steps · factor, channels]`.
///
/// ```swift
/// let layer = UpSampling1D(2)
/// let y = layer(.normal([8, 50, 3]))                                 // [8, 100, 3]
/// ```
/// As in Keras. To repeat one vector take ``RepeatVector``.
public final class UpSampling1D: UpSampling {
    /// A layer that repeats every step `factor` times.
    public init(_ factor: Int = 2, name: String? = nil) { super.init(rank: 1, factor, name: name) }
}

/// Enlarges images by integer factors: y[i, j, c] = x[⌊i / factor⌋, ⌊j / factor⌋, c], or by bilinear interpolation.
/// `[height, width, channels]` → `[height · factor, width · factor, channels]`.
///
/// ```swift
/// let layer = UpSampling2D(2, interpolation: .bilinear)
/// let y = layer(.normal([8, 14, 14, 6]))                             // [8, 28, 28, 6]
/// ```
/// As in Keras. With a convolution after it, it avoids the checkerboard artefacts of ``Conv2DTranspose``
/// (Odena et al. 2016), which learns how to enlarge.
public final class UpSampling2D: UpSampling {
    /// A layer with one factor, or with those of height and width: `UpSampling2D([1, 3])`.
    public init(_ factors: any WindowSize = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
        super.init(rank: 2, factors, interpolation: interpolation, name: name)
    }
}

/// Repeats the elements of volumes along each dimension, as ``UpSampling2D`` those of images:
/// `[depth, height, width, channels]` → `[depth · factor, height · factor, width · factor, channels]`.
///
/// ```swift
/// let layer = UpSampling3D(2)
/// let y = layer(.normal([2, 8, 14, 14, 3]))                          // [2, 16, 28, 28, 3]
/// ```
/// As in Keras. ``Conv3DTranspose`` learns how to enlarge.
public final class UpSampling3D: UpSampling {
    /// A layer with one factor, or with those of depth, height and width.
    public init(_ factors: any WindowSize = 2, name: String? = nil) { super.init(rank: 3, factors, name: name) }
}

/// Rearranges channels into pixels: y[i, j, c] = x[⌊i / r⌋, ⌊j / r⌋, c r² + r (i mod r) + j mod r],
/// `[height, width, channels]` → `[height · r, width · r, channels / r²]`.
///
/// ```swift
/// let layer = PixelShuffle(2)
/// let y = layer(.normal([8, 14, 14, 12]))                            // [8, 28, 28, 3]
/// ```
/// Source: Shi et al. 2016, equation 4. After a convolution, which then computes on the small image; without weights:
/// ``UpSampling2D``.
public final class PixelShuffle: Layer {
    private let factor: Int

    /// A layer that enlarges images by the factor r and divides the number of channels by r².
    public init(_ factor: Int = 2, name: String? = nil) {
        self.factor = factor
        super.init(name: name)
    }

    /// Height and width times the factor.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(input, rank: 2, in: self)
        guard factor > 0, input[2] % (factor * factor) == 0 else {
            throw shapeError(
                [input], "\(input[2]) channels do not make squares of \(factor) × \(factor) pixels",
                hint: "give the convolution before it a multiple of \(max(1, factor * factor)) filters")
        }
        return [input[0] * factor, input[1] * factor, input[2] / (factor * factor)]
    }

    /// The enlarged images. See `Tensor.pixelShuffled(by:)`.
    public override func forward(_ x: Tensor) -> Tensor { x.pixelShuffled(by: factor) }
}
