public import Tensors

/// Pools inputs of any size to an output of a fixed size: window i of n covers the indices from ⌊i · length / n⌋ up to
/// ⌈(i + 1) · length / n⌉. The base class of the adaptive pooling layers.
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

    /// The given size, and the input's channels.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(size, rank: rank, called: "size", in: self)
        try Window.check(input, rank: rank, in: self)
        return Shape(size + [input[rank]])
    }

    /// The maxima or means of the windows.
    public override func forward(_ x: Tensor) -> Tensor {
        x.adaptivePooled(kind, to: size, as: kind == .max ? "adaptiveMaxPool" : "adaptiveAveragePool")
    }
}

/// The mean of each of `size` windows that cover a sequence of any size, channel by channel:
/// `[steps, channels]` → `[size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveAveragePooling1D(10)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 10, 3]
/// ```
/// As in PyTorch's `AdaptiveAvgPool1d`. With windows of a fixed size: ``AveragePooling1D``; for one value per
/// channel: ``GlobalAveragePooling1D``.
public final class AdaptiveAveragePooling1D: AdaptivePooling {
    /// A layer with this number of steps in the output.
    public init(_ size: Int, name: String? = nil) { super.init(.average, rank: 1, size: size, name: name) }
}

/// The mean of each of `size` windows that cover an image of any size, channel by channel:
/// `[height, width, channels]` → `[size, size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveAveragePooling2D(7)
/// let y = layer(.normal([8, 13, 17, 64]))                            // [8, 7, 7, 64]
/// ```
/// As in PyTorch's `AdaptiveAvgPool2d`. With windows of a fixed size: ``AveragePooling2D``; for one value per
/// channel: ``GlobalAveragePooling2D``.
public final class AdaptiveAveragePooling2D: AdaptivePooling {
    /// A layer with this size of the output: one for height and width, or one for each.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.average, rank: 2, size: size, name: name) }
}

/// The mean of each of `size` windows that cover a volume of any size, channel by channel:
/// `[depth, height, width, channels]` → `[size, size, size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveAveragePooling3D(4)
/// let y = layer(.normal([2, 9, 13, 17, 4]))                          // [2, 4, 4, 4, 4]
/// ```
/// As in PyTorch's `AdaptiveAvgPool3d`. With windows of a fixed size: ``AveragePooling3D``; for one value per
/// channel: ``GlobalAveragePooling3D``.
public final class AdaptiveAveragePooling3D: AdaptivePooling {
    /// A layer with this size of the output: one for all dimensions, or one for each.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.average, rank: 3, size: size, name: name) }
}

/// The maximum of each of `size` windows that cover a sequence of any size, channel by channel:
/// `[steps, channels]` → `[size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveMaxPooling1D(10)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 10, 3]
/// ```
/// As in PyTorch's `AdaptiveMaxPool1d`. With windows of a fixed size: ``MaxPooling1D``; for one value per
/// channel: ``GlobalMaxPooling1D``.
public final class AdaptiveMaxPooling1D: AdaptivePooling {
    /// A layer with this number of steps in the output.
    public init(_ size: Int, name: String? = nil) { super.init(.max, rank: 1, size: size, name: name) }
}

/// The maximum of each of `size` windows that cover an image of any size, channel by channel:
/// `[height, width, channels]` → `[size, size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveMaxPooling2D(7)
/// let y = layer(.normal([8, 13, 17, 64]))                            // [8, 7, 7, 64]
/// ```
/// As in PyTorch's `AdaptiveMaxPool2d`. With windows of a fixed size: ``MaxPooling2D``; for one value per
/// channel: ``GlobalMaxPooling2D``.
public final class AdaptiveMaxPooling2D: AdaptivePooling {
    /// A layer with this size of the output: one for height and width, or one for each.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.max, rank: 2, size: size, name: name) }
}

/// The maximum of each of `size` windows that cover a volume of any size, channel by channel:
/// `[depth, height, width, channels]` → `[size, size, size, channels]`.
///
/// Window i covers the indices from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉ along each dimension.
/// ```swift
/// let layer = AdaptiveMaxPooling3D(4)
/// let y = layer(.normal([2, 9, 13, 17, 4]))                          // [2, 4, 4, 4, 4]
/// ```
/// As in PyTorch's `AdaptiveMaxPool3d`. With windows of a fixed size: ``MaxPooling3D``; for one value per
/// channel: ``GlobalMaxPooling3D``.
public final class AdaptiveMaxPooling3D: AdaptivePooling {
    /// A layer with this size of the output: one for all dimensions, or one for each.
    public init(_ size: any WindowSize, name: String? = nil) { super.init(.max, rank: 3, size: size, name: name) }
}
