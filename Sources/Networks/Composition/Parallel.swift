public import Tensors

/// Layers that all get the same input; their outputs are merged, as in GoogLeNet's inception block (Szegedy et al.
/// 2015).
///
/// ```swift
/// let block = Parallel {
///     Conv2D(8, kernel: 1, activation: .relu)
///     Sequential { Conv2D(4, kernel: 1, activation: .relu); Conv2D(8, kernel: 3, padding: .same, activation: .relu) }
/// }
/// let y = block(.normal([2, 28, 28, 3]))                             // [2, 28, 28, 16]
/// ```
/// Branches from different inputs are merged in a ``Network``.
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
