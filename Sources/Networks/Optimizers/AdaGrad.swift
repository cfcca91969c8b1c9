internal import CKernels

/// AdaGrad divides each gradient by the root of the sum of its squares so far: s ← s + g² and w ← w − η g / (√s + ε)
/// (Duchi et al. 2011).
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = AdaGrad(for: network, learningRate: 0.05)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// For sparse gradients, as those of rare words in an embedding. Steps only become smaller: ``RMSProp`` and ``Adam``
/// forget old gradients, which deep networks need.
public final class AdaGrad: Optimizer, FusedUpdate {
    private let initialAccumulator: Double
    private let epsilon: Double
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - initialAccumulator: The value of s before the first step; 0.1 in Keras.
    ///   - epsilon: The constant ε that is added to the root.
    ///   - weightDecay: This times w is added to the gradient.
    public init(
        for networks: Layer..., learningRate: Double = 0.01, initialAccumulator: Double = 0, epsilon: Double = 1e-10,
        weightDecay: Double = 0
    ) {
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The sum of squares s.
    var initialStateValues: [Float] { [Float(initialAccumulator)] }

    func update(_ run: WeightRun) {
        ck_adagrad(
            run.weights, run.gradients, run.state(0), run.count, Float(learningRate), Float(epsilon),
            Float(weightDecay))
    }
}

extension Optimizer {
    /// ``AdaGrad``: gradients divided by the root of the sum of their squares so far.
    public static func adaGrad(
        _ learningRate: Double = 0.01, initialAccumulator: Double = 0, epsilon: Double = 1e-10, weightDecay: Double = 0
    ) -> Optimizer {
        AdaGrad(
            learningRate: learningRate, initialAccumulator: initialAccumulator, epsilon: epsilon,
            weightDecay: weightDecay)
    }
}
