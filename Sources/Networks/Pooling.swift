public import Tensors

/// Makes one value of every window, channel by channel.
public class Pooling2D: Layer {
    fileprivate let window: Window

    /// Windows of a size. They lie side by side, unless a stride says otherwise.
    public init(
        _ size: any WindowSize = 2, stride: (any WindowSize)? = nil, padding: Padding = .valid, name: String? = nil
    ) {
        window = Window(size, rank: 2, stride: stride ?? size, padding: padding)
        super.init(name: name)
    }

    /// The places of the window in the image.
    public override func outputShape(of input: Shape) throws -> Shape {
        try window.outputShape(of: input, in: self, called: "window")
    }
}

/// Keeps the largest value of every window, channel by channel.
public final class MaxPooling2D: Pooling2D {
    /// The largest values.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        x.maxPool2d(
            window: (window.size[0], window.size[1]), stride: (window.stride[0], window.stride[1]),
            padding: window.padding)
    }
}

/// Keeps the mean of every window, channel by channel.
public final class AveragePooling2D: Pooling2D {
    /// The means.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        x.averagePool2d(
            window: (window.size[0], window.size[1]), stride: (window.stride[0], window.stride[1]),
            padding: window.padding)
    }
}

/// Keeps the mean of every channel over the whole image.
public final class GlobalAveragePooling2D: Layer {
    /// A layer that makes one number of each channel.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The channels.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(input, rank: 2, in: self)
        return [input[2]]
    }

    /// The means.
    public override func callAsFunction(_ x: Tensor) -> Tensor { x.mean(axes: 1, 2) }
}
