public import Tensors

/// The two losses of a GAN: the discriminator's, which tells real examples from generated ones, and the generator's.
///
/// Each player's step changes its own weights only, since its optimizer owns no others. What is generated outside
/// `minimize` is generated in `training { }`: otherwise batch normalization would use its moving averages.
/// ```swift
/// let generator = try Sequential(input: [100]) { Dense(784, activation: .tanh) }
/// let discriminator = try Sequential(input: [784]) { Dense(1) }
/// let gOptimizer = Adam(for: generator, learningRate: 2e-4, beta1: 0.5)
/// let dOptimizer = Adam(for: discriminator, learningRate: 2e-4, beta1: 0.5)
/// let game = AdversarialLoss.nonSaturating
/// let train = Examples(inputs: .uniform([256, 784], in: -1...1), targets: .zeros([256]))
///
/// for (real, _) in train.batches(64) {
///     let fake = training { generator(.normal([64, 100])) }
///     dOptimizer.minimize { game.discriminator(real: discriminator(real), fake: discriminator(fake.detached())) }
///     gOptimizer.minimize { game.generator(fake: discriminator(fake)) }
/// }
/// ```
/// The discriminator ends without activation: its outputs, one per example, are logits or a critic's scores.
public struct AdversarialLoss: Sendable {
    /// The name, as in `.minimax`.
    public let name: String
    private let discriminatorLoss: @Sendable (_ real: Tensor, _ fake: Tensor) -> Tensor
    private let generatorLoss: @Sendable (_ fake: Tensor) -> Tensor

    /// A custom pair of losses, each a differentiable function of the discriminator's outputs that returns a scalar.
    public init(
        _ name: String, discriminator: @escaping @Sendable (_ real: Tensor, _ fake: Tensor) -> Tensor,
        generator: @escaping @Sendable (_ fake: Tensor) -> Tensor
    ) {
        self.name = name
        discriminatorLoss = discriminator
        generatorLoss = generator
    }

    /// The discriminator's loss, a scalar.
    ///
    /// - Parameters:
    ///   - real: Its outputs for real examples, `[n, 1]`.
    ///   - fake: Its outputs for generated examples, `[m, 1]`.
    public func discriminator(real: Tensor, fake: Tensor) -> Tensor { discriminatorLoss(real, fake) }

    /// The generator's loss, a scalar, given the discriminator's outputs for generated examples, `[m, 1]`.
    public func generator(fake: Tensor) -> Tensor { generatorLoss(fake) }

    /// The original game (Goodfellow et al. 2014, equation 1), with D = σ(logits).
    ///
    /// The discriminator minimizes −E log D(x) − E log(1 − D(G(z))), the generator E log(1 − D(G(z))).
    /// ```swift
    /// let loss = AdversarialLoss.minimax.generator(fake: Tensor([[0.3], [-1.2]]))
    /// ```
    /// The generator's gradient vanishes while the discriminator is sure: train with ``nonSaturating`` instead.
    public static let minimax = AdversarialLoss(
        "minimax", discriminator: { crossEntropy($0, $1, real: 1) }, generator: { -$0.softplus().mean() })

    /// ``nonSaturating(realLabel:)`` without label smoothing: the usual loss of a GAN.
    public static let nonSaturating = nonSaturating()

    /// As ``minimax``, but the generator minimizes −E log D(G(z)), whose gradient is large while it loses
    /// (Goodfellow et al. 2014, section 3).
    ///
    /// ```swift
    /// let game = AdversarialLoss.nonSaturating(realLabel: 0.9)
    /// let loss = game.discriminator(real: Tensor([[2.1]]), fake: Tensor([[-1.5]]))
    /// ```
    /// If training collapses, try ``wasserstein`` with a gradient penalty, or ``hinge`` with spectral normalization.
    /// - Parameter realLabel: The discriminator's target for real examples: 1, or 0.9 to smooth the labels on one side
    ///   (Salimans et al. 2016).
    public static func nonSaturating(realLabel: Double = 1) -> AdversarialLoss {
        AdversarialLoss(
            "nonSaturating", discriminator: { crossEntropy($0, $1, real: realLabel) },
            generator: { (-$0).softplus().mean() })
    }

    /// The Wasserstein distance, estimated by a critic C (Arjovsky et al. 2017).
    ///
    /// The critic minimizes E C(G(z)) − E C(x), the generator −E C(G(z)).
    /// ```swift
    /// let loss = AdversarialLoss.wasserstein.discriminator(real: Tensor([[2.1]]), fake: Tensor([[-1.5]]))
    /// ```
    /// The critic must be Lipschitz continuous: clip its weights (``Constraint/clip(_:)``), or better, add a
    /// ``gradientPenalty(_:real:fake:)-(Layer,_,_)``. It takes several critic steps for each generator step, which
    /// ``nonSaturating`` does not need.
    public static let wasserstein = AdversarialLoss(
        "wasserstein", discriminator: { $1.mean() - $0.mean() }, generator: { -$0.mean() })

    /// Squared distances to the targets 1 for real and 0 for generated examples (LSGAN, Mao et al. 2017).
    ///
    /// The discriminator minimizes ½ E (D(x) − 1)² + ½ E D(G(z))², the generator ½ E (D(G(z)) − 1)².
    /// ```swift
    /// let loss = AdversarialLoss.leastSquares.generator(fake: Tensor([[0.3], [-1.2]]))
    /// ```
    /// Its gradients do not saturate: an alternative to ``nonSaturating``, used by CycleGAN.
    public static let leastSquares = AdversarialLoss(
        "leastSquares", discriminator: { 0.5 * ($0 - 1).squared().mean() + 0.5 * $1.squared().mean() },
        generator: { 0.5 * ($0 - 1).squared().mean() })

    /// A margin: scores above 1 for real and below −1 for generated examples are good enough (Lim and Ye 2017).
    ///
    /// The discriminator minimizes E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))), the generator −E D(G(z)).
    /// ```swift
    /// let loss = AdversarialLoss.hinge.discriminator(real: Tensor([[2.1]]), fake: Tensor([[-1.5]]))
    /// ```
    /// The usual loss with ``SpectralNormalization``; for small GANs ``nonSaturating`` will do.
    public static let hinge = AdversarialLoss(
        "hinge", discriminator: { relu(1 - $0).mean() + relu(1 + $1).mean() }, generator: { -$0.mean() })

    /// −label · log D(x) − (1 − label) · log(1 − D(x)) − log(1 − D(G(z))), as means, of logits.
    private static func crossEntropy(_ real: Tensor, _ fake: Tensor, real label: Double) -> Tensor {
        real.logisticLoss(.full([], label, dtype: real.floating.dtype)).mean() + fake.softplus().mean()
    }
}

/// The gradient penalty of a critic C: the mean of (‖∇C(x̂)‖ − 1)² at points x̂ drawn uniformly on the lines between
/// real and generated examples (WGAN-GP, Gulrajani et al. 2017, algorithm 1). The critic's loss includes 10 times as
/// much.
///
/// ```swift
/// let critic = try Sequential(input: [2]) { Dense(1) }
/// let optimizer = Adam(for: critic, learningRate: 1e-4, beta1: 0)
/// let game = AdversarialLoss.wasserstein
/// let (real, fake) = (Tensor.normal([8, 2]), Tensor.normal([8, 2]))
/// optimizer.minimize {
///     let penalty = gradientPenalty(critic, real: real, fake: fake)
///     return game.discriminator(real: critic(real), fake: critic(fake)) + 10 * penalty
/// }
/// ```
/// The critic must not use batch normalization, which mixes examples: use ``LayerNormalization``. Clipping weights
/// (``Constraint/clip(_:)``) is cheaper and worse.
/// - Parameters:
///   - critic: The critic.
///   - real: Real examples, `[n, …]`.
///   - fake: Generated examples, in the same shape.
/// - Returns: The penalty, a scalar that can be differentiated.
public func gradientPenalty(_ critic: Layer, real: Tensor, fake: Tensor) -> Tensor {
    gradientPenalty({ critic($0) }, real: real, fake: fake)
}

/// The gradient penalty of a critic that is a function: made of several networks, or with a condition.
public func gradientPenalty(_ critic: (Tensor) -> Tensor, real: Tensor, fake: Tensor) -> Tensor {
    guard real.shape == fake.shape, real.rank > 1 else {
        Failure.raise(
            ShapeError(
                operation: "gradientPenalty", shapes: [real.shape, fake.shape],
                message: "real and fake must have the same shape [n, …], got \(real.shape) and \(fake.shape)",
                hint: "generate as many examples as there are real ones"))
    }
    let share = Tensor.uniform(Shape([real.shape[0]] + Array(repeating: 1, count: real.rank - 1)))
    let mixed = (real + share * (fake - real)).detached().tracked()
    // Also where the penalty is only measured, its gradient has to be computed.
    let isWanted = isRecordingGraph
    let penalty = recording(true) {
        let norm = grad(critic(mixed), of: mixed, createGraph: isWanted).flattened(from: 1).norm(axes: 1)
        return (norm - 1).squared().mean()
    }
    return isWanted ? penalty : penalty.detached()
}
