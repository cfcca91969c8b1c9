public import Tensors

/// A layer that computes with weights made of its own: the base of ``SpectralNormalization`` and ``WeightNormalization``.
///
/// The weights that are learnt stay those of the layer within, under their names; while it computes, its kernel is what
/// the parametrization makes of them, with its place in the graph.
public class WeightParametrization: Container {
    /// The layer whose kernel is replaced.
    let layer: Layer

    fileprivate init(_ layer: Layer, name: String?) {
        self.layer = layer
        super.init(name: name, layers: [layer])
    }

    /// The layer's kernel; its last axis are the units or filters.
    fileprivate var kernel: Parameter? {
        for case .parameter("kernel", let parameter) in layer.components { return parameter }
        return nil
    }

    /// The shape of the layer's output.
    public override func outputShape(of input: Shape) throws -> Shape {
        let output = try layer.prepare(input)
        guard kernel != nil else {
            throw shapeError(
                [input], "\(layer.typeName) has no kernel whose weights could be normalised",
                hint: "put it around a Dense or a convolution")
        }
        return output
    }

    /// The layer's output with the other weights.
    public final override func forward(_ x: Tensor) -> Tensor {
        guard let kernel else { return layer(x) }
        let learnt = kernel.value
        kernel.substitute(weights(learnt))
        defer { kernel.substitute(learnt) }
        return layer(x)
    }

    fileprivate func weights(_ learnt: Tensor) -> Tensor { learnt }

    fileprivate func matrix(_ kernel: Tensor) -> Tensor { kernel.reshaped(to: [-1, kernel.shape[kernel.rank - 1]]) }
}

/// Divides a layer's weights by their largest singular value, so that its slope nowhere exceeds 1: it keeps a GAN's discriminator from
/// becoming too steep (Miyato et al. 2018, algorithm 1).
public final class SpectralNormalization: WeightParametrization {
    /// The direction in which the weights stretch most, as far as the steps have found it: `[1, units]`, as Keras keeps it.
    @Parameter(.normal(deviation: 0.02), isTrainable: false) public var vectorU: Tensor
    private let powerIterations: Int

    /// The layer whose weights are divided, and how many steps of power iteration each training step makes.
    public init(_ layer: Layer, powerIterations: Int = 1, name: String? = nil) {
        self.powerIterations = powerIterations
        super.init(layer, name: name)
    }

    /// Makes the direction.
    public override func build(_ input: Shape) {
        if let kernel { $vectorU.initialize([1, kernel.shape[kernel.shape.rank - 1]]) }
    }

    /// W / σ, where σ = v W uᵀ. Gradients flow through W in both places; u and v are constants.
    override func weights(_ learnt: Tensor) -> Tensor {
        let matrix = matrix(learnt), constant = matrix.detached()
        func unit(_ x: Tensor) -> Tensor { x / maximum(x.norm(), Tensor(1e-12)) }
        var u = vectorU.detached()
        var v = unit(u.matmul(constant.transposed()))
        if Training.isActive {
            for _ in 0..<powerIterations {
                v = unit(u.matmul(constant.transposed()))
                u = unit(v.matmul(constant))
            }
            vectorU = u
        }
        return learnt / v.matmul(matrix).matmul(u.transposed()).sum()
    }
}

/// Learns the length of each unit's weights apart from their direction: w = g v / ‖v‖ (Salimans and Kingma 2016, eq. 2).
public final class WeightNormalization: WeightParametrization {
    /// The length g of each unit's weights. They begin with those that the layer's initializer made.
    @Parameter(.ones) public var g: Tensor

    /// The layer whose weights are taken apart. Its kernel becomes v.
    public override init(_ layer: Layer, name: String? = nil) { super.init(layer, name: name) }

    /// Measures the lengths.
    public override func build(_ input: Shape) {
        guard let kernel else { return }
        let lengths = matrix(kernel.value.detached()).norm(axes: 0)
        $g.initializer = Initializer("lengths") { _ in lengths }
        $g.initialize(lengths.shape)
    }

    /// g v / ‖v‖
    override func weights(_ learnt: Tensor) -> Tensor { learnt * (g / matrix(learnt).norm(axes: 0)) }
}
