internal import CKernels

/// Stochastic gradient descent, with momentum if wanted: v ← μ v + g and w ← w − η v (Sutskever et al. 2013).
///
/// With `nesterov`, w ← w − η (g + μ v): the gradient is taken as if one step ahead.
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = SGD(for: network, learningRate: 0.1, momentum: 0.9)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// It generalizes well on images with a ``Schedule``; ``Adam`` needs less tuning of the learning rate. The formula is
/// PyTorch's. (Keras multiplies the gradient by η before it enters v, which differs only while η changes.)
public final class SGD: Optimizer, FusedUpdate {
    private let momentum: Double
    private let isNesterov: Bool
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - momentum: The momentum μ, often 0.9; with 0 no state is kept.
    ///   - nesterov: Whether to use Nesterov's momentum.
    ///   - weightDecay: This times w is added to the gradient.
    public init(
        for networks: Layer..., learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double = 0
    ) {
        self.momentum = momentum
        self.isNesterov = nesterov
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The velocity v.
    var initialStateValues: [Float] { momentum == 0 ? [] : [0] }

    func update(_ run: WeightRun) {
        ck_sgd(
            run.weights, run.gradients, run.state(0), run.count, Float(learningRate), Float(momentum),
            isNesterov ? 1 : 0, Float(weightDecay))
    }
}

extension Optimizer {
    /// ``SGD``: stochastic gradient descent, with momentum if wanted.
    public static func sgd(
        _ learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
    ) -> Optimizer {
        SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay)
    }
}
