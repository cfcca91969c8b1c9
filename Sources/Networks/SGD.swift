internal import CKernels

/// Stochastic gradient descent, with momentum if asked for (Sutskever et al. 2013). PyTorch's formula: velocity = momentum · velocity +
/// gradient, and weights move by −rate · velocity; Nesterov's variant looks one step ahead.
public final class SGD: Optimizer {
    private let momentum: Double
    private let isNesterov: Bool
    private let weightDecay: Double
    private var velocity: [Float] = []

    /// An optimizer for a network that `fit` will give it.
    public init(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) {
        self.momentum = momentum
        self.isNesterov = nesterov
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
    }

    /// An optimizer for the parameters of networks.
    public convenience init(
        for networks: Layer..., learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double = 0
    ) {
        self.init(learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay)
        ownOrFail(networks)
    }

    /// Makes room for a velocity of each weight.
    public override func prepare(count: Int) { velocity = Array(repeating: 0, count: momentum == 0 ? 0 : count) }

    /// Moves weights.
    public override func update(
        _ weights: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, at offset: Int
    ) {
        velocity.withUnsafeMutableBufferPointer { velocity in
            ck_sgd(
                weights.baseAddress, gradients.baseAddress,
                momentum == 0 ? nil : velocity.baseAddress.map { $0 + offset }, weights.count,
                Float(learningRate), Float(momentum), isNesterov ? 1 : 0, Float(weightDecay))
        }
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
