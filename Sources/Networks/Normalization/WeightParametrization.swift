public import Tensors

/// A wrapper that computes a layer's kernel from learned weights: the base class of ``SpectralNormalization`` and
/// ``WeightNormalization``.
///
/// The learned weights remain those of the wrapped layer, under their names; during its forward pass its kernel is a
/// function of them, through which gradients flow.
public class WeightParametrization: Container {
    /// The layer whose kernel is replaced.
    let layer: Layer

    fileprivate init(_ layer: Layer, name: String?) {
        self.layer = layer
        super.init(name: name, layers: [layer])
    }

    /// The layer's kernel, whose last axis is that of the units or filters.
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
                hint: "wrap a Dense or a convolution")
        }
        return output
    }

    /// The layer's output with the computed kernel.
    public final override func forward(_ x: Tensor) -> Tensor {
        guard let kernel else { return layer(x) }
        return Parameter.substituting([(kernel, weights(kernel.value))]) { layer(x) }
    }

    fileprivate func weights(_ learned: Tensor) -> Tensor { learned }

    fileprivate func matrix(_ kernel: Tensor) -> Tensor { kernel.reshaped(to: [-1, kernel.shape[kernel.rank - 1]]) }
}

/// Divides a layer's kernel by its largest singular value, W / σ(W), which bounds the layer's Lipschitz constant.
/// Shapes are those of the wrapped layer.
///
/// Power iteration estimates σ = v W uᵀ: v ← u Wᵀ / ‖u Wᵀ‖ and u ← v W / ‖v W‖.
/// ```swift
/// let layer = SpectralNormalization(Dense(16))
/// let y = layer(.normal([8, 32]))                                    // [8, 16]
/// ```
/// Source: Miyato et al. 2018, algorithm 1. For the discriminators of GANs; to bound weights by clipping instead, give
/// the layer a constraint.
public final class SpectralNormalization: WeightParametrization {
    /// The estimate of the first singular vector u, `[1, units]`, as in Keras.
    @Parameter(.normal(deviation: 0.02), isTrainable: false) public var vectorU: Tensor
    private let powerIterations: Int

    /// A wrapper of a layer with a kernel, and the number of power iterations per training step.
    public init(_ layer: Layer, powerIterations: Int = 1, name: String? = nil) {
        self.powerIterations = powerIterations
        super.init(layer, name: name)
    }

    /// Initializes u.
    public override func build(_ input: Shape) {
        if let kernel { $vectorU.initialize([1, kernel.shape[kernel.shape.rank - 1]]) }
    }

    /// W / σ, where σ = v W uᵀ. Gradients flow through both occurrences of W; u and v are constants.
    override func weights(_ learned: Tensor) -> Tensor {
        let matrix = matrix(learned), constant = matrix.detached()
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
        let sigma = v.matmul(matrix).matmul(u.transposed()).sum()
        // A kernel of zeros has no direction, and stays what it is.
        return sigma.item() == 0 ? learned : learned / sigma
    }
}

/// Learns the norm g of each unit's weights separately from their direction v: w = g v / ‖v‖. Shapes are those of the
/// wrapped layer.
///
/// ```swift
/// let layer = WeightNormalization(Dense(16))
/// let y = layer(.normal([8, 32]))                                    // [8, 16]
/// ```
/// Source: Salimans and Kingma 2016, equation 2. It needs no statistics of the batch, for recurrent networks and
/// reinforcement learning; otherwise ``BatchNormalization`` is the usual choice.
public final class WeightNormalization: WeightParametrization {
    /// The norm g of each unit's weights, initialized to that of the wrapped layer's initial kernel.
    @Parameter(.ones) public var g: Tensor

    /// A wrapper of a layer with a kernel, which becomes v.
    public override init(_ layer: Layer, name: String? = nil) { super.init(layer, name: name) }

    /// Initializes g.
    public override func build(_ input: Shape) {
        guard let kernel else { return }
        let norms = matrix(kernel.value.detached()).norm(axes: 0)
        $g.initializer = Initializer("norms") { _ in norms }
        $g.initialize(norms.shape)
    }

    /// g v / ‖v‖.
    override func weights(_ learned: Tensor) -> Tensor {
        let norms = matrix(learned).norm(axes: 0), isZero = norms.detached() .== 0
        // Weights of zeros have no direction, and stay what they are.
        return learned * (g / (isZero.any() ? .select(isZero, .ones(like: norms), norms) : norms))
    }
}
