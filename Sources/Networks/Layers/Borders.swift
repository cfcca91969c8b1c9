public import Tensors

/// Puts something around its input: what the padding layers have in common.
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

    /// The input's shape, and what is put around it.
    public override func outputShape(of input: Shape) throws -> Shape {
        for lengths in [before, after] {
            try Window.check(lengths, rank: rank, atLeast: 0, called: "padding", in: self)
        }
        try Window.check(input, rank: rank, in: self)
        if border == .reflect, let axis = (0..<rank).first(where: { max(before[$0], after[$0]) >= input[$0] }) {
            throw shapeError(
                [input], "\(input) cannot be mirrored by \(max(before[axis], after[axis])) along axis \(axis)",
                hint: "pad by less than the input is long")
        }
        return Shape((0..<rank).map { before[$0] + input[$0] + after[$0] } + [input[rank]])
    }

    /// The input with its borders.
    public override func forward(_ x: Tensor) -> Tensor {
        x.padded([(0, 0)] + zip(before, after).map { ($0, $1) } + [(0, 0)], with: border)
    }
}

/// Puts zeros before and after a sequence `[steps, channels]`.
public final class ZeroPadding1D: BorderPadding {
    /// So many steps of zeros at both ends.
    public init(_ size: Int = 1, name: String? = nil) {
        super.init(rank: 1, before: size, after: size, border: .constant(0), name: name)
    }
    /// So many steps of zeros at each end.
    public init(before: Int, after: Int, name: String? = nil) {
        super.init(rank: 1, before: before, after: after, border: .constant(0), name: name)
    }
}

/// Puts zeros around images `[height, width, channels]`.
public final class ZeroPadding2D: BorderPadding {
    /// So many zeros on all sides; `[1, 2]` puts 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, border: .constant(0), name: name)
    }
    /// So many zeros on each side.
    public init(top: Int, bottom: Int, left: Int, right: Int, name: String? = nil) {
        super.init(rank: 2, before: [top, left], after: [bottom, right], border: .constant(0), name: name)
    }
}

/// Puts zeros around volumes `[depth, height, width, channels]`.
public final class ZeroPadding3D: BorderPadding {
    /// So many zeros on all sides.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 3, before: size, after: size, border: .constant(0), name: name)
    }
    /// So many zeros before and after each dimension.
    public init(before: any WindowSize, after: any WindowSize, name: String? = nil) {
        super.init(rank: 3, before: before, after: after, border: .constant(0), name: name)
    }
}

/// Continues images `[height, width, channels]` by their mirror images: without the edges that zeros make. Generators of images use it.
public final class ReflectionPadding2D: BorderPadding {
    /// So many pixels on all sides; `[1, 2]` puts 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, border: .reflect, name: name)
    }
}

/// Cuts off the borders of its input: what the cropping layers have in common.
public class Cropping: Layer {
    private let rank: Int
    private let (before, after): ([Int], [Int])

    init(rank: Int, before: any WindowSize, after: any WindowSize, name: String?) {
        self.rank = rank
        self.before = Window.lengths(before, rank: rank)
        self.after = Window.lengths(after, rank: rank)
        super.init(name: name)
    }

    /// What is left.
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

    /// The input without its borders.
    public override func forward(_ x: Tensor) -> Tensor {
        x.cropped([(0, 0)] + zip(before, after).map { ($0, $1) } + [(0, 0)])
    }
}

/// Cuts off the ends of a sequence `[steps, channels]`.
public final class Cropping1D: Cropping {
    /// So many steps at both ends.
    public init(_ size: Int = 1, name: String? = nil) { super.init(rank: 1, before: size, after: size, name: name) }
    /// So many steps at each end.
    public init(before: Int, after: Int, name: String? = nil) {
        super.init(rank: 1, before: before, after: after, name: name)
    }
}

/// Cuts off the borders of images `[height, width, channels]`.
public final class Cropping2D: Cropping {
    /// So many pixels on all sides; `[1, 2]` cuts 1 above and below, 2 left and right.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 2, before: size, after: size, name: name)
    }
    /// So many pixels on each side.
    public init(top: Int, bottom: Int, left: Int, right: Int, name: String? = nil) {
        super.init(rank: 2, before: [top, left], after: [bottom, right], name: name)
    }
}

/// Cuts off the borders of volumes `[depth, height, width, channels]`.
public final class Cropping3D: Cropping {
    /// So many pixels on all sides.
    public init(_ size: any WindowSize = 1, name: String? = nil) {
        super.init(rank: 3, before: size, after: size, name: name)
    }
    /// So many pixels before and after each dimension.
    public init(before: any WindowSize, after: any WindowSize, name: String? = nil) {
        super.init(rank: 3, before: before, after: after, name: name)
    }
}
