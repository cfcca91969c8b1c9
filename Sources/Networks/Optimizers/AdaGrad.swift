internal import CKernels

/// AdaGrad: each weight's rate falls with the squares of all its gradients so far (Duchi et al. 2011).
public final class AdaGrad: Optimizer {
    private let initialAccumulator: Double
    private let epsilon: Double
    private let weightDecay: Double

    /// An optimizer for the parameters of networks; without any, `fit` gives it those of its network. The sums of squares begin with
    /// `initialAccumulator` (Keras's is 0.1); weight decay is added to the gradient.
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

    /// The sum of squares.
    public override var startingMemory: [Float] { [Float(initialAccumulator)] }

    /// Moves weights.
    public override func update(_ run: WeightRun) {
        ck_adagrad(
            run.weights.baseAddress, run.gradients.baseAddress, run.memory(0).baseAddress, run.count,
            Float(learningRate), Float(epsilon), Float(weightDecay))
    }
}

extension Optimizer {
    /// AdaGrad.
    public static func adaGrad(_ learningRate: Double = 0.01, initialAccumulator: Double = 0) -> Optimizer {
        AdaGrad(learningRate: learningRate, initialAccumulator: initialAccumulator)
    }
}
