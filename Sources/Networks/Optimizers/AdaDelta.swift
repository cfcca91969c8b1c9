internal import CKernels

/// Adadelta scales each gradient by the ratio of recent steps to recent gradients: with s ← ρ s + (1 − ρ) g² and
/// Δ = √(u + ε) / √(s + ε) · g, w ← w − η Δ and u ← ρ u + (1 − ρ) Δ² (Zeiler 2012, algorithm 1).
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = AdaDelta(for: network)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// It needs no learning rate (η = 1; Keras's default is 0.001), but starts slowly: ``Adam`` is the usual choice.
public final class AdaDelta: Optimizer, FusedUpdate {
    private let rho: Double
    private let epsilon: Double
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The factor η.
    ///   - rho: The decay rate ρ of both averages.
    ///   - epsilon: The constant ε under both roots.
    ///   - weightDecay: This times w is added to the gradient.
    public init(
        for networks: Layer..., learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
        weightDecay: Double = 0
    ) {
        self.rho = Self.checked(decay: rho, called: "rho")
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The averages s of squared gradients and u of squared steps.
    var initialStateValues: [Float] { [0, 0] }

    func update(_ run: WeightRun) {
        ck_adadelta(
            run.weights, run.gradients, run.state(0), run.state(1), run.count, Float(learningRate), Float(rho),
            Float(epsilon), Float(weightDecay))
    }
}

extension Optimizer {
    /// ``AdaDelta``: steps in proportion to recent steps, without a learning rate to tune.
    public static func adaDelta(
        _ learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0
    ) -> Optimizer {
        AdaDelta(learningRate: learningRate, rho: rho, epsilon: epsilon, weightDecay: weightDecay)
    }
}
