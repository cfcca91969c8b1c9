public import Tensors

/// A condition that weights are projected onto after every step.
///
/// ```swift
/// let layer = Dense(64, constraint: .maxNorm(3))
/// let custom = Constraint("halves") { weights in (weights * 2).rounded() / 2 }
/// ```
/// Norms are those of the weights into each unit: over all axes but the last. A ``Regularizer`` penalizes weights
/// instead of bounding them.
public struct Constraint: Sendable {
    /// The name, as in `.maxNorm`.
    public let name: String
    private let project: @Sendable (Tensor) -> Tensor

    /// A custom constraint: returns the nearest weights that meet the condition, in the same shape.
    public init(_ name: String, project: @escaping @Sendable (_ weights: Tensor) -> Tensor) {
        self.name = name
        self.project = project
    }

    /// The weights projected onto the condition, in the same shape.
    public func callAsFunction(_ weights: Tensor) -> Tensor { project(weights) }

    /// Bounds the norm: w · min(1, limit / ‖w‖) (Srebro et al. 2004; with dropout, Srivastava et al. 2014).
    ///
    /// ```swift
    /// let layer = Dense(64, constraint: .maxNorm(3))
    /// ```
    /// To fix the norm take ``unitNorm``, to bound single weights ``clip(_:)``.
    public static func maxNorm(_ limit: Double = 2) -> Constraint {
        Constraint("maxNorm") { scaled($0) { $0.clipped(to: 0...limit) } }
    }

    /// Fixes the norm at 1: w / ‖w‖.
    ///
    /// ```swift
    /// let layer = Dense(64, bias: false, constraint: .unitNorm)
    /// ```
    /// To learn the norm separately take ``WeightNormalization``.
    public static let unitNorm = Constraint("unitNorm") { scaled($0) { .ones(like: $0) } }

    /// Brings the norm into a range: w · (r · clip(‖w‖) + (1 − r) ‖w‖) / ‖w‖ with the rate r, the share of the way per
    /// step.
    ///
    /// ```swift
    /// let layer = Dense(64, constraint: .minMaxNorm(0.5...2, rate: 0.9))
    /// ```
    /// For an upper limit alone take ``maxNorm(_:)``.
    public static func minMaxNorm(_ range: ClosedRange<Double> = 0...1, rate: Double = 1) -> Constraint {
        Constraint("minMaxNorm") { scaled($0) { rate * $0.clipped(to: range) + (1 - rate) * $0 } }
    }

    /// Sets negative weights to 0: max(w, 0).
    ///
    /// ```swift
    /// let layer = Dense(64, constraint: .nonNegative)
    /// ```
    /// For parts that only add up, as in non-negative matrix factorization (Lee and Seung 1999); other ranges by
    /// ``clip(_:)``.
    public static let nonNegative = Constraint("nonNegative") { $0.relu() }

    /// Clips every weight to a range: min(max(w, lower), upper), which keeps the critic of a Wasserstein GAN Lipschitz
    /// continuous (Arjovsky et al. 2017, algorithm 1).
    ///
    /// ```swift
    /// let layer = Dense(1, constraint: .clip(-0.01...0.01))
    /// ```
    /// A ``gradientPenalty(_:real:fake:)-(Layer,_,_)`` trains such critics better.
    public static func clip(_ range: ClosedRange<Double>) -> Constraint {
        Constraint("clip") { $0.clipped(to: range) }
    }

    /// Weights scaled to a norm that is a function of their own. (Keras's ε keeps zeros at zero.)
    private static func scaled(_ weights: Tensor, to wanted: (_ norm: Tensor) -> Tensor) -> Tensor {
        let axes = weights.rank > 1 ? Array(0..<weights.rank - 1) : Array(0..<weights.rank)
        let norm = sqrt(weights.squared().sum(axes: axes, keepDims: true))
        guard !norm.isFinite().all() else { return weights * (wanted(norm) / (norm + 1e-7)) }
        // Squares beyond single precision: the norm of a part of the weights, and that part of the wanted norm.
        let largest = maximum(abs(weights).reshaped(to: [-1, weights.rank > 1 ? norm.count : 1]).max(axes: 0), 1)
        let (part, share) = (weights / largest, sqrt((weights / largest).squared().sum(axes: axes, keepDims: true)))
        return part * (wanted(share * largest) / (share + 1e-7))
    }
}
