internal import CKernels
internal import Foundation

/// Adam scales the moving average of the gradient by that of its square: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²
/// and w ← w − η m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) at step t
/// (Kingma and Ba 2015, algorithm 1).
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = Adam(for: network, learningRate: 1e-3)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// A good first choice: η is about how far each weight moves in a step. With weight decay take ``AdamW``; ``SGD`` with
/// momentum and a schedule often ends a little better on images. For GANs, β₁ = 0.5 (Radford et al. 2016).
///
/// Gradients beyond ±10¹⁸ count as that, since an infinite square would keep a weight where it is for good.
public class Adam: Optimizer, FusedUpdate {
    final let beta1: Double
    final let beta2: Double
    private let weightDecay: Double
    private let isDecayDecoupled: Bool
    private let keepsLargest: Bool
    private final var constants: CKAdam

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - beta1: The decay rate β₁ of the gradient's average.
    ///   - beta2: The decay rate β₂ of the squared gradient's average.
    ///   - epsilon: The constant ε that is added to the root.
    ///   - weightDecay: This times w is added to the gradient, as in PyTorch's `Adam`; ``AdamW`` has the other kind.
    ///   - amsgrad: Whether the largest v so far takes the place of v (Reddi et al. 2018).
    public convenience init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false
    ) {
        self.init(
            networks, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay,
            amsgrad: amsgrad)
    }

    /// What Adam and its variants share.
    init(
        _ networks: [Layer], learningRate: Double, betas: (Double, Double), epsilon: Double, weightDecay: Double,
        isDecayDecoupled: Bool = false, amsgrad: Bool = false
    ) {
        beta1 = Self.checked(decay: betas.0, called: "beta1")
        beta2 = Self.checked(decay: betas.1, called: "beta2")
        self.weightDecay = weightDecay
        self.isDecayDecoupled = isDecayDecoupled
        self.keepsLargest = amsgrad
        self.constants = CKAdam(
            beta1: Float(betas.0), beta2: Float(betas.1), epsilon: Float(epsilon),
            decay: isDecayDecoupled ? 0 : Float(weightDecay), shrink: 1, averageRate: 0, gradientRate: 0, rootScale: 1)
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The averages m and v, and the largest v if that is used.
    final var initialStateValues: [Float] { keepsLargest ? [0, 0, 0] : [0, 0] }

    /// Computes the bias corrections of this step.
    public final override func prepareStep() {
        if isDecayDecoupled { constants.shrink = Float(1 - learningRate * weightDecay) }
        constants.rootScale = Float(1 / (1 - pow(beta2, Double(stepCount))).squareRoot())
        let weights = directionWeights()
        constants.averageRate = Float(learningRate * weights.average)
        constants.gradientRate = Float(learningRate * weights.gradient)
    }

    /// The factors of m and of g in this step's direction.
    func directionWeights() -> (average: Double, gradient: Double) {
        (average: 1 / (1 - pow(beta1, Double(stepCount))), gradient: 0)
    }

    final func update(_ run: WeightRun) {
        ck_adam(
            run.weights, run.gradients, run.state(0), run.state(1), keepsLargest ? run.state(2) : nil, run.count,
            constants)
    }
}

/// ``Adam`` with decoupled weight decay: at each step w ← (1 − η λ) w, before Adam's update, instead of a gradient that
/// includes λ w (Loshchilov and Hutter 2019, algorithm 2).
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = AdamW(for: network, learningRate: 1e-3, weightDecay: 0.05)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// The usual choice for transformers. Without weight decay it is ``Adam``.
public final class AdamW: Adam {
    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - beta1: The decay rate β₁ of the gradient's average.
    ///   - beta2: The decay rate β₂ of the squared gradient's average.
    ///   - epsilon: The constant ε that is added to the root.
    ///   - weightDecay: The factor λ.
    ///   - amsgrad: Whether the largest v so far takes the place of v (Reddi et al. 2018).
    public init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Double = 0.01, amsgrad: Bool = false
    ) {
        super.init(
            networks, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay,
            isDecayDecoupled: true, amsgrad: amsgrad)
    }
}

/// ``Adam`` with Nesterov's momentum (Dozat 2016, algorithm 2): with μₜ = β₁ (1 − ½ · 0.96^(t ψ)), the direction is
/// μₜ₊₁ m / (1 − μ₁ ⋯ μₜ₊₁) + (1 − μₜ) g / (1 − μ₁ ⋯ μₜ) instead of m̂.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = Nadam(for: network, learningRate: 2e-3)
/// optimizer.minimize { network(.ones([4, 2])).squared().mean() }
/// ```
/// It sometimes converges in fewer steps than ``Adam``, which has fewer options to tune.
public final class Nadam: Adam {
    private let momentumDecay: Double
    /// The product of the momenta of the first steps, and the number of those.
    private var product = (value: 1.0, steps: 0)

    /// An optimizer for the parameters of networks; without networks, `fit` supplies its own.
    /// - Parameters:
    ///   - networks: The networks whose parameters it changes.
    ///   - learningRate: The step size η.
    ///   - beta1: The decay rate β₁ of the gradient's average.
    ///   - beta2: The decay rate β₂ of the squared gradient's average.
    ///   - epsilon: The constant ε that is added to the root.
    ///   - weightDecay: This times w is added to the gradient.
    ///   - momentumDecay: How fast the momentum rises to β₁: ψ, 0.004 in PyTorch and 1 in Keras.
    public init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Double = 0, momentumDecay: Double = 0.004
    ) {
        self.momentumDecay = momentumDecay
        super.init(
            networks, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay)
    }

    override func directionWeights() -> (average: Double, gradient: Double) {
        let (now, next) = (momentum(atStep: stepCount), momentum(atStep: stepCount + 1))
        if product.steps > stepCount { product = (1, 0) }
        while product.steps < stepCount {
            product.steps += 1
            product.value *= momentum(atStep: product.steps)
        }
        return (average: next / (1 - product.value * next), gradient: (1 - now) / (1 - product.value))
    }

    private func momentum(atStep step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay)) }
}

extension Optimizer {
    /// ``Adam``: steps scaled by moving averages of the gradient and of its square.
    public static func adam(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, amsgrad: Bool = false
    ) -> Optimizer {
        Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            amsgrad: amsgrad)
    }

    /// ``AdamW``: Adam with decoupled weight decay.
    public static func adamW(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01, amsgrad: Bool = false
    ) -> Optimizer {
        AdamW(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            amsgrad: amsgrad)
    }

    /// ``Nadam``: Adam with Nesterov's momentum.
    public static func nadam(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, momentumDecay: Double = 0.004
    ) -> Optimizer {
        Nadam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            momentumDecay: momentumDecay)
    }
}
