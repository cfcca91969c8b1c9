public import Tensors

/// A penalty that training adds to the loss, on weights (`Dense(64, regularizer: .l2(1e-4))`) or on what a layer puts out
/// (``ActivityRegularization``).
public struct Regularizer: Sendable {
    /// The name, as in `.l2`.
    public let name: String
    private let penalty: @Sendable (Tensor) -> Tensor

    /// A penalty of one's own: a scalar, made of differentiable operations.
    public init(_ name: String, penalty: @escaping @Sendable (_ x: Tensor) -> Tensor) {
        self.name = name
        self.penalty = penalty
    }

    /// The penalty on this value, as a scalar.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let value = penalty(x)
        guard value.count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "Regularizer \(name)", shapes: [x.shape, value.shape],
                    message: "a penalty is one number, not a tensor of shape \(value.shape)", hint: "end it with .sum()"
                ))
        }
        return value
    }

    /// strength · Σ |x|: drives single weights to zero (Tibshirani 1996, the lasso).
    public static func l1(_ strength: Double = 0.01) -> Regularizer {
        Regularizer("l1") { strength * sumOfMagnitudes($0) }
    }

    /// strength · Σ x²: keeps weights small (ridge regression; the course's weight decay with λ/2 = strength).
    public static func l2(_ strength: Double = 0.01) -> Regularizer {
        Regularizer("l2") { strength * sumOfSquares($0) }
    }

    /// l1 · Σ |x| + l2 · Σ x² (Zou and Hastie 2005, the elastic net).
    public static func l1l2(l1: Double = 0.01, l2: Double = 0.01) -> Regularizer {
        Regularizer("l1l2") { l1 * sumOfMagnitudes($0) + l2 * sumOfSquares($0) }
    }

    /// strength · Σ KL(target ‖ mean activity of a unit), for units between 0 and 1, such as sigmoid ones: each is active in that share of the
    /// examples only (Ng 2011, "Sparse autoencoder"). For activities, whose first axis is the batch.
    public static func sparsity(_ target: Double = 0.05, strength: Double = 1) -> Regularizer {
        Regularizer("sparsity") { activity in
            let mean = activity.mean(axes: 0).clipped(to: 1e-6...(1 - 1e-6))
            let active = target * log(target / mean)
            let silent = (1 - target) * log((1 - target) / (1 - mean))
            return (active + silent).sum() * (strength * Double(activity.shape[0]))
        }
    }

    // One operation each: their gradients take one pass over the weights instead of three.

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
