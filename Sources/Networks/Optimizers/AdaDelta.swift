internal import CKernels

/// Adadelta: steps in proportion to earlier ones, so that no learning rate has to be found (Zeiler 2012, algorithm 1).
public final class AdaDelta: Optimizer {
    private let rho: Double
    private let epsilon: Double
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network. The averages keep `rho` of
    /// themselves at each step; weight decay is added to the gradient. (Keras writes 0.001 for the learning rate, Zeiler's is 1.)
    public init(
        for networks: Layer..., learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
        weightDecay: Double = 0
    ) {
        self.rho = Self.checked(share: rho, called: "rho")
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
        ownOrFail(networks)
    }

    /// The averages of squared gradients and of squared movements.
    public override var startingMemory: [Float] { [0, 0] }

    /// Moves weights.
    public override func update(_ run: WeightRun) {
        ck_adadelta(
            run.weights.baseAddress, run.gradients.baseAddress, run.memory(0).baseAddress, run.memory(1).baseAddress,
            run.count, Float(learningRate), Float(rho), Float(epsilon), Float(weightDecay))
    }
}

extension Optimizer {
    /// Adadelta.
    public static func adaDelta(_ learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6) -> Optimizer {
        AdaDelta(learningRate: learningRate, rho: rho, epsilon: epsilon)
    }
}
