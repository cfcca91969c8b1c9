internal import CKernels

/// RMSprop divides each gradient by the root of the moving average of its square: s ← ρ s + (1 − ρ) g² and
/// w ← w − η g / (√s + ε) (Hinton 2012, lecture 6e).
///
/// With `momentum` the quotient enters a velocity v ← μ v + g / (√s + ε), and w ← w − η v. With `centered` the variance
/// s − m² takes the place of s, where m is the moving average of the gradient (Graves 2013).
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = RMSProp(for: network, learningRate: 1e-3, momentum: 0.9)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// For recurrent networks and for critics of WGANs, where momentum harms; else ``Adam``. The formula is PyTorch's.
/// (Keras adds ε under the root.) Gradients beyond ±10¹⁸ count as that, since an infinite square would keep a weight
/// where it is for good.
public final class RMSProp: Optimizer, FusedUpdate {
    private let rho: Double
    private let momentum: Double
    private let epsilon: Double
    private let isCentered: Bool
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - rho: The decay rate ρ of the averages: 0.9 in Hinton's lecture and Keras, 0.99 in PyTorch.
    ///   - momentum: The momentum μ.
    ///   - epsilon: The constant ε that is added to the root.
    ///   - centered: Whether to divide by the standard deviation instead.
    ///   - weightDecay: This times w is added to the gradient.
    public init(
        for networks: Layer..., learningRate: Double = 1e-3, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-8, centered: Bool = false, weightDecay: Double = 0
    ) {
        self.rho = Self.checked(decay: rho, called: "rho")
        self.momentum = momentum
        self.epsilon = epsilon
        self.isCentered = centered
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The average s, then m and v where they are wanted.
    var initialStateValues: [Float] {
        Array(repeating: 0, count: 1 + (isCentered ? 1 : 0) + (momentum == 0 ? 0 : 1))
    }

    func update(_ run: WeightRun) {
        ck_rmsprop(
            run.weights, run.gradients, run.state(0), isCentered ? run.state(1) : nil,
            momentum == 0 ? nil : run.state(isCentered ? 2 : 1), run.count,
            CKRMSProp(
                rate: Float(learningRate), rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
                decay: Float(weightDecay)))
    }
}

extension Optimizer {
    /// ``RMSProp``: gradients divided by the root of the moving average of their square.
    public static func rmsProp(
        _ learningRate: Double = 1e-3, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-8,
        centered: Bool = false, weightDecay: Double = 0
    ) -> Optimizer {
        RMSProp(
            learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered,
            weightDecay: weightDecay)
    }
}
