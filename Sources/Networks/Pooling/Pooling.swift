public import Tensors

/// Reduces every window to one value, channel by channel: the base class of max and average pooling.
public class Pooling: Layer {
    private let window: Window
    private let kind: PoolingKind

    init(
        _ kind: PoolingKind, rank: Int, size: any WindowSize, stride: (any WindowSize)?, padding: Padding, name: String?
    ) {
        self.kind = kind
        window = Window(size, rank: rank, stride: stride ?? size, padding: padding, noun: "window")
        super.init(name: name)
    }

    /// The positions of the window in the input, and the channels.
    public override func outputShape(of input: Shape) throws -> Shape {
        try window.outputShape(of: input, in: self)
    }

    /// The maxima or means of the windows. Positions outside the input are ignored.
    public override func forward(_ x: Tensor) -> Tensor {
        x.pooled(kind, window, as: kind == .max ? "maxPool" : "averagePool")
    }
}

/// The largest value of every window over sequences: y[t, c] = maxₖ x[t · stride + k, c],
/// `[steps, channels]` → `[⌊(steps − size) / stride⌋ + 1, channels]`.
///
/// ```swift
/// let layer = MaxPooling1D(2)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 50, 3]
/// ```
/// Source: Goodfellow et al. 2016, section 9.3. For one value per channel take ``GlobalMaxPooling1D``.
public final class MaxPooling1D: Pooling {
    /// Windows of a length, one stride apart; without a stride they do not overlap.
    public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid, name: String? = nil) {
        super.init(.max, rank: 1, size: size, stride: stride, padding: padding, name: name)
    }
}

/// The largest value of every window over images: y[i, j, c] = maxₖₗ x[i · stride + k, j · stride + l, c],
/// `[height, width, channels]` → `[rows, columns, channels]`, with ⌊(height − size) / stride⌋ + 1 rows.
///
/// ```swift
/// let layer = MaxPooling2D(2)
/// let y = layer(.normal([8, 28, 28, 6]))                             // [8, 14, 14, 6]
/// ```
/// Source: Goodfellow et al. 2016, section 9.3. The usual pooling of classifiers; ``AveragePooling2D`` is smoother, a
/// convolution with a stride of 2 learns how to reduce.
public final class MaxPooling2D: Pooling {
    /// Windows of a size, one stride apart; without a stride they do not overlap. Those of `MaxPooling2D(3, stride: 2)`
    /// do, as in AlexNet.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.max, rank: 2, size: size, stride: stride, padding: padding, name: name)
    }
}

/// The largest value of every window over volumes or videos, as ``MaxPooling2D`` for images:
/// `[depth, height, width, channels]` → `[slices, rows, columns, channels]`.
///
/// ```swift
/// let layer = MaxPooling3D([1, 2, 2])
/// let y = layer(.normal([2, 16, 28, 28, 3]))                         // [2, 16, 14, 14, 3]
/// ```
/// Source: Goodfellow et al. 2016, section 9.3. For one value per channel take ``GlobalMaxPooling3D``.
public final class MaxPooling3D: Pooling {
    /// Windows of a size, one stride apart; without a stride they do not overlap.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.max, rank: 3, size: size, stride: stride, padding: padding, name: name)
    }
}

/// The mean of every window over sequences: y[t, c] = 1/size · Σₖ x[t · stride + k, c],
/// `[steps, channels]` → `[⌊(steps − size) / stride⌋ + 1, channels]`.
///
/// ```swift
/// let layer = AveragePooling1D(4)
/// let y = layer(.normal([8, 100, 3]))                                // [8, 25, 3]
/// ```
/// Source: Goodfellow et al. 2016, section 9.3. ``MaxPooling1D`` keeps sharp features; for one value per channel take
/// ``GlobalAveragePooling1D``.
public final class AveragePooling1D: Pooling {
    /// Windows of a length, one stride apart; without a stride they do not overlap.
    public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid, name: String? = nil) {
        super.init(.average, rank: 1, size: size, stride: stride, padding: padding, name: name)
    }
}

/// The mean of every window over images: y[i, j, c] = 1/size² · Σₖₗ x[i · stride + k, j · stride + l, c],
/// `[height, width, channels]` → `[rows, columns, channels]`, with ⌊(height − size) / stride⌋ + 1 rows.
///
/// ```swift
/// let layer = AveragePooling2D(2)
/// let y = layer(.normal([8, 28, 28, 6]))                             // [8, 14, 14, 6]
/// ```
/// Source: LeCun et al. 1998, section II.B (without its learned scale and bias). ``MaxPooling2D`` keeps sharp features;
/// for one value per channel take ``GlobalAveragePooling2D``.
public final class AveragePooling2D: Pooling {
    /// Windows of a size, one stride apart; without a stride they do not overlap.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.average, rank: 2, size: size, stride: stride, padding: padding, name: name)
    }
}

/// The mean of every window over volumes or videos, as ``AveragePooling2D`` for images:
/// `[depth, height, width, channels]` → `[slices, rows, columns, channels]`.
///
/// ```swift
/// let layer = AveragePooling3D(2)
/// let y = layer(.normal([2, 16, 28, 28, 3]))                         // [2, 8, 14, 14, 3]
/// ```
/// Source: Goodfellow et al. 2016, section 9.3. ``MaxPooling3D`` keeps sharp features.
public final class AveragePooling3D: Pooling {
    /// Windows of a size, one stride apart; without a stride they do not overlap.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.average, rank: 3, size: size, stride: stride, padding: padding, name: name)
    }
}
