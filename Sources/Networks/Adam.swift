internal import CKernels
internal import Foundation

/// Adam: steps scaled by moving averages of the gradient and of its square (Kingma and Ba 2015, algorithm 1).
public final class Adam: Optimizer {
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private let weightDecay: Double
    private var mean: [Float] = []
    private var square: [Float] = []

    /// An optimizer for a network that `fit` will give it. Weight decay is added to the gradient, as in PyTorch's `Adam`.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        super.init(learningRate: learningRate)
    }

    /// An optimizer for the parameters of networks.
    public convenience init(
        for networks: Layer..., learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        self.init(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
        ownOrFail(networks)
    }

    /// Makes room for both averages of each weight.
    public override func prepare(count: Int) {
        mean = Array(repeating: 0, count: count)
        square = mean
    }

    /// Moves weights.
    public override func update(
        _ weights: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>, at offset: Int
    ) {
        let step = Double(stepCount)
        mean.withUnsafeMutableBufferPointer { mean in
            square.withUnsafeMutableBufferPointer { square in
                ck_adam(
                    weights.baseAddress, gradients.baseAddress, mean.baseAddress.map { $0 + offset },
                    square.baseAddress.map { $0 + offset },
                    weights.count, Float(learningRate), Float(beta1), Float(beta2), Float(epsilon), Float(weightDecay),
                    Float(1 - pow(beta1, step)), Float(1 - pow(beta2, step)))
            }
        }
    }
}

extension Optimizer {
    /// Adam.
    public static func adam(
        _ learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) -> Optimizer {
        Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    }
}
