public import Tensors

/// Reduces gradients that are too large before a step: those of recurrent networks explode (Pascanu et al. 2013).
///
/// ```swift
/// let optimizer: Optimizer = .sgd(0.1).clipped(.globalNorm(1))
/// let shorter = GradientClipping.norm(1)([Tensor([3.0, 4])])  // [[0.6, 0.8]]
/// ```
/// Gradients with an element that is infinite or NaN have no direction: clipping by norm leaves them as they are.
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
        guard length > limit, length.isFinite else { return gradients }
        let factor = limit / length
        // In single precision a smaller factor would lose digits, or be 0.
        return factor > 1e-30
            ? gradients.map { $0 * factor } : gradients.map { $0 * 1e-20 * (factor * 1e20) }
    }

    /// The Euclidean norm of all gradients together; infinite or NaN only if an element is.
    ///
    /// ```swift
    /// print(GradientClipping.norm(of: [Tensor([3e25, 0]), Tensor([4e25])]))  // 5e+25
    /// ```
    public static func norm(of gradients: [Tensor]) -> Double {
        func sumOfSquares(scale: Double) -> Double {
            gradients.reduce(0) { $0 + (scale == 1 ? $1 : $1 / scale).squared().sum().item() }
        }
        let squares = sumOfSquares(scale: 1)
        if squares.isFinite, squares > 1e-25 { return squares.squareRoot() }
        // The squares of very large and very small numbers are not within single precision.
        let sizes = gradients.filter { $0.count > 0 }.map { abs($0).max().item() }
        let largest = sizes.contains { $0.isNaN } ? .nan : sizes.max() ?? 0
        guard largest.isFinite, largest > 0 else { return largest }
        return largest * sumOfSquares(scale: largest).squareRoot()
    }
}
