public import Tensors

/// The activation function of a layer: `.relu`, `.tanh`, … or a custom function.
///
/// ```swift
/// let cube = ActivationFunction("cube") { $0 * $0 * $0 }
/// let layer = Dense(64, activation: cube)
/// ```
public struct ActivationFunction: Sendable {
    /// The name, as in `.relu`.
    public let name: String
    private let function: @Sendable (Tensor) -> Tensor
    /// The same function fused into a kernel, if there is one.
    let fused: FusedActivation?
    /// The negative slope of x ↦ max(x, 0) + slope · min(x, 0), nil for other functions.
    let rectifierSlope: Double?

    /// A custom function, composed of differentiable operations.
    public init(_ name: String, function: @escaping @Sendable (Tensor) -> Tensor) {
        self.init(name, fused: nil, function: function)
    }

    private init(
        _ name: String, fused: FusedActivation?, slope: Double? = nil, function: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.name = name
        self.fused = fused
        self.rectifierSlope = slope
        self.function = function
    }

    /// The function's value, element by element (softmax: along the last axis).
    public func callAsFunction(_ x: Tensor) -> Tensor { function(x) }

    /// The function of a layer's sum, in the same pass where there is a fused kernel.
    func following(_ sum: (FusedActivation) -> Tensor) -> Tensor { fused.map(sum) ?? self(sum(.none)) }

    /// x: no activation.
    public static let linear = ActivationFunction("linear", fused: FusedActivation.none, slope: 1) { $0 }
    /// max(x, 0).
    public static let relu = ActivationFunction("relu", fused: .relu, slope: 0) { $0.relu() }
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
    public static let tanh = ActivationFunction("tanh", fused: .tanh) { $0.tanh() }
    /// 1 / (1 + e⁻ˣ).
    public static let sigmoid = ActivationFunction("sigmoid", fused: .sigmoid) { $0.sigmoid() }
    /// eˣ / Σ eˣ along the last axis. With the loss `.crossEntropy`, which takes logits, it is left out.
    public static let softmax = ActivationFunction("softmax") { $0.softmax(axis: -1) }
    /// x where x > 0, else slope · x (Maas et al. 2013).
    public static func leakyRelu(slope: Double = 0.01) -> ActivationFunction {
        ActivationFunction("leakyRelu", fused: nil, slope: slope) { $0.leakyRelu(slope: slope) }
    }
    /// ``leakyRelu(slope:)`` with a negative slope of 0.01.
    public static let leakyRelu = leakyRelu()
    /// x where x > 0, else α (eˣ − 1) (Clevert et al. 2016).
    public static func elu(alpha: Double) -> ActivationFunction { ActivationFunction("elu") { $0.elu(alpha: alpha) } }
    /// ``elu(alpha:)`` with α = 1.
    public static let elu = elu(alpha: 1)
    /// log(1 + eˣ).
    public static let softplus = ActivationFunction("softplus") { $0.softplus() }
    /// x · sigmoid(x) (Ramachandran et al. 2017).
    public static let swish = ActivationFunction("swish") { $0.swish() }
    /// x · Φ(x), with the distribution function Φ of the standard normal (Hendrycks and Gimpel 2016).
    public static let gelu = ActivationFunction("gelu") { $0.gelu() }
    /// ``gelu`` with Φ approximated by tanh, as in GPT-2.
    public static let geluTanh = ActivationFunction("geluTanh") { $0.geluTanh() }
    /// x / 6 + 1/2, clipped to 0 … 1.
    public static let hardSigmoid = ActivationFunction("hardSigmoid") { $0.hardSigmoid() }
    /// x · hardSigmoid(x) (Howard et al. 2019).
    public static let hardSwish = ActivationFunction("hardSwish") { $0.hardSwish() }
    /// x, clipped to −1 … 1.
    public static let hardTanh = ActivationFunction("hardTanh") { $0.hardTanh() }
    /// x, clipped to 0 … 6.
    public static let relu6 = ActivationFunction("relu6") { $0.relu6() }
    /// λ · elu(x) with α and λ such that outputs keep mean 0 and variance 1 (Klambauer et al. 2017).
    public static let selu = ActivationFunction("selu") { $0.selu() }
    /// x where x > 0, else α (exp(x / α) − 1), which is smooth for every α (Barron 2017).
    public static func celu(alpha: Double = 1) -> ActivationFunction {
        ActivationFunction("celu") { $0.celu(alpha: alpha) }
    }
    /// x · sigmoid(x): another name for ``swish``.
    public static let silu = ActivationFunction("silu") { $0.swish() }
    /// x tanh(log(1 + eˣ)) (Misra 2019).
    public static let mish = ActivationFunction("mish") { $0.mish() }
    /// x / (1 + |x|), in −1 … 1.
    public static let softsign = ActivationFunction("softsign") { $0.softsign() }
    /// eˣ.
    public static let exponential = ActivationFunction("exponential") { exp($0) }
    /// log σ(x).
    public static let logSigmoid = ActivationFunction("logSigmoid") { $0.logSigmoid() }
    /// The logarithm of ``softmax``.
    public static let logSoftmax = ActivationFunction("logSoftmax") { $0.logSoftmax(axis: -1) }
}

/// An activation function as a layer: y = f(x), of any shape.
///
/// ```swift
/// let layer = Activation(.gelu)
/// let y = layer(.normal([8, 20]))                                    // [8, 20]
/// ```
/// For a function after a normalisation or a sum. Directly after a layer with weights, the layer's `activation:` is
/// shorter and faster.
public class Activation: Layer {
    /// The function.
    public let function: ActivationFunction
    /// The identity tells nothing of what comes before it.
    override var outputActivation: ActivationFunction? { function.name == "linear" ? nil : function }

    /// A layer that applies a function.
    public init(_ function: ActivationFunction, name: String? = nil) {
        self.function = function
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }
    /// The function of every element.
    public override func forward(_ x: Tensor) -> Tensor { function(x) }
}

/// max(x, 0) as a layer, for any shape.
///
/// ```swift
/// let y = ReLU()(Tensor([[-2.0, 3]]))                                // [[0, 3]]
/// ```
/// Source: Nair and Hinton 2010. Where units die, with outputs that stay 0, take ``LeakyReLU`` or ``ELU``.
public final class ReLU: Activation {
    /// A layer of rectified linear units.
    public init(name: String? = nil) { super.init(.relu, name: name) }
}

/// x where x > 0, else slope · x, as a layer, for any shape.
///
/// ```swift
/// let y = LeakyReLU(0.1)(Tensor([[-2.0, 3]]))                        // [[-0.2, 3]]
/// ```
/// Source: Maas et al. 2013. Usual in discriminators of GANs. With a learned negative slope: ``PReLU``.
public final class LeakyReLU: Activation {
    /// A layer with a negative slope, by default 0.3 as in Keras.
    public init(_ slope: Double = 0.3, name: String? = nil) { super.init(.leakyRelu(slope: slope), name: name) }
}

/// x where x > 0, else α (eˣ − 1), as a layer, for any shape.
///
/// ```swift
/// let y = ELU()(Tensor([[-2.0, 3]]))                                 // [[-0.865, 3]]
/// ```
/// Source: Clevert et al. 2016. Its mean is closer to 0 than that of ``ReLU``, which is faster.
public final class ELU: Activation {
    /// A layer with a limit of −α for negative x.
    public init(alpha: Double = 1, name: String? = nil) { super.init(.elu(alpha: alpha), name: name) }
}

/// yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) along the last axis, as a layer: `[…, classes]` → `[…, classes]`, probabilities.
///
/// ```swift
/// let y = Softmax()(Tensor([[2.0, 0.5, -1]]))                        // [[0.786, 0.175, 0.039]]
/// ```
/// Source: Bridle 1990. A network that is trained with the loss `.crossEntropy` ends without it, since that takes
/// logits.
public final class Softmax: Activation {
    /// A layer that returns probabilities.
    public init(name: String? = nil) { super.init(.softmax, name: name) }
}
