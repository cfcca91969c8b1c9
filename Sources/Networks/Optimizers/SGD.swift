internal import CKernels

/// Stochastic gradient descent, with momentum if asked for (Sutskever et al. 2013). PyTorch's formula: velocity = momentum · velocity +
/// gradient, and weights move by −rate · velocity; Nesterov's variant looks one step ahead.
public final class SGD: Optimizer {
    private let momentum: Double
    private let isNesterov: Bool
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network. Weight decay is added to the gradient.
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

    /// The velocity, if there is momentum.
    public override var startingMemory: [Float] { momentum == 0 ? [] : [0] }

    /// Moves weights.
    public override func update(_ run: WeightRun) {
        ck_sgd(
            run.weights.baseAddress, run.gradients.baseAddress, run.memory(0).baseAddress, run.count,
            Float(learningRate), Float(momentum), isNesterov ? 1 : 0, Float(weightDecay))
    }
}

extension Optimizer {
    /// Stochastic gradient descent.
    public static func sgd(
        _ learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
    ) -> Optimizer {
        SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay)
    }
}
