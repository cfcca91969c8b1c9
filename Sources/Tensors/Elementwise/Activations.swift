internal import CKernels

extension Tensor {
    /// The hyperbolic tangent: between −1 and 1.
    public func tanh() -> Tensor { unary(.tanh) { dy, _, y in tanhGradient(dy, y) } }

    /// The logistic function 1 / (1 + e⁻ˣ): between 0 and 1.
    public func sigmoid() -> Tensor { unary(.sigmoid) { dy, _, y in sigmoidGradient(dy, y) } }

    /// The rectified linear unit: max(0, x).
    public func relu() -> Tensor { unary(.relu) { dy, _, y in reluGradient(dy, y) } }

    /// x where it is positive, `slope` · x elsewhere.
    public func leakyRelu(slope: Double = 0.01) -> Tensor {
        unary(.leaky, slope) { dy, x, _ in leakyGradient(dy, x, slope: slope) }
    }

    /// x where it is positive, α (eˣ − 1) elsewhere (Clevert et al. 2015).
    public func elu(alpha: Double = 1) -> Tensor { relu() + alpha * expm1(clipped(to: -.infinity...0)) }

    /// λ elu(x) with the λ and α that keep the mean 0 and the variance 1 from layer to layer (Klambauer et al. 2017).
    public func selu() -> Tensor { 1.0507009873554805 * elu(alpha: 1.6732632423543772) }

    /// x where it is positive, α (eˣᐟᵅ − 1) elsewhere: an elu that is smooth for every α (Barron 2017).
    public func celu(alpha: Double = 1) -> Tensor { relu() + alpha * expm1(clipped(to: -.infinity...0) / alpha) }

    /// log(1 + eˣ): a smooth relu.
    public func softplus() -> Tensor { unary(.softplus) { dy, x, _ in dy * x.sigmoid() } }

    /// x σ(x) (Ramachandran et al. 2017), also called SiLU.
    public func swish() -> Tensor { self * sigmoid() }

    /// x σ(x): another name of ``swish()``.
    public func silu() -> Tensor { swish() }

    /// x tanh(log(1 + eˣ)) (Misra 2019).
    public func mish() -> Tensor { self * softplus().tanh() }

    /// x / (1 + |x|): between −1 and 1.
    public func softsign() -> Tensor { self / (1 + abs(self)) }

    /// x held between −1 and 1.
    public func hardTanh() -> Tensor { clipped(to: -1...1) }

    /// max(0, x), held below 6.
    public func relu6() -> Tensor { clipped(to: 0...6) }

    /// x times its hard sigmoid (Howard et al. 2019).
    public func hardSwish() -> Tensor { self * hardSigmoid() }

    /// log σ(x), computed without overflow.
    public func logSigmoid() -> Tensor { -(-self).softplus() }

    /// log(x / (1 − x)): the inverse of the sigmoid. Values are held `margin` away from 0 and 1.
    public func logit(margin: Double = 0) -> Tensor {
        let p = margin > 0 ? clipped(to: margin...(1 - margin)) : self
        return log(p) - log1p(-p)
    }

    /// The sigmoid in three straight pieces: x / 6 + ½, held between 0 and 1.
    public func hardSigmoid() -> Tensor { (self / 6 + 0.5).clipped(to: 0...1) }

    /// x Φ(x), Φ being the normal distribution function (Hendrycks and Gimpel 2016).
    public func gelu() -> Tensor { self * (0.5 * erf(self * 0.7071067811865476) + 0.5) }

    /// ``gelu()`` with Φ replaced by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), as GPT-2 computes it.
    public func geluTanh() -> Tensor {
        let inner = (self + 0.044715 * pow(self, 3)) * 0.7978845608028654
        return 0.5 * self * (1 + inner.tanh())
    }

    /// eˣ divided by its sum along an axis: positive numbers that add up to 1.
    public func softmax(axis: Int = -1) -> Tensor {
        let x = floating.detached()
        let e = exp(x - x.max(axes: axis, keepDims: true))
        let y = e / e.sum(axes: axis, keepDims: true)
        return .recorded(y.storage, y.shape, from: floating) { dy, _, y in
            let weighted = dy * y
            return weighted - y * weighted.sum(axes: axis, keepDims: true)
        }
    }

    /// The logarithm of ``softmax(axis:)``, computed without overflow.
    public func logSoftmax(axis: Int = -1) -> Tensor { self - logSumExp(axes: axis, keepDims: true) }
}

// The slopes of the activations, each in one pass; `y` is the activation's result, `x` its operand. They are operations like any other,
// with pullbacks of their own, so that second derivatives exist.

/// dy (1 − y²)
package func tanhGradient(_ dy: Tensor, _ y: Tensor) -> Tensor {
    .binary(.tanhGradient, dy, y, "tanh", { d, _, y, _ in tanhGradient(d, y) }, { d, dy, y, _ in d * dy * (-2 * y) })
}

/// dy y (1 − y)
package func sigmoidGradient(_ dy: Tensor, _ y: Tensor) -> Tensor {
    .binary(
        .sigmoidGradient, dy, y, "sigmoid", { d, _, y, _ in sigmoidGradient(d, y) },
        { d, dy, y, _ in d * dy * (1 - 2 * y) })
}

/// dy where x > 0, else 0. The sign of relu's result serves as well as that of its operand.
package func reluGradient(_ dy: Tensor, _ x: Tensor) -> Tensor {
    .binary(.reluGradient, dy, x, "relu", { d, _, x, _ in reluGradient(d, x) }, { d, _, _, _ in .zeros(like: d) })
}

/// dy where x > 0, else slope · dy
package func leakyGradient(_ dy: Tensor, _ x: Tensor, slope: Double) -> Tensor {
    .binary(
        .leakyGradient, dy, x, "leakyRelu", parameter: slope, { d, _, x, _ in leakyGradient(d, x, slope: slope) },
        { d, _, _, _ in .zeros(like: d) })
}
