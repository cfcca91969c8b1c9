public import Tensors

/// Reduces gradients that are too large before a step: those of recurrent networks explode (Pascanu et al. 2013).
///
/// ```swift
/// let optimizer: Optimizer = .sgd(0.1).clipped(.globalNorm(1))
/// let shorter = GradientClipping.norm(1)([Tensor([3.0, 4])])  // [[0.6, 0.8]]
/// ```
/// Gradients explode less with normalization layers, gated cells and smaller learning rates.
public enum GradientClipping: Sendable, Hashable {
    /// Each element g becomes min(max(g, −limit), limit), which may change the direction of the step.
    case value(Double)
    /// Each parameter's gradient g becomes g · min(1, limit / ‖g‖).
    case norm(Double)
    /// The gradients of all parameters are scaled by min(1, limit / ‖all‖): the direction of the step stays.
    case globalNorm(Double)

    /// The clipped gradients, in their shapes.
    public func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
        switch self {
        case .value(let limit):
            let limit = Self.checked(limit)
            return gradients.map { $0.clipped(to: -limit...limit) }
        case .norm(let limit): return gradients.map { Self.scaled([$0], to: Self.checked(limit))[0] }
        case .globalNorm(let limit): return Self.scaled(gradients, to: Self.checked(limit))
        }
    }

    private static func checked(_ limit: Double) -> Double {
        guard limit > 0 else {
            Failure.raise(
                ValueError(
                    operation: "GradientClipping", message: "the limit must be positive, got \(limit)", hint: "try 1"))
        }
        return limit
    }

    private static func scaled(_ gradients: [Tensor], to limit: Double) -> [Tensor] {
        let length = norm(of: gradients)
        return length > limit ? gradients.map { $0 * (limit / length) } : gradients
    }

    /// The Euclidean norm of all gradients together.
    public static func norm(of gradients: [Tensor]) -> Double {
        gradients.reduce(0) { $0 + $1.squared().sum().item() }.squareRoot()
    }
}
