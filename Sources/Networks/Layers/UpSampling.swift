public import Tensors

/// Makes its input larger by whole factors: what the upsampling layers have in common.
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

    /// The larger input.
    public override func forward(_ x: Tensor) -> Tensor {
        switch interpolation {
        case .nearest: x.upsampled(by: factors)
        case .bilinear: x.resized(to: (x.shape[1] * factors[0], x.shape[2] * factors[1]), interpolation: .bilinear)
        }
    }
}

/// Repeats every step of a sequence `[steps, channels]`.
public final class UpSampling1D: UpSampling {
    /// Every step so many times.
    public init(_ factor: Int = 2, name: String? = nil) { super.init(rank: 1, factor, name: name) }
}

/// Makes images `[height, width, channels]` larger: by repeating pixels, or with mixtures of neighbours between them.
public final class UpSampling2D: UpSampling {
    /// So many pixels for each: `UpSampling2D(2)`, `UpSampling2D([1, 3], interpolation: .bilinear)`.
    public init(_ factors: any WindowSize = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
        super.init(rank: 2, factors, interpolation: interpolation, name: name)
    }
}

/// Repeats the pixels of volumes `[depth, height, width, channels]`.
public final class UpSampling3D: UpSampling {
    /// So many pixels for each.
    public init(_ factors: any WindowSize = 2, name: String? = nil) { super.init(rank: 3, factors, name: name) }
}

/// Makes images larger by turning channels into pixels (Shi et al. 2016): a convolution before it learns how, and computes on the small image.
public final class PixelShuffle: Layer {
    private let factor: Int

    /// Images larger by a factor, with so many times fewer channels as its square.
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

    /// The larger images. See `Tensor.pixelShuffled(by:)`.
    public override func forward(_ x: Tensor) -> Tensor { x.pixelShuffled(by: factor) }
}
