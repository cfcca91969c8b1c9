public import Tensors

/// What the two players of an adversarial game make small: a discriminator that tells real examples from made ones, and a generator.
///
/// ```swift
/// let game = AdversarialLoss.nonSaturating
/// let fake = generator(.normal([64, 100]))
/// dOptimizer.minimize { game.discriminator(real: discriminator(real), fake: discriminator(fake.detached())) }
/// gOptimizer.minimize { game.generator(fake: discriminator(generator(.normal([64, 100])))) }
/// ```
/// The discriminator's outputs are logits, or a critic's scores: no activation.
public struct AdversarialLoss: Sendable {
    /// The name, as in `.minimax`.
    public let name: String
    private let discriminatorLoss: @Sendable (_ real: Tensor, _ fake: Tensor) -> Tensor
    private let generatorLoss: @Sendable (_ fake: Tensor) -> Tensor

    /// A game of one's own: what each player makes small, made of differentiable operations.
    public init(
        _ name: String, discriminator: @escaping @Sendable (_ real: Tensor, _ fake: Tensor) -> Tensor,
        generator: @escaping @Sendable (_ fake: Tensor) -> Tensor
    ) {
        self.name = name
        discriminatorLoss = discriminator
        generatorLoss = generator
    }

    /// The discriminator's loss, a scalar, given its outputs for real examples and for made ones.
    public func discriminator(real: Tensor, fake: Tensor) -> Tensor { discriminatorLoss(real, fake) }

    /// The generator's loss, a scalar, given the discriminator's outputs for what it made.
    public func generator(fake: Tensor) -> Tensor { generatorLoss(fake) }

    /// The game's value itself: the discriminator minimises −E log D(x) − E log(1 − D(G(z))), the generator E log(1 − D(G(z))), whose slope
    /// vanishes while the discriminator is sure (Goodfellow et al. 2014, equation 1).
    public static let minimax = AdversarialLoss(
        "minimax", discriminator: { telling($0, $1, real: 1) }, generator: { -$0.softplus().mean() })

    /// As ``minimax``, but the generator minimises −E log D(G(z)), whose slope is large as long as it loses (Goodfellow et al. 2014,
    /// section 3).
    public static let nonSaturating = nonSaturating()

    /// ``nonSaturating`` with soft labels: the discriminator is to answer `realLabel` for real examples, 0.9 for one (Salimans et al. 2016).
    public static func nonSaturating(realLabel: Double = 1) -> AdversarialLoss {
        AdversarialLoss(
            "nonSaturating", discriminator: { telling($0, $1, real: realLabel) }, generator: { (-$0).softplus().mean() }
        )
    }

    /// A critic's scores: it minimises E D(G(z)) − E D(x), an estimate of the negative Wasserstein distance, and the generator −E D(G(z))
    /// (Arjovsky et al. 2017). The critic must be kept Lipschitz: by clipping its weights, or by ``gradientPenalty(_:real:fake:)-(Layer,_,_)``.
    public static let wasserstein = AdversarialLoss(
        "wasserstein", discriminator: { $1.mean() - $0.mean() }, generator: { -$0.mean() })

    /// Squared distances from 1 for real and 0 for made ones (Mao et al. 2017).
    public static let leastSquares = AdversarialLoss(
        "leastSquares", discriminator: { 0.5 * ($0 - 1).squared().mean() + 0.5 * $1.squared().mean() },
        generator: { 0.5 * ($0 - 1).squared().mean() })

    /// Scores above 1 for real and below −1 for made ones are good enough (Lim and Ye 2017).
    public static let hinge = AdversarialLoss(
        "hinge", discriminator: { relu(1 - $0).mean() + relu(1 + $1).mean() }, generator: { -$0.mean() })

    private static func telling(_ real: Tensor, _ fake: Tensor, real label: Double) -> Tensor {
        (real.softplus() - label * real).mean() + fake.softplus().mean()
    }
}

/// How far the slope of a critic is from 1 between real examples and made ones: the mean of (|∇ critic| − 1)², at points drawn uniformly
/// on the lines between them (Gulrajani et al. 2017, WGAN-GP). Ten times this is added to the critic's loss.
///
/// ```swift
/// let game = AdversarialLoss.wasserstein
/// optimizer.minimize { game.discriminator(real: critic(x), fake: critic(y)) + 10 * gradientPenalty(critic, real: x, fake: y) }
/// ```
public func gradientPenalty(_ critic: Layer, real: Tensor, fake: Tensor) -> Tensor {
    gradientPenalty({ critic($0) }, real: real, fake: fake)
}

/// The gradient penalty of a critic that is a function: of several networks, or with a condition.
public func gradientPenalty(_ critic: (Tensor) -> Tensor, real: Tensor, fake: Tensor) -> Tensor {
    guard real.shape == fake.shape, real.rank > 1 else {
        Failure.raise(
            ShapeError(
                operation: "gradientPenalty", shapes: [real.shape, fake.shape],
                message: "there are no lines between \(real.shape) and \(fake.shape)",
                hint: "make as many examples as there are real ones, of their shape"))
    }
    let share = Tensor.uniform(Shape([real.shape[0]] + Array(repeating: 1, count: real.rank - 1)))
    let mixed = (real + share * (fake - real)).detached().tracked()
    let slope = grad(critic(mixed), of: mixed, createGraph: true).flattened(from: 1).norm(axes: 1)
    return (slope - 1).squared().mean()
}
