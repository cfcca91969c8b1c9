internal import CKernels

/// An activation that a layer computes in the same pass as its sum.
public enum FusedActivation: Sendable, Hashable {
    /// The sum itself.
    case none
    /// max(0, x)
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + e⁻ˣ)
    case sigmoid

    var kernel: CKActivation {
        switch self {
        case .none: .none
        case .relu: .relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        }
    }

    /// The activation on its own.
    func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .none: x
        case .relu: x.relu()
        case .tanh: x.tanh()
        case .sigmoid: x.sigmoid()
        }
    }

    /// The gradient of the sum, given that of the result y.
    func pullback(_ dy: Tensor, _ y: Tensor) -> Tensor {
        switch self {
        case .none: dy
        case .relu: reluGradient(dy, y)
        case .tanh: tanhGradient(dy, y)
        case .sigmoid: sigmoidGradient(dy, y)
        }
    }
}
