internal import CKernels
internal import Foundation

/// Adam: steps scaled by moving averages of the gradient and of its square (Kingma and Ba 2015, algorithm 1).
public class Adam: Optimizer {
    final let beta1: Double
    final let beta2: Double
    private let weightDecay: Double
    private let isDecayDecoupled: Bool
    private let keepsLargest: Bool
    private final var constants: CKAdam

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network.
    /// - Parameters:
    ///   - networks: Whose parameters it moves.
    ///   - learningRate: About how far each weight moves in a step.
    ///   - beta1: How much the average of the gradient keeps of itself at each step.
    ///   - beta2: The same for the average of its square.
    ///   - epsilon: What is added to the root of that, after the bias correction.
    ///   - weightDecay: Added to the gradient, as in PyTorch's `Adam`; see ``AdamW`` for the other kind.
    ///   - amsgrad: Whether the largest average of squares counts instead of the latest (Reddi et al. 2018).
    public convenience init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false
    ) {
        self.init(
            networks, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay,
            amsgrad: amsgrad)
    }

    /// What Adam and its relatives have in common.
    init(
        _ networks: [Layer], learningRate: Double, betas: (Double, Double), epsilon: Double, weightDecay: Double,
        isDecayDecoupled: Bool = false, amsgrad: Bool = false
    ) {
        beta1 = Self.checked(share: betas.0, called: "beta1")
        beta2 = Self.checked(share: betas.1, called: "beta2")
        self.weightDecay = weightDecay
        self.isDecayDecoupled = isDecayDecoupled
        self.keepsLargest = amsgrad
        self.constants = CKAdam(
            beta1: Float(betas.0), beta2: Float(betas.1), epsilon: Float(epsilon),
            decay: isDecayDecoupled ? 0 : Float(weightDecay), shrink: 1, averageRate: 0, gradientRate: 0, rootScale: 1)
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// Both averages, and the largest one of squares if that counts.
    public final override var startingMemory: [Float] { keepsLargest ? [0, 0, 0] : [0, 0] }

    /// Works out the bias corrections of this step.
    public final override func prepareStep() {
        if isDecayDecoupled { constants.shrink = Float(1 - learningRate * weightDecay) }
        constants.rootScale = Float(1 / (1 - pow(beta2, Double(stepCount))).squareRoot())
        let weights = directionWeights()
        constants.averageRate = Float(learningRate * weights.average)
        constants.gradientRate = Float(learningRate * weights.gradient)
    }

    /// How much the average of the gradient, and the gradient itself, count in this step's direction.
    func directionWeights() -> (average: Double, gradient: Double) {
        (average: 1 / (1 - pow(beta1, Double(stepCount))), gradient: 0)
    }

    /// Moves weights.
    public final override func update(_ run: WeightRun) {
        ck_adam(
            run.weights.baseAddress, run.gradients.baseAddress, run.memory(0).baseAddress, run.memory(1).baseAddress,
            keepsLargest ? run.memory(2).baseAddress : nil, run.count, constants)
    }
}

/// Adam whose weight decay does not pass through the averages: at each step weights shrink by learningRate · weightDecay of themselves
/// (Loshchilov and Hutter 2019, algorithm 2).
public final class AdamW: Adam {
    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network. The numbers are those of ``Adam``.
    public init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, weightDecay: Double = 0.01, amsgrad: Bool = false
    ) {
        super.init(
            networks, learningRate: learningRate, betas: (beta1, beta2), epsilon: epsilon, weightDecay: weightDecay,
            isDecayDecoupled: true, amsgrad: amsgrad)
    }
}

/// Adam with Nesterov's look ahead (Dozat 2016, algorithm 2). Its momentum grows towards β₁ as 1 − ½ · 0.96^(t · momentumDecay).
public final class Nadam: Adam {
    private let momentumDecay: Double
    /// The product of the momenta of the first steps, and how many those are.
    private var product = (value: 1.0, steps: 0)

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network. The numbers are those of ``Adam``;
    /// PyTorch's momentum decay is 0.004, Keras's is 1.
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
    /// Adam; with `amsgrad` the largest average of squares counts instead of the latest.
    public static func adam(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, amsgrad: Bool = false
    ) -> Optimizer {
        Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
            amsgrad: amsgrad)
    }

    /// Adam with decoupled weight decay.
    public static func adamW(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01
    ) -> Optimizer {
        AdamW(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    }

    /// Adam with Nesterov's look ahead.
    public static func nadam(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
    ) -> Optimizer {
        Nadam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
}
