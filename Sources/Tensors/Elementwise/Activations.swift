internal import CKernels

// Activation functions: each maps every element (softmax: every row), and the result has the operand's shape. Each is
// also a free function, in FreeFunctions.swift. A layer takes them as `activation: .relu`.
extension Tensor {
    /// The rectified linear unit max(0, x) of every element (Nair and Hinton 2010). Its gradient at 0 is 0. To let
    /// negative elements pass in part use ``leakyRelu(slope:)``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).relu())  // [0. 0. 3.]
    /// ```
    public func relu() -> Tensor { unary(.relu) { dy, _, y in reluGradient(dy, y) } }

    /// min(max(0, x), 6) of every element (Howard et al. 2017). Without the upper limit it is ``relu()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 3, 8]).relu6())  // [0. 3. 6.]
    /// ```
    public func relu6() -> Tensor { clipped(to: 0...6) }

    /// x where it is positive, `slope` · x elsewhere (Maas et al. 2013). The function ``elu(alpha:)`` is curved below
    /// 0, and the layer `PReLU` has a learned slope.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).leakyRelu(slope: 0.1))  // [-0.2  0.   3. ]
    /// ```
    public func leakyRelu(slope: Double = 0.01) -> Tensor {
        unary(.leaky, slope) { dy, x, _ in leakyGradient(dy, x, slope: slope) }
    }

    /// x where it is positive, α (eˣ − 1) elsewhere (Clevert et al. 2015). For a continuous derivative where α is not 1
    /// use ``celu(alpha:)``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).elu())  // [-0.86466473  0.          3.        ]
    /// ```
    public func elu(alpha: Double = 1) -> Tensor { relu() + alpha * clipped(to: -.infinity...0).expm1() }

    /// λ elu(x), with the λ and α that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
    /// Initialize weights with `.lecunNormal`.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).selu())  // [-1.5201665  0.         3.152103 ]
    /// ```
    public func selu() -> Tensor { 1.0507009873554805 * elu(alpha: 1.6732632423543772) }

    /// x where it is positive, α (eˣᐟᵅ − 1) elsewhere: an ``elu(alpha:)`` with a continuous derivative for every α
    /// (Barron 2017).
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 3]).celu(alpha: 2))  // [-1.2642411  0.         3.       ]
    /// ```
    public func celu(alpha: Double = 1) -> Tensor { relu() + alpha * (clipped(to: -.infinity...0) / alpha).expm1() }

    /// The logistic function σ(x) = 1 / (1 + e⁻ˣ) of every element: between 0 and 1. For its logarithm use
    /// ``logSigmoid()``; for several classes ``softmax(axis:)``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).sigmoid())  // [0.11920292 0.5        0.880797  ]
    /// ```
    public func sigmoid() -> Tensor { unary(.sigmoid) { dy, _, y in sigmoidGradient(dy, y) } }

    /// ln σ(x) of every element, computed without overflow. This is PyTorch's `logsigmoid`.
    ///
    /// ```swift
    /// print(Tensor([-200.0, 0, 2]).logSigmoid())  // [-2.000000e+02 -6.931472e-01 -1.269280e-01]
    /// ```
    public func logSigmoid() -> Tensor { -(-self).softplus() }

    /// The hard sigmoid x / 6 + ½, limited to 0...1: a sigmoid of three straight lines. This is PyTorch's
    /// `hardsigmoid`.
    ///
    /// ```swift
    /// print(Tensor([-4.0, 0, 1.5]).hardSigmoid())  // [0.   0.5  0.75]
    /// ```
    public func hardSigmoid() -> Tensor { (self / 6 + 0.5).clipped(to: 0...1) }

    /// The logit ln(x / (1 − x)) of every element, the inverse of ``sigmoid()``. Elements are first kept `margin` away
    /// from 0 and 1. This is PyTorch's `logit`, whose `eps` is the margin.
    ///
    /// ```swift
    /// print(Tensor([0.25, 0.5, 0.75]).logit())  // [-1.0986123  0.         1.0986123]
    /// ```
    public func logit(margin: Double = 0) -> Tensor {
        let p = margin > 0 ? clipped(to: margin...(1 - margin)) : self
        return p.log() - (-p).log1p()
    }

    /// Every element limited to −1...1: a ``tanh()`` of three straight lines. For other limits see ``clipped(to:)``.
    ///
    /// ```swift
    /// print(Tensor([-4.0, 0.5, 4]).hardTanh())  // [-1.   0.5  1. ]
    /// ```
    public func hardTanh() -> Tensor { clipped(to: -1...1) }

    /// ln(1 + eˣ) of every element, a smooth ``relu()``, computed without overflow (Dugas et al. 2001). Its derivative
    /// is the ``sigmoid()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).softplus())  // [0.126928  0.6931472 2.126928 ]
    /// ```
    public func softplus() -> Tensor { unary(.softplus) { dy, x, _ in dy * x.sigmoid() } }

    /// x / (1 + |x|) of every element: between −1 and 1. This is PyTorch's `softsign`. It nears its limits more slowly
    /// than ``tanh()``.
    ///
    /// ```swift
    /// print(Tensor([-3.0, 0, 1]).softsign())  // [-0.75  0.    0.5 ]
    /// ```
    public func softsign() -> Tensor { self / (1 + abs()) }

    /// x σ(x) of every element (Ramachandran et al. 2017), also called SiLU. For a cheaper approximation see
    /// ``hardSwish()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).swish())  // [-0.23840584  0.          1.761594  ]
    /// ```
    public func swish() -> Tensor { self * sigmoid() }

    /// x σ(x) of every element: another name of ``swish()`` (Elfwing et al. 2017).
    public func silu() -> Tensor { swish() }

    /// x times its ``hardSigmoid()`` (Howard et al. 2019).
    ///
    /// ```swift
    /// print(Tensor([-1.5, 0, 1.5]).hardSwish())  // [-0.375  0.     1.125]
    /// ```
    public func hardSwish() -> Tensor { self * hardSigmoid() }

    /// x tanh(ln(1 + eˣ)) of every element (Misra 2019).
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).mish())  // [-0.2525015  0.         1.943959 ]
    /// ```
    public func mish() -> Tensor { self * softplus().tanh() }

    /// x Φ(x) of every element, where Φ is the normal distribution function (Hendrycks and Gimpel 2016). This is
    /// PyTorch's `gelu`; for the approximation of GPT-2 use ``geluTanh()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).gelu())  // [-0.04550028  0.          1.9544997 ]
    /// ```
    public func gelu() -> Tensor { self * (0.5 * (self * 0.7071067811865476).erf() + 0.5) }

    /// ``gelu()`` with Φ(x) approximated by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), as in GPT-2. This is PyTorch's
    /// `gelu` with `approximate="tanh"`.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).geluTanh())  // [-0.04540223  0.          1.9545977 ]
    /// ```
    public func geluTanh() -> Tensor {
        let inner = (self + 0.044715 * pow(3)) * 0.7978845608028654
        return 0.5 * self * (1 + inner.tanh())
    }

    /// The softmax eˣⁱ / Σⱼ eˣʲ along an axis: positive elements that sum to 1, with the operand's shape. It does not
    /// overflow. For a loss use `softmaxCrossEntropy` on the scores themselves; for its logarithm
    /// ``logSoftmax(axis:)``.
    ///
    /// ```swift
    /// let scores = Tensor([[2, 1, 0], [0, 0, 0]])
    /// print(scores.softmax())
    /// // [[0.66524094 0.24472848 0.09003057]
    /// //  [0.33333334 0.33333334 0.33333334]]
    /// ```
    public func softmax(axis: Int = -1) -> Tensor {
        let x = floating.detached()
        let e = (x - x.max(axes: axis, keepDims: true)).exp()
        let y = e / e.sum(axes: axis, keepDims: true)
        return .recorded(y.storage, y.shape, from: floating) { dy, _, y in
            let weighted = dy * y
            return weighted - y * weighted.sum(axes: axis, keepDims: true)
        }
    }

    /// The logarithm of ``softmax(axis:)``, xᵢ − ln Σⱼ eˣʲ along an axis, computed without overflow. For a loss use
    /// `softmaxCrossEntropy` on the scores themselves.
    ///
    /// ```swift
    /// print(Tensor([1.0, 1, 1, 1]).logSoftmax())  // [-1.3862944 -1.3862944 -1.3862944 -1.3862944]
    /// ```
    public func logSoftmax(axis: Int = -1) -> Tensor { self - logSumExp(axes: axis, keepDims: true) }
}

// The gradients of the activations, each in one pass; `y` is the activation's result, `x` its operand. They are
// recorded operations themselves, so that second derivatives exist.

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
