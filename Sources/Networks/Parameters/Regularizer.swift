public import Tensors

/// A penalty that training adds to the loss: a function of weights or of a layer's output.
///
/// ```swift
/// let weights = Dense(64, regularizer: .l2(1e-4))
/// let output = ActivityRegularization(.l1(1e-3))
/// let custom = Regularizer("orthogonal") { w in (w.transposed().matmul(w) - .eye(w.shape[1])).squared().sum() }
/// ```
/// A ``Constraint`` bounds weights instead; ``AdamW`` decays them without a penalty.
public struct Regularizer: Sendable {
    /// The name, as in `.l2`.
    public let name: String
    private let penalty: @Sendable (Tensor) -> Tensor

    /// A custom penalty: a differentiable function that returns a scalar.
    public init(_ name: String, penalty: @escaping @Sendable (_ x: Tensor) -> Tensor) {
        self.name = name
        self.penalty = penalty
    }

    /// The penalty on a tensor of any shape, a scalar.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let value = penalty(x)
        guard value.count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "Regularizer \(name)", shapes: [x.shape, value.shape],
                    message: "a penalty must be a scalar, got a tensor of shape \(value.shape)",
                    hint: "end it with .sum()"))
        }
        return value
    }

    /// The lasso: strength · Σ |x|, which drives single weights to zero (Tibshirani 1996).
    ///
    /// ```swift
    /// let layer = Dense(64, regularizer: .l1(1e-4))
    /// ```
    /// To keep weights small without zeros take ``l2(_:)``.
    public static func l1(_ strength: Double = 0.01) -> Regularizer {
        Regularizer("l1") { strength * sumOfMagnitudes($0) }
    }

    /// Ridge regression: strength · Σ x², which keeps weights small (Hoerl and Kennard 1970). With ``SGD`` it is weight
    /// decay with λ = 2 · strength.
    ///
    /// ```swift
    /// let layer = Dense(64, regularizer: .l2(1e-4))
    /// ```
    /// With adaptive optimizers ``AdamW`` decays weights better.
    public static func l2(_ strength: Double = 0.01) -> Regularizer {
        Regularizer("l2") { strength * sumOfSquares($0) }
    }

    /// The elastic net: l1 · Σ |x| + l2 · Σ x² (Zou and Hastie 2005).
    ///
    /// ```swift
    /// let layer = Dense(64, regularizer: .l1l2(l1: 1e-5, l2: 1e-4))
    /// ```
    /// For correlated inputs, of which ``l1(_:)`` alone keeps one at random.
    public static func l1l2(l1: Double = 0.01, l2: Double = 0.01) -> Regularizer {
        Regularizer("l1l2") { l1 * sumOfMagnitudes($0) + l2 * sumOfSquares($0) }
    }

    /// Sparse activity: strength · Σ KL(ρ ‖ ρ̂) over units, where ρ̂ is a unit's mean activity in the batch and
    /// KL(ρ ‖ ρ̂) = ρ log(ρ / ρ̂) + (1 − ρ) log((1 − ρ) / (1 − ρ̂)) (Ng 2011, "Sparse autoencoder").
    ///
    /// For outputs `[n, units]` between 0 and 1, of which each should be active in the share ρ of the examples.
    /// ```swift
    /// let layer = Dense(64, activation: .sigmoid, activityRegularizer: .sparsity(0.05, strength: 3))
    /// ```
    /// For outputs of other ranges take ``l1(_:)``.
    /// - Parameters:
    ///   - target: The wanted mean activity ρ.
    ///   - strength: The factor of the penalty.
    public static func sparsity(_ target: Double = 0.05, strength: Double = 1) -> Regularizer {
        Regularizer("sparsity") { activity in
            let mean = activity.mean(axes: 0).clipped(to: 1e-6...(1 - 1e-6))
            let active = target * log(target / mean)
            let silent = (1 - target) * log((1 - target) / (1 - mean))
            return (active + silent).sum() * (strength * Double(activity.shape[0]))
        }
    }

    // Single operations, whose gradients take one pass over the weights instead of three.

    private static func sumOfSquares(_ x: Tensor) -> Tensor {
        .custom(x, name: "sumOfSquares") {
            $0[0].squared().sum()
        } pullback: { dy, x, _ in
            [2 * dy * x[0]]
        }
    }

    private static func sumOfMagnitudes(_ x: Tensor) -> Tensor {
        .custom(x, name: "sumOfMagnitudes") {
            abs($0[0]).sum()
        } pullback: { dy, x, _ in
            [dy * x[0].sign()]
        }
    }
}
