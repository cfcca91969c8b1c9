public import Tensors

/// Makes an output of a given size, whatever the size of the input: window i of n goes from ⌊i · length / n⌋ up to ⌈(i + 1) · length / n⌉.
public class AdaptivePooling: Layer {
    private let kind: PoolingKind
    private let rank: Int
    private let size: [Int]

    init(_ kind: PoolingKind, rank: Int, size: any WindowSize, name: String?) {
        self.kind = kind
        self.rank = rank
        self.size = Window.lengths(size, rank: rank)
        super.init(name: name)
    }

    /// The size asked for, and the input's channels.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(size, rank: rank, called: "size", in: self)
        try Window.check(input, rank: rank, in: self)
        return Shape(size + [input[rank]])
    }

    /// The largest values, or the means.
    public override func forward(_ x: Tensor) -> Tensor {
        x.adaptivePooled(kind, to: size, as: kind == .max ? "adaptiveMaxPool" : "adaptiveAveragePool")
    }
}

/// Keeps the means of so many parts of a sequence.
public final class AdaptiveAveragePooling1D: AdaptivePooling {
    /// So many parts.
    public init(_ size: Int, name: String? = nil) { super.init(.average, rank: 1, size: size, name: name) }
}

/// Keeps the means of so many parts of an image: `AdaptiveAveragePooling2D(7)` makes 7 × 7 of images of any size.
public final class AdaptiveAveragePooling2D: AdaptivePooling {
    /// So many parts along height and width.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.average, rank: 2, size: size, name: name) }
}

/// Keeps the means of so many parts of a volume.
public final class AdaptiveAveragePooling3D: AdaptivePooling {
    /// So many parts along depth, height and width.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.average, rank: 3, size: size, name: name) }
}

/// Keeps the largest values of so many parts of a sequence.
public final class AdaptiveMaxPooling1D: AdaptivePooling {
    /// So many parts.
    public init(_ size: Int, name: String? = nil) { super.init(.max, rank: 1, size: size, name: name) }
}

/// Keeps the largest values of so many parts of an image.
public final class AdaptiveMaxPooling2D: AdaptivePooling {
    /// So many parts along height and width.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.max, rank: 2, size: size, name: name) }
}

/// Keeps the largest values of so many parts of a volume.
public final class AdaptiveMaxPooling3D: AdaptivePooling {
    /// So many parts along depth, height and width.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.max, rank: 3, size: size, name: name) }
}
