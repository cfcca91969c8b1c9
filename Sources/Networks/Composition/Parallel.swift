public import Tensors

/// Layers that all get the same input; their outputs are merged. GoogLeNet's inception block is one.
public final class Parallel: Container {
    /// How outputs are merged.
    public let merge: Merge

    /// Branches, each a layer (a ``Sequential`` for several).
    public init(
        _ name: String? = nil, merge: Merge = .concatenate, @LayerBuilder branches: () throws -> [Layer]
    ) rethrows {
        let branches = try branches()
        self.merge = merge
        super.init(name: name, layers: branches)
    }

    /// The merged shape. Branches must agree in all lengths, but for the last when they are concatenated.
    public override func outputShape(of input: Shape) throws -> Shape {
        try checkNames(of: self)
        return try merge.shape(of: layers.map { ($0.name, try prepare($0, for: input)) }, in: self)
    }

    /// The merged outputs of all branches.
    public override func callAsFunction(_ x: Tensor) -> Tensor {
        prepareForCall(with: x)
        return merge(layers.map { output(of: $0, for: x) })
    }
}
