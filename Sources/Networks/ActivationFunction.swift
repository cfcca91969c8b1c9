public import Tensors

/// What a unit makes of its sum: `.relu`, `.tanh`, … or a function of one's own.
public struct ActivationFunction: Sendable {
    /// The name, as in `.relu`.
    public let name: String
    private let function: @Sendable (Tensor) -> Tensor
    /// The same function as a kernel's last step, if there is one.
    let fused: FusedActivation?

    /// A function of one's own, made of differentiable operations.
    public init(_ name: String, function: @escaping @Sendable (Tensor) -> Tensor) {
        self.init(name, fused: nil, function: function)
    }

    private init(_ name: String, fused: FusedActivation?, function: @escaping @Sendable (Tensor) -> Tensor) {
        self.name = name
        self.fused = fused
        self.function = function
    }

    /// The function's value, element by element (softmax: along the last axis).
    public func callAsFunction(_ x: Tensor) -> Tensor { function(x) }

    /// The function of a layer's sum: computed in the same pass, if the layer's kernel can.
    func following(_ sum: (FusedActivation) -> Tensor) -> Tensor { fused.map(sum) ?? self(sum(.none)) }

    /// x: no activation.
    public static let linear = ActivationFunction("linear", fused: FusedActivation.none) { $0 }
    /// max(x, 0).
    public static let relu = ActivationFunction("relu", fused: .relu) { $0.relu() }
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
    public static let tanh = ActivationFunction("tanh", fused: .tanh) { $0.tanh() }
    /// 1 / (1 + e⁻ˣ).
    public static let sigmoid = ActivationFunction("sigmoid", fused: .sigmoid) { $0.sigmoid() }
    /// eˣ / Σ eˣ along the last axis. Networks trained with `.crossEntropy` do without: that loss takes the sums before it.
    public static let softmax = ActivationFunction("softmax") { $0.softmax(axis: -1) }
    /// x, or slope · x where x is negative.
    public static func leakyRelu(slope: Double = 0.01) -> ActivationFunction {
        ActivationFunction("leakyRelu") { $0.leakyRelu(slope: slope) }
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
    /// x / 6 + 1/2, between 0 and 1.
    public static let hardSigmoid = ActivationFunction("hardSigmoid") { $0.hardSigmoid() }
}

/// An activation function as a layer of its own.
public final class Activation: Layer {
    /// The function.
    public let function: ActivationFunction

    /// A layer that applies a function.
    public init(_ function: ActivationFunction, name: String? = nil) {
        self.function = function
        super.init(name: name)
    }

    /// The input's shape.
    public override func outputShape(of input: Shape) throws -> Shape { input }
    /// The function of every element.
    public override func callAsFunction(_ x: Tensor) -> Tensor { function(x) }
}
