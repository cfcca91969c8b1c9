public import Tensors

/// Makes one value of every window, channel by channel: what max and average pooling have in common.
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

    /// The places of the window in the input.
    public override func outputShape(of input: Shape) throws -> Shape {
        try window.outputShape(of: input, in: self)
    }

    /// The largest values, or the means. What a window has outside of its input does not count.
    public override func forward(_ x: Tensor) -> Tensor {
        x.pooled(kind, window, as: kind == .max ? "maxPool" : "averagePool")
    }
}

/// Keeps the largest value of every window over sequences `[steps, channels]`, channel by channel.
public final class MaxPooling1D: Pooling {
    /// Windows of a length. They lie side by side, unless a stride says otherwise.
    public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid, name: String? = nil) {
        super.init(.max, rank: 1, size: size, stride: stride, padding: padding, name: name)
    }
}

/// Keeps the largest value of every window over images `[height, width, channels]`, channel by channel.
public final class MaxPooling2D: Pooling {
    /// Windows of a size. They lie side by side, unless a stride says otherwise: `MaxPooling2D(3, stride: 2)` overlaps, as AlexNet's do.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.max, rank: 2, size: size, stride: stride, padding: padding, name: name)
    }
}

/// Keeps the largest value of every window over volumes `[depth, height, width, channels]`, channel by channel.
public final class MaxPooling3D: Pooling {
    /// Windows of a size. They lie side by side, unless a stride says otherwise.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.max, rank: 3, size: size, stride: stride, padding: padding, name: name)
    }
}

/// Keeps the mean of every window over sequences `[steps, channels]`, channel by channel.
public final class AveragePooling1D: Pooling {
    /// Windows of a length. They lie side by side, unless a stride says otherwise.
    public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid, name: String? = nil) {
        super.init(.average, rank: 1, size: size, stride: stride, padding: padding, name: name)
    }
}

/// Keeps the mean of every window over images `[height, width, channels]`, channel by channel.
public final class AveragePooling2D: Pooling {
    /// Windows of a size. They lie side by side, unless a stride says otherwise.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.average, rank: 2, size: size, stride: stride, padding: padding, name: name)
    }
}

/// Keeps the mean of every window over volumes `[depth, height, width, channels]`, channel by channel.
public final class AveragePooling3D: Pooling {
    /// Windows of a size. They lie side by side, unless a stride says otherwise.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        super.init(.average, rank: 3, size: size, stride: stride, padding: padding, name: name)
    }
}
