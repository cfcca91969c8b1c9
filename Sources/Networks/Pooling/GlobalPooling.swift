public import Tensors

/// Reduces each channel to one value, whatever the size of the input: the base class of the global pooling layers.
public class GlobalPooling: Layer {
    private let kind: PoolingKind
    private let rank: Int

    init(_ kind: PoolingKind, rank: Int, name: String?) {
        self.kind = kind
        self.rank = rank
        super.init(name: name)
    }

    /// `[channels]`.
    public override func outputShape(of input: Shape) throws -> Shape {
        try Window.check(input, rank: rank, in: self)
        return [input[rank]]
    }

    /// The mean or maximum of each channel.
    public override func forward(_ x: Tensor) -> Tensor {
        switch kind {
        case .average: x.sequenceMask.map { mean(of: x, where: $0) } ?? x.mean(axes: Array(1...rank))
        case .max: x.sequenceMask.map { largest(of: x, where: $0) } ?? largest(of: x)
        }
    }

    private func largest(of x: Tensor) -> Tensor {
        x.adaptivePooled(kind, to: Array(repeating: 1, count: rank), as: "globalMaxPool")
            .reshaped(to: [x.shape[0], x.shape[rank + 1]])
    }

    /// The maximum over the steps that are not padding; zeros where there are none.
    private func largest(of x: Tensor, where mask: Tensor) -> Tensor {
        let padding = (.!mask).reshaped(to: Array(mask.shape) + Array(repeating: 1, count: x.rank - 2))
        let found = largest(of: x.masked(padding, with: -.infinity))
        let isEmpty = (.!mask.any(axes: 1)).expanded(at: 1)
        return found.masked(isEmpty, with: 0)
    }

    /// The mean over the steps that are not padding, as in Keras; zeros where there are none.
    private func mean(of x: Tensor, where mask: Tensor) -> Tensor {
        let kept = mask.converted(to: x.floating.dtype).reshaped(
            to: Array(mask.shape) + Array(repeating: 1, count: x.rank - 2))
        let others = x.shape[2..<rank + 1].reduce(1, *)
        let counts = kept.sum(axes: 1).reshaped(to: [x.shape[0], 1]) * Double(others)
        return x.floating.withoutPadding(mask).sum(axes: Array(1...rank))
            / maximum(counts, Tensor.ones([], dtype: counts.dtype))
    }
}

/// The mean of every channel over the whole sequence: y[c] = 1/steps · Σₜ x[t, c],
/// `[steps, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalAveragePooling1D()
/// let y = layer(.normal([8, 100, 3]))                                // [8, 3]
/// ```
/// Steps that a mask marks as padding are left out. With a larger output: ``AdaptiveAveragePooling1D``.
public final class GlobalAveragePooling1D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.average, rank: 1, name: name) }
}

/// The mean of every channel over the whole image: y[c] = 1/(height · width) · Σᵢⱼ x[i, j, c],
/// `[height, width, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalAveragePooling2D()
/// let y = layer(.normal([8, 13, 17, 64]))                            // [8, 64]
/// ```
/// Source: Lin et al. 2014, section 3.2. With a larger output: ``AdaptiveAveragePooling2D``.
/// It replaces ``Flatten`` and large ``Dense`` layers before a classifier's output.
public final class GlobalAveragePooling2D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.average, rank: 2, name: name) }
}

/// The mean of every channel over the whole volume: y[c] = 1/(depth · height · width) · Σᵢⱼₖ x[i, j, k, c],
/// `[depth, height, width, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalAveragePooling3D()
/// let y = layer(.normal([2, 9, 13, 17, 4]))                          // [2, 4]
/// ```
/// With a larger output: ``AdaptiveAveragePooling3D``.
public final class GlobalAveragePooling3D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.average, rank: 3, name: name) }
}

/// The maximum of every channel over the whole sequence: y[c] = maxₜ x[t, c],
/// `[steps, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalMaxPooling1D()
/// let y = layer(.normal([8, 100, 3]))                                // [8, 3]
/// ```
/// Steps that a mask marks as padding are left out.
/// ``GlobalAveragePooling1D`` is the more usual one: all positions take part in it.
public final class GlobalMaxPooling1D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.max, rank: 1, name: name) }
}

/// The maximum of every channel over the whole image: y[c] = maxᵢⱼ x[i, j, c],
/// `[height, width, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalMaxPooling2D()
/// let y = layer(.normal([8, 13, 17, 64]))                            // [8, 64]
/// ```
/// Source: Oquab et al. 2015. ``GlobalAveragePooling2D`` is the more usual one: all positions take part in it.
public final class GlobalMaxPooling2D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.max, rank: 2, name: name) }
}

/// The maximum of every channel over the whole volume: y[c] = maxᵢⱼₖ x[i, j, k, c],
/// `[depth, height, width, channels]` → `[channels]`.
///
/// ```swift
/// let layer = GlobalMaxPooling3D()
/// let y = layer(.normal([2, 9, 13, 17, 4]))                          // [2, 4]
/// ```
/// ``GlobalAveragePooling3D`` is the more usual one: all positions take part in it.
public final class GlobalMaxPooling3D: GlobalPooling {
    /// A layer that returns one value per channel.
    public init(name: String? = nil) { super.init(.max, rank: 3, name: name) }
}
