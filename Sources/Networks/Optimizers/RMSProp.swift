internal import CKernels

/// RMSprop: gradients are divided by the root of their square's moving average (Hinton 2012, lecture 6e). PyTorch's formula, which adds ε
/// to the root; Keras adds it to the average.
public final class RMSProp: Optimizer {
    private let rho: Double
    private let momentum: Double
    private let epsilon: Double
    private let isCentered: Bool
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network.
    /// - Parameters:
    ///   - networks: Whose parameters it moves.
    ///   - learningRate: About how far each weight moves in a step.
    ///   - rho: How much the average keeps of itself at each step: 0.9 with Hinton and Keras, 0.99 with PyTorch.
    ///   - momentum: How much of the last movement goes on.
    ///   - epsilon: What is added to the root of the average.
    ///   - centered: Whether the square of the gradient's own average is taken off (Graves 2013), which leaves the variance.
    ///   - weightDecay: Added to the gradient.
    public init(
        for networks: Layer..., learningRate: Double = 1e-3, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-8, centered: Bool = false, weightDecay: Double = 0
    ) {
        self.rho = Self.checked(share: rho, called: "rho")
        self.momentum = momentum
        self.epsilon = epsilon
        self.isCentered = centered
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The average of squares, then that of the gradient and the velocity, where they are wanted.
    public override var startingMemory: [Float] {
        Array(repeating: 0, count: 1 + (isCentered ? 1 : 0) + (momentum == 0 ? 0 : 1))
    }

    /// Moves weights.
    public override func update(_ run: WeightRun) {
        ck_rmsprop(
            run.weights.baseAddress, run.gradients.baseAddress, run.memory(0).baseAddress,
            isCentered ? run.memory(1).baseAddress : nil,
            momentum == 0 ? nil : run.memory(isCentered ? 2 : 1).baseAddress, run.count,
            CKRMSProp(
                rate: Float(learningRate), rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon),
                decay: Float(weightDecay)))
    }
}

extension Optimizer {
    /// RMSprop.
    public static func rmsProp(
        _ learningRate: Double = 1e-3, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-8,
        centered: Bool = false
    ) -> Optimizer {
        RMSProp(learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered)
    }
}
