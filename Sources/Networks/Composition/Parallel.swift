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
        try merge.shape(of: layers.map { ($0.name, try $0.prepare(input)) }, in: self)
    }

    /// The merged outputs of all branches.
    public override func forward(_ x: Tensor) -> Tensor {
        merge(layers.map { $0(x) })
    }
}
