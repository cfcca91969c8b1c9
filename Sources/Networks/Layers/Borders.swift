public import Tensors

/// Pads its input at the borders: the base class of the padding layers.
public class BorderPadding: Layer {
    private let rank: Int
    private let (before, after): ([Int], [Int])
    private let border: Border

    init(rank: Int, before: any WindowSize, after: any WindowSize, border: Border, name: String?) {
        self.rank = rank
        self.before = Window.lengths(before, rank: rank)
        self.after = Window.lengths(after, rank: rank)
        self.border = border
        super.init(name: name)
    }

    /// The input's shape plus the padding.
    public override func outputShape(of input: Shape) throws -> Shape {
        for lengths in [before, after] {
            try Window.check(lengths, rank: rank, atLeast: 0, called: "padding", in: self)
        }
        try Window.check(input, rank: rank, in: self)
        if border == .reflect, let axis = (0..<rank).first(where: { max(before[$0], after[$0]) >= input[$0] }) {
            throw shapeError(
                [input], "\(input) cannot be reflected by \(max(before[axis], after[axis])) along axis \(axis)",
                hint: "pad by less than the input's length")
        }
        return Shape((0..<rank).map { before[$0] + input[$0] + after[$0] } + [input[rank]])
    }

    /// The padded input.
    public override func forward(_ x: Tensor) -> Tensor {
        x.padded([(0, 0)] + zip(before, after).map { ($0, $1) } + [(0, 0)], with: border)
    }
}

/// Pads sequences with zeros at both ends: `[steps, channels]` → `[before + steps + after, channels]`.
///
/// ```swift
/// let layer = ZeroPadding1D(before: 2, after: 0)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 102, 3]
/// ```
/// As in Keras. Convolutions pad by themselves with `padding: .same` or `.causal`.
public final class ZeroPadding1D: BorderPadding {
    /// A layer that adds `size` steps at both ends.
    public init(_ size: Int = 1, name: String? = nil) {
        super.init(rank: 1, before: size, after: size, border: .constant(0), name: name)
    }
    /// A layer that adds these numbers of steps.
    public init(before: Int, after: Int, name: String? = nil) {
        super.init(rank: 1, before: before, after: after, border: .constant(0), name: name)
    }
}

/// Pads images with zeros: `[height, width, channels]` → `[top + height + bottom, left + width + right, channels]`.
///
/// ```swift
/// let layer = ZeroPadding2D(2)
/// let y = layer(.normal([8, 28, 28, 1]))                             // [8, 32, 32, 1]
/// ```
/// As in Keras. Convolutions pad by themselves with `padding: .same`; without edges at the border:
/// ``ReflectionPadding2D``.
public final class ZeroPadding2D: BorderPadding {
    /// A layer that adds `size` pixels on all sides; `[1, 2]` adds 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, border: .constant(0), name: name)
    }
    /// A layer that adds these numbers of pixels.
    public init(top: Int, bottom: Int, left: Int, right: Int, name: String? = nil) {
        super.init(rank: 2, before: [top, left], after: [bottom, right], border: .constant(0), name: name)
    }
}

/// Pads volumes `[depth, height, width, channels]` with zeros: each length becomes before + length + after.
///
/// ```swift
/// let layer = ZeroPadding3D([0, 1, 1])
/// let y = layer(.normal([2, 16, 28, 28, 3]))                         // [2, 16, 30, 30, 3]
/// ```
/// As in Keras. Convolutions pad by themselves with `padding: .same`.
public final class ZeroPadding3D: BorderPadding {
    /// A layer that adds the same number of zeros on all sides, or one for each dimension.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 3, before: size, after: size, border: .constant(0), name: name)
    }
    /// A layer that adds these numbers of zeros before and after, along each dimension.
    public init(before: any WindowSize, after: any WindowSize, name: String? = nil) {
        super.init(rank: 3, before: before, after: after, border: .constant(0), name: name)
    }
}

/// Pads images with their reflection, without repeating the border: a row a b c becomes b a b c b.
/// `[height, width, channels]` → `[height + 2 · size, width + 2 · size, channels]`.
///
/// ```swift
/// let layer = ReflectionPadding2D(3)
/// let y = layer(.normal([1, 64, 64, 3]))                             // [1, 70, 70, 3]
/// ```
/// As in PyTorch's `ReflectionPad2d`. For generators of images (Johnson et al. 2016), where the zeros of
/// ``ZeroPadding2D`` would make visible edges.
public final class ReflectionPadding2D: BorderPadding {
    /// A layer that adds `size` pixels on all sides; `[1, 2]` adds 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, border: .reflect, name: name)
    }
}

/// Crops its input at the borders: the base class of the cropping layers.
public class Cropping: Layer {
    private let rank: Int
    private let (before, after): ([Int], [Int])

    init(rank: Int, before: any WindowSize, after: any WindowSize, name: String?) {
        self.rank = rank
        self.before = Window.lengths(before, rank: rank)
        self.after = Window.lengths(after, rank: rank)
        super.init(name: name)
    }

    /// The input's shape minus the cropping.
    public override func outputShape(of input: Shape) throws -> Shape {
        for lengths in [before, after] {
            try Window.check(lengths, rank: rank, atLeast: 0, called: "cropping", in: self)
        }
        try Window.check(input, rank: rank, in: self)
        if let axis = (0..<rank).first(where: { before[$0] + after[$0] >= input[$0] }) {
            throw shapeError(
                [input],
                "nothing is left of axis \(axis) of \(input) without its first \(before[axis]) and last \(after[axis])",
                hint: "cut off less")
        }
        return Shape((0..<rank).map { input[$0] - before[$0] - after[$0] } + [input[rank]])
    }

    /// The cropped input.
    public override func forward(_ x: Tensor) -> Tensor {
        x.cropped([(0, 0)] + zip(before, after).map { ($0, $1) } + [(0, 0)])
    }
}

/// Crops sequences at both ends: `[steps, channels]` → `[steps − before − after, channels]`.
///
/// ```swift
/// let layer = Cropping1D(before: 5, after: 0)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 95, 3]
/// ```
/// As in Keras. The inverse of ``ZeroPadding1D``.
public final class Cropping1D: Cropping {
    /// A layer that removes `size` steps at both ends.
    public init(_ size: Int = 1, name: String? = nil) { super.init(rank: 1, before: size, after: size, name: name) }
    /// A layer that removes these numbers of steps.
    public init(before: Int, after: Int, name: String? = nil) {
        super.init(rank: 1, before: before, after: after, name: name)
    }
}

/// Crops images: `[height, width, channels]` → `[height − top − bottom, width − left − right, channels]`.
///
/// ```swift
/// let layer = Cropping2D(2)
/// let y = layer(.normal([8, 32, 32, 3]))                             // [8, 28, 28, 3]
/// ```
/// As in Keras, and in U-Net's skip connections (Ronneberger et al. 2015). The inverse of ``ZeroPadding2D``.
public final class Cropping2D: Cropping {
    /// A layer that removes `size` pixels on all sides; `[1, 2]` removes 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, name: name)
    }
    /// A layer that removes these numbers of pixels.
    public init(top: Int, bottom: Int, left: Int, right: Int, name: String? = nil) {
        super.init(rank: 2, before: [top, left], after: [bottom, right], name: name)
    }
}

/// Crops volumes `[depth, height, width, channels]`: each length becomes length − before − after.
///
/// ```swift
/// let layer = Cropping3D([0, 1, 1])
/// let y = layer(.normal([2, 16, 30, 30, 3]))                         // [2, 16, 28, 28, 3]
/// ```
/// As in Keras. The inverse of ``ZeroPadding3D``.
public final class Cropping3D: Cropping {
    /// A layer that removes the same number of pixels on all sides, or one for each dimension.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 3, before: size, after: size, name: name)
    }
    /// A layer that removes these numbers of pixels before and after, along each dimension.
    public init(before: any WindowSize, after: any WindowSize, name: String? = nil) {
        super.init(rank: 3, before: before, after: after, name: name)
    }
}
