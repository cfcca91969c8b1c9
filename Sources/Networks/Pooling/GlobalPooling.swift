public import Tensors

/// Makes one number of each channel, whatever the size of the input.
public class GlobalPooling: Layer {
    private let kind: PoolingKind
    private let rank: Int

    init(_ kind: PoolingKind, rank: Int, name: String?) {
        self.kind = kind
        self.rank = rank
        super.init(name: name)
    }

    /// The channels.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(input, rank: rank, in: self)
        return [input[rank]]
    }

    /// The means, or the largest values.
    public override func forward(_ x: Tensor) -> Tensor {
        switch kind {
        case .average: x.sequenceMask.map { mean(of: x, where: $0) } ?? x.mean(axes: Array(1...rank))
        case .max:
            x.adaptivePooled(kind, to: Array(repeating: 1, count: rank), as: "globalMaxPool")
                .reshaped(to: [x.shape[0], x.shape[rank + 1]])
        }
    }

    /// The mean over the steps that are more than padding, as in Keras; zeros where there are none.
    private func mean(of x: Tensor, where mask: Tensor) -> Tensor {
        let kept = mask.converted(to: x.floating.dtype).reshaped(
            to: Array(mask.shape) + Array(repeating: 1, count: x.rank - 2))
        let others = x.shape[2..<rank + 1].reduce(1, *)
        let counts = kept.sum(axes: 1).reshaped(to: [x.shape[0], 1]) * Double(others)
        return (x * kept).sum(axes: Array(1...rank)) / maximum(counts, Tensor.ones([], dtype: counts.dtype))
    }
}

/// Keeps the mean of every channel over the whole sequence.
public final class GlobalAveragePooling1D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.average, rank: 1, name: name) }
}

/// Keeps the mean of every channel over the whole image (Lin et al. 2014).
public final class GlobalAveragePooling2D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.average, rank: 2, name: name) }
}

/// Keeps the mean of every channel over the whole volume.
public final class GlobalAveragePooling3D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.average, rank: 3, name: name) }
}

/// Keeps the largest value of every channel over the whole sequence.
public final class GlobalMaxPooling1D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.max, rank: 1, name: name) }
}

/// Keeps the largest value of every channel over the whole image.
public final class GlobalMaxPooling2D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.max, rank: 2, name: name) }
}

/// Keeps the largest value of every channel over the whole volume.
public final class GlobalMaxPooling3D: GlobalPooling {
    /// A layer that makes one number of each channel.
    public init(name: String? = nil) { super.init(.max, rank: 3, name: name) }
}
