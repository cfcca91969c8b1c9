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

    /// min(max(0, x), 6) of every element (Howard et al. 2017). Its gradient is 0 at 0 and 6. Without the upper limit
    /// it is ``relu()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 3, 8]).relu6())  // [0. 3. 6.]
    /// ```
    public func relu6() -> Tensor { clipped(0...6, passing: .inside) }

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
    public func hardSigmoid() -> Tensor { (self / 6 + 0.5).clipped(0...1, passing: .inside) }

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

    /// Every element limited to −1...1: a ``tanh()`` of three straight lines. Its gradient is 0 at both limits. For
    /// other limits see ``clipped(to:)``.
    ///
    /// ```swift
    /// print(Tensor([-4.0, 0.5, 4]).hardTanh())  // [-1.   0.5  1. ]
    /// ```
    public func hardTanh() -> Tensor { clipped(-1...1, passing: .inside) }

    /// ln(1 + eˣ) of every element, a smooth ``relu()``, computed without overflow (Dugas et al. 2001). Its derivative
    /// is the ``sigmoid()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).softplus())  // [0.126928  0.6931472 2.126928 ]
    /// ```
    public func softplus() -> Tensor { unary(.softplus) { dy, x, _ in dy.times(x.sigmoid()) } }

    /// x / (1 + |x|) of every element: between −1 and 1. This is PyTorch's `softsign`. It nears its limits more slowly
    /// than ``tanh()``.
    ///
    /// ```swift
    /// print(Tensor([-3.0, 0, 1]).softsign())  // [-0.75  0.    0.5 ]
    /// ```
    public func softsign() -> Tensor {
        gated(.softsign, .softsignSlope) { x in -2 * x.sign() / (1 + x.abs()).pow(3) }
    }

    /// x σ(x) of every element (Ramachandran et al. 2017), also called SiLU. For a cheaper approximation see
    /// ``hardSwish()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).swish())  // [-0.23840584  0.          1.761594  ]
    /// ```
    public func swish() -> Tensor {
        gated(.swish, .swishSlope) { x in
            let x = x.clipped(to: Self.tails), y = x.sigmoid()
            return sigmoidGradient(2 + x * (1 - 2 * y), y)
        }
    }

    /// x σ(x) of every element: another name of ``swish()`` (Elfwing et al. 2017).
    public func silu() -> Tensor { swish() }

    /// x times its ``hardSigmoid()`` (Howard et al. 2019).
    ///
    /// ```swift
    /// print(Tensor([-1.5, 0, 1.5]).hardSwish())  // [-0.375  0.     1.125]
    /// ```
    public func hardSwish() -> Tensor {
        gated(.hardSwish, .hardSwishSlope) { x in x.unary(.inside, -3, 3) { dy, _, _ in .zeros(like: dy) } / 3 }
    }

    /// x tanh(ln(1 + eˣ)) of every element (Misra 2019).
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).mish())  // [-0.2525015  0.         1.943959 ]
    /// ```
    public func mish() -> Tensor {
        gated(.mish, .mishSlope) { x in
            let x = x.clipped(to: Self.tails), y = x.sigmoid(), gate = x.softplus().tanh()
            let rise = tanhGradient(y, gate)
            return rise * (2 + x * (1 - y - 2 * y * gate))
        }
    }

    /// x Φ(x) of every element, where Φ is the normal distribution function (Hendrycks and Gimpel 2016). This is
    /// PyTorch's `gelu`; for the approximation of GPT-2 use ``geluTanh()``.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).gelu())  // [-0.04550028  0.          1.9544997 ]
    /// ```
    public func gelu() -> Tensor {
        gated(.gelu, .geluSlope) { x in
            let squares = x.clipped(to: Self.tails).squared()
            return 0.3989422804014327 * (-0.5 * squares).exp() * (2 - squares)
        }
    }

    /// ``gelu()`` with Φ(x) approximated by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), as in GPT-2. This is PyTorch's
    /// `gelu` with `approximate="tanh"`.
    ///
    /// ```swift
    /// print(Tensor([-2.0, 0, 2]).geluTanh())  // [-0.04540223  0.          1.9545977 ]
    /// ```
    public func geluTanh() -> Tensor {
        gated(.geluTanh, .geluTanhSlope) { x in
            let x = x.clipped(to: Self.tails), y = (1.5957691216057308 * (x + 0.044715 * x.pow(3))).sigmoid()
            let slope = 1.5957691216057308 * (1 + 0.134145 * x.squared())
            let bend = 1.5957691216057308 * 0.26829 * x
            return sigmoidGradient(2 * slope + x * (bend + slope.squared() * (1 - 2 * y)), y)
        }
    }

    /// A smooth activation: a kernel for its values, one for its derivative, and the second derivative in operations
    /// that are differentiable in turn.
    private func gated(
        _ value: CKUnary, _ slope: CKUnary, as function: StaticString = #function,
        second: @escaping @Sendable (Tensor) -> Tensor
    ) -> Tensor {
        floating.unary(value, as: function) { dy, x, _ in
            dy.times(x.unary(slope, as: function) { dy, x, _ in dy.times(second(x)) })
        }
    }

    /// Beyond these limits the second derivatives of smooth activations are 0: ∞ need not be multiplied by 0.
    private static let tails = -800.0...800

    /// ln cosh x of every element: ½ x² near 0, |x| − ln 2 far from it. Its derivative is ``tanh()``.
    package func logCosh() -> Tensor { unary(.logCosh) { dy, x, _ in dy.times(x.tanh()) } }

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
        // Within a layer, such as attention to a single step, it is meant.
        if rank > 1, axis == -1 || axis == rank - 1, shape[rank - 1] == 1, LayerPath.layer == nil {
            Notes.post(
                "softmax", "softmax of \(shape) along an axis of length 1 is always 1",
                hint: "for yes or no take sigmoid()")
        }
        return softmax(axes: [axis])
    }

    /// The softmax over several axes together.
    func softmax(axes: [Int]) -> Tensor {
        let x = floating.detached()
        let e = (x - x.extremum(.maximum, axes, true, "softmax")).exp()
        let y = e / e.sum(axes: axes, keepDims: true)
        return .recorded(y.storage, y.shape, from: floating, as: "softmax") { dy, _, y in
            let weighted = dy.times(y)
            return weighted - weighted.sum(axes: axes, keepDims: true).times(y)
        }
    }

    /// The logarithm of ``softmax(axis:)``, xᵢ − ln Σⱼ eˣʲ along an axis, computed without overflow. For a loss use
    /// `softmaxCrossEntropy` on the scores themselves.
    ///
    /// ```swift
    /// print(Tensor([1.0, 1, 1, 1]).logSoftmax())  // [-1.3862944 -1.3862944 -1.3862944 -1.3862944]
    /// ```
    public func logSoftmax(axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "logSoftmax"), x = floating, classes = shape[axis]
        guard axis == rank - 1 else { return swapped(axis, rank - 1).logSoftmax().swapped(axis, rank - 1) }
        let out = Storage(count: count, dtype: x.dtype)
        if count > 0 {
            Tensor.inRows(count / classes, of: classes) { start, rows in
                let start = start * classes
                if x.dtype == .float32 {
                    ck_log_softmax_float(x.storage.floats + start, rows, classes, out.floats + start)
                } else {
                    ck_log_softmax_double(x.storage.doubles + start, rows, classes, out.doubles + start)
                }
            }
        }
        return .recorded(out, shape, from: x, as: "logSoftmax") { dy, _, y in
            dy - dy.sum(axes: -1, keepDims: true).times(y.exp())
        }
    }
}

// The gradients of the activations, each in one pass; `y` is the activation's result, `x` its operand. They are
// recorded operations themselves, so that second derivatives exist.

/// dy (1 − y²)
package func tanhGradient(_ dy: Tensor, _ y: Tensor) -> Tensor {
    .binary(
        .tanhGradient, dy, y, "tanh", { d, _, y, _ in tanhGradient(d, y) },
        { d, dy, y, _ in d.times(dy).times(-2 * y) })
}

/// dy y (1 − y)
package func sigmoidGradient(_ dy: Tensor, _ y: Tensor) -> Tensor {
    .binary(
        .sigmoidGradient, dy, y, "sigmoid", { d, _, y, _ in sigmoidGradient(d, y) },
        { d, dy, y, _ in d.times(dy).times(1 - 2 * y) })
}

/// dy where x > 0, else 0. The sign of relu's result serves as well as that of its operand.
package func reluGradient(_ dy: Tensor, _ x: Tensor) -> Tensor {
    .binary(.reluGradient, dy, x, "relu", { d, _, x, _ in reluGradient(d, x) }, { d, _, _, _ in .zeros(like: d) })
}

/// dy where x > 0, −dy where x < 0, and 0 at 0
func absGradient(_ dy: Tensor, _ x: Tensor) -> Tensor {
    .binary(.absGradient, dy, x, "abs", { d, _, x, _ in absGradient(d, x) }, { d, _, _, _ in .zeros(like: d) })
}

/// dy where x > 0, else slope · dy
package func leakyGradient(_ dy: Tensor, _ x: Tensor, slope: Double) -> Tensor {
    .binary(
        .leakyGradient, dy, x, "leakyRelu", parameter: slope, { d, _, x, _ in leakyGradient(d, x, slope: slope) },
        { d, _, _, _ in .zeros(like: d) })
}
