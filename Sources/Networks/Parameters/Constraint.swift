public import Tensors

/// What weights are brought back to after every step: `Dense(64, constraint: .maxNorm(3))`.
///
/// Norms are those of each unit's incoming weights: over all axes but the last, which counts the units.
public struct Constraint: Sendable {
    /// The name, as in `.maxNorm`.
    public let name: String
    private let project: @Sendable (Tensor) -> Tensor

    /// A constraint of one's own: it answers with the nearest weights that are allowed, in the same shape.
    public init(_ name: String, project: @escaping @Sendable (_ weights: Tensor) -> Tensor) {
        self.name = name
        self.project = project
    }

    /// The nearest weights that are allowed.
    public func callAsFunction(_ weights: Tensor) -> Tensor { project(weights) }

    /// Weights of a norm above the limit are scaled down to it (Srebro et al. 2004; goes well with dropout).
    public static func maxNorm(_ limit: Double = 2) -> Constraint {
        Constraint("maxNorm") { scaled($0) { $0.clipped(to: 0...limit) } }
    }

    /// Weights are scaled to norm 1.
    public static let unitNorm = Constraint("unitNorm") { scaled($0) { .ones(like: $0) } }

    /// Norms are brought into a range; `rate` says how much of the way is gone at each step.
    public static func minMaxNorm(_ range: ClosedRange<Double> = 0...1, rate: Double = 1) -> Constraint {
        Constraint("minMaxNorm") { scaled($0) { rate * $0.clipped(to: range) + (1 - rate) * $0 } }
    }

    /// Negative weights become 0.
    public static let nonNegative = Constraint("nonNegative") { $0.relu() }

    /// Every weight is held in a range: what keeps the critic of a Wasserstein GAN smooth (Arjovsky et al. 2017, algorithm 1).
    public static func clip(_ range: ClosedRange<Double>) -> Constraint {
        Constraint("clip") { $0.clipped(to: range) }
    }

    /// Weights with the norm that is wanted for the one they have. (Keras's ε lets zeros stay zeros.)
    private static func scaled(_ weights: Tensor, to wanted: (_ norm: Tensor) -> Tensor) -> Tensor {
        let axes = weights.rank > 1 ? Array(0..<weights.rank - 1) : Array(0..<weights.rank)
        let norm = sqrt(weights.squared().sum(axes: axes, keepDims: true))
        return weights * (wanted(norm) / (norm + 1e-7))
    }
}
