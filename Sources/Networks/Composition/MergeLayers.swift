public import Tensors

/// A layer of two or more inputs that makes one output of them: the base of ``Concatenate``, ``Add`` and their kin.
/// Branches that start from one input are shorter as a ``Parallel``, ``Skip`` or ``Residual``.
public class MergeLayer: Layer {
    private let merge: Merge

    fileprivate init(_ merge: Merge, name: String?) {
        self.merge = merge
        super.init(name: name)
    }

    /// The merged shape.
    public final override func outputShapes(of inputs: [Shape]) throws -> [Shape] {
        [try merge.shape(of: inputs.enumerated().map { ("input \($0)", $1) }, in: self)]
    }

    /// The merged inputs.
    public final override func forward(_ inputs: [Tensor]) -> [Tensor] { [merge(inputs)] }
}

/// Puts inputs side by side along their last axis: `[…, a]` and `[…, b]` become `[…, a + b]`.
public final class Concatenate: MergeLayer {
    /// A layer that concatenates its inputs.
    public init(name: String? = nil) { super.init(.concatenate, name: name) }
}

/// The sum of inputs of one shape, element by element.
public final class Add: MergeLayer {
    /// A layer that adds its inputs.
    public init(name: String? = nil) { super.init(.add, name: name) }
}

/// The first of inputs of one shape minus all others, element by element.
public final class Subtract: MergeLayer {
    /// A layer that subtracts.
    public init(name: String? = nil) { super.init(.subtract, name: name) }
}

/// The product of inputs of one shape, element by element.
public final class Multiply: MergeLayer {
    /// A layer that multiplies its inputs.
    public init(name: String? = nil) { super.init(.multiply, name: name) }
}

/// The mean of inputs of one shape, element by element.
public final class Average: MergeLayer {
    /// A layer that averages its inputs.
    public init(name: String? = nil) { super.init(.average, name: name) }
}

/// The largest of inputs of one shape, element by element.
public final class Maximum: MergeLayer {
    /// A layer that takes the maximum of its inputs.
    public init(name: String? = nil) { super.init(.maximum, name: name) }
}

/// The smallest of inputs of one shape, element by element.
public final class Minimum: MergeLayer {
    /// A layer that takes the minimum of its inputs.
    public init(name: String? = nil) { super.init(.minimum, name: name) }
}
