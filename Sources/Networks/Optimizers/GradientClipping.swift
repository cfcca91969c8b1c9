public import Tensors

/// How gradients that are too large are cut down before a step: recurrent networks' explode (Pascanu et al. 2013).
///
/// `optimizer: .sgd(0.1).clipped(.globalNorm(1))`, or by hand: `GradientClipping.norm(1)(gradients)`.
public enum GradientClipping: Sendable, Hashable {
    /// Every derivative is held between −limit and limit. This may change the direction of the step.
    case value(Double)
    /// A parameter's gradient that is longer than the limit is scaled down to it.
    case norm(Double)
    /// If the gradients of all parameters together are longer than the limit, all are scaled down alike: the direction stays.
    case globalNorm(Double)

    /// The gradients, cut down.
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
                    operation: "GradientClipping", message: "no gradient is held below a limit of \(limit)",
                    hint: "use a positive one, such as 1"))
        }
        return limit
    }

    private static func scaled(_ gradients: [Tensor], to limit: Double) -> [Tensor] {
        let length = norm(of: gradients)
        return length > limit ? gradients.map { $0 * (limit / length) } : gradients
    }

    /// The length of all gradients together.
    public static func norm(of gradients: [Tensor]) -> Double {
        gradients.reduce(0) { $0 + $1.squared().sum().item() }.squareRoot()
    }
}
