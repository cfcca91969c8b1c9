public import Tensors

/// What a unit makes of its sum: `.relu`, `.tanh`, … or a function of one's own.
public struct ActivationFunction: Sendable {
    /// The name, as in `.relu`.
    public let name: String
    private let function: @Sendable (Tensor) -> Tensor
    /// The same function as a kernel's last step, if there is one.
    let fused: FusedActivation?
    /// Of functions that multiply what is negative by a number and leave what is positive: that number.
    let rectifierSlope: Double?

    /// A function of one's own, made of differentiable operations.
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

    /// The function of a layer's sum: computed in the same pass, if the layer's kernel can.
    func following(_ sum: (FusedActivation) -> Tensor) -> Tensor { fused.map(sum) ?? self(sum(.none)) }

    /// x: no activation.
    public static let linear = ActivationFunction("linear", fused: FusedActivation.none, slope: 1) { $0 }
    /// max(x, 0).
    public static let relu = ActivationFunction("relu", fused: .relu, slope: 0) { $0.relu() }
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
    public static let tanh = ActivationFunction("tanh", fused: .tanh) { $0.tanh() }
    /// 1 / (1 + e⁻ˣ).
    public static let sigmoid = ActivationFunction("sigmoid", fused: .sigmoid) { $0.sigmoid() }
    /// eˣ / Σ eˣ along the last axis. Networks trained with `.crossEntropy` do without: that loss takes the sums before it.
    public static let softmax = ActivationFunction("softmax") { $0.softmax(axis: -1) }
    /// x, or slope · x where x is negative.
    public static func leakyRelu(slope: Double = 0.01) -> ActivationFunction {
        ActivationFunction("leakyRelu", fused: nil, slope: slope) { $0.leakyRelu(slope: slope) }
    }
    /// ``leakyRelu(slope:)`` with a slope of 0.01.
    public static let leakyRelu = leakyRelu()
    /// x, or α (eˣ − 1) where x is negative (Clevert et al. 2016).
    public static func elu(alpha: Double) -> ActivationFunction { ActivationFunction("elu") { $0.elu(alpha: alpha) } }
    /// ``elu(alpha:)`` with α = 1.
    public static let elu = elu(alpha: 1)
    /// log(1 + eˣ).
    public static let softplus = ActivationFunction("softplus") { $0.softplus() }
    /// x · sigmoid(x).
    public static let swish = ActivationFunction("swish") { $0.swish() }
    /// x · Φ(x), with the normal distribution function Φ.
    public static let gelu = ActivationFunction("gelu") { $0.gelu() }
    /// ``gelu`` with Φ approximated by a tanh, as GPT-2 computes it.
    public static let geluTanh = ActivationFunction("geluTanh") { $0.geluTanh() }
    /// x / 6 + 1/2, between 0 and 1.
    public static let hardSigmoid = ActivationFunction("hardSigmoid") { $0.hardSigmoid() }
    /// x · hardSigmoid(x) (Howard et al. 2019).
    public static let hardSwish = ActivationFunction("hardSwish") { $0.hardSwish() }
    /// x, held between −1 and 1.
    public static let hardTanh = ActivationFunction("hardTanh") { $0.hardTanh() }
    /// x, held between 0 and 6.
    public static let relu6 = ActivationFunction("relu6") { $0.relu6() }
    /// λ elu(x), whose outputs keep mean 0 and variance 1 (Klambauer et al. 2017).
    public static let selu = ActivationFunction("selu") { $0.selu() }
    /// An elu that is smooth for every α (Barron 2017).
    public static func celu(alpha: Double = 1) -> ActivationFunction {
        ActivationFunction("celu") { $0.celu(alpha: alpha) }
    }
    /// x · sigmoid(x): another name of ``swish``.
    public static let silu = ActivationFunction("silu") { $0.swish() }
    /// x tanh(log(1 + eˣ)) (Misra 2019).
    public static let mish = ActivationFunction("mish") { $0.mish() }
    /// x / (1 + |x|), between −1 and 1.
    public static let softsign = ActivationFunction("softsign") { $0.softsign() }
    /// eˣ.
    public static let exponential = ActivationFunction("exponential") { exp($0) }
    /// log σ(x).
    public static let logSigmoid = ActivationFunction("logSigmoid") { $0.logSigmoid() }
    /// The logarithm of ``softmax``.
    public static let logSoftmax = ActivationFunction("logSoftmax") { $0.logSoftmax(axis: -1) }
}

/// An activation function as a layer of its own.
public class Activation: Layer {
    /// The function.
    public let function: ActivationFunction
    override var outputActivation: ActivationFunction? { function }

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

/// max(x, 0) as a layer.
public final class ReLU: Activation {
    /// A layer of rectified linear units.
    public init(name: String? = nil) { super.init(.relu, name: name) }
}

/// x, or slope · x where x is negative, as a layer.
public final class LeakyReLU: Activation {
    /// A layer with Keras's slope of 0.3, or another.
    public init(_ slope: Double = 0.3, name: String? = nil) { super.init(.leakyRelu(slope: slope), name: name) }
}

/// x, or α (eˣ − 1) where x is negative, as a layer.
public final class ELU: Activation {
    /// A layer with α = 1, or another.
    public init(alpha: Double = 1, name: String? = nil) { super.init(.elu(alpha: alpha), name: name) }
}

/// eˣ / Σ eˣ along the last axis, as a layer: probabilities.
public final class Softmax: Activation {
    /// A layer of probabilities.
    public init(name: String? = nil) { super.init(.softmax, name: name) }
}
