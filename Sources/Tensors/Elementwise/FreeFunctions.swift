// The elementwise methods of `Tensor` as functions, for formulas written as in a textbook: `exp(-x)`. What each
// computes stands at the method. Inside of `extension Tensor` Swift finds the method first: write `x.exp()` there.

/// ``Tensor/squared()`` as a function.
public func squared(_ x: Tensor) -> Tensor { x.squared() }

/// ``Tensor/sqrt()`` as a function.
public func sqrt(_ x: Tensor) -> Tensor { x.sqrt() }

/// ``Tensor/rsqrt()`` as a function.
public func rsqrt(_ x: Tensor) -> Tensor { x.rsqrt() }

/// ``Tensor/exp()`` as a function.
public func exp(_ x: Tensor) -> Tensor { x.exp() }

/// ``Tensor/exp2()`` as a function.
public func exp2(_ x: Tensor) -> Tensor { x.exp2() }

/// ``Tensor/expm1()`` as a function.
public func expm1(_ x: Tensor) -> Tensor { x.expm1() }

/// ``Tensor/log()`` as a function.
public func log(_ x: Tensor) -> Tensor { x.log() }

/// ``Tensor/log2()`` as a function.
public func log2(_ x: Tensor) -> Tensor { x.log2() }

/// ``Tensor/log10()`` as a function.
public func log10(_ x: Tensor) -> Tensor { x.log10() }

/// ``Tensor/log1p()`` as a function.
public func log1p(_ x: Tensor) -> Tensor { x.log1p() }

/// ``Tensor/abs()`` as a function.
public func abs(_ x: Tensor) -> Tensor { x.abs() }

/// ``Tensor/sign()`` as a function.
public func sign(_ x: Tensor) -> Tensor { x.sign() }

/// ``Tensor/floor()`` as a function.
public func floor(_ x: Tensor) -> Tensor { x.floor() }

/// ``Tensor/ceil()`` as a function.
public func ceil(_ x: Tensor) -> Tensor { x.ceil() }

/// ``Tensor/rounded()`` as a function.
public func round(_ x: Tensor) -> Tensor { x.rounded() }

/// ``Tensor/truncated()`` as a function.
public func trunc(_ x: Tensor) -> Tensor { x.truncated() }

/// ``Tensor/pow(_:)-(Double)`` as a function.
public func pow(_ x: Tensor, _ exponent: Double) -> Tensor { x.pow(exponent) }

/// ``Tensor/pow(_:)-(Tensor)`` as a function.
public func pow(_ x: Tensor, _ exponent: Tensor) -> Tensor { x.pow(exponent) }

/// ``Tensor/sin()`` as a function.
public func sin(_ x: Tensor) -> Tensor { x.sin() }

/// ``Tensor/cos()`` as a function.
public func cos(_ x: Tensor) -> Tensor { x.cos() }

/// ``Tensor/tan()`` as a function.
public func tan(_ x: Tensor) -> Tensor { x.tan() }

/// ``Tensor/asin()`` as a function.
public func asin(_ x: Tensor) -> Tensor { x.asin() }

/// ``Tensor/acos()`` as a function.
public func acos(_ x: Tensor) -> Tensor { x.acos() }

/// ``Tensor/atan()`` as a function.
public func atan(_ x: Tensor) -> Tensor { x.atan() }

/// ``Tensor/sinh()`` as a function.
public func sinh(_ x: Tensor) -> Tensor { x.sinh() }

/// ``Tensor/cosh()`` as a function.
public func cosh(_ x: Tensor) -> Tensor { x.cosh() }

/// ``Tensor/tanh()`` as a function.
public func tanh(_ x: Tensor) -> Tensor { x.tanh() }

/// ``Tensor/asinh()`` as a function.
public func asinh(_ x: Tensor) -> Tensor { x.asinh() }

/// ``Tensor/acosh()`` as a function.
public func acosh(_ x: Tensor) -> Tensor { x.acosh() }

/// ``Tensor/atanh()`` as a function.
public func atanh(_ x: Tensor) -> Tensor { x.atanh() }

/// ``Tensor/erf()`` as a function.
public func erf(_ x: Tensor) -> Tensor { x.erf() }

/// ``Tensor/erfc()`` as a function.
public func erfc(_ x: Tensor) -> Tensor { x.erfc() }

/// ``Tensor/erfInverse()`` as a function.
public func erfInverse(_ x: Tensor) -> Tensor { x.erfInverse() }

/// ``Tensor/maximum(_:)-(Tensor)`` as a function.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { a.maximum(b) }
/// ``Tensor/maximum(_:)-(Double)`` as a function.
public func maximum(_ a: Tensor, _ b: Double) -> Tensor { a.maximum(b) }
/// ``Tensor/maximum(_:)-(Double)`` as a function.
public func maximum(_ a: Double, _ b: Tensor) -> Tensor { b.scalar(a).maximum(b) }

/// ``Tensor/minimum(_:)-(Tensor)`` as a function.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { a.minimum(b) }
/// ``Tensor/minimum(_:)-(Double)`` as a function.
public func minimum(_ a: Tensor, _ b: Double) -> Tensor { a.minimum(b) }
/// ``Tensor/minimum(_:)-(Double)`` as a function.
public func minimum(_ a: Double, _ b: Tensor) -> Tensor { b.scalar(a).minimum(b) }

/// ``Tensor/atan2(_:)`` as a function, with y first.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { y.atan2(x) }

/// ``Tensor/remainder(_:)-(Tensor)`` as a function.
public func remainder(_ a: Tensor, _ b: Tensor) -> Tensor { a.remainder(b) }
/// ``Tensor/remainder(_:)-(Double)`` as a function.
public func remainder(_ a: Tensor, _ b: Double) -> Tensor { a.remainder(b) }

// MARK: Activations

/// ``Tensor/relu()`` as a function.
public func relu(_ x: Tensor) -> Tensor { x.relu() }

/// ``Tensor/relu6()`` as a function.
public func relu6(_ x: Tensor) -> Tensor { x.relu6() }

/// ``Tensor/sigmoid()`` as a function.
public func sigmoid(_ x: Tensor) -> Tensor { x.sigmoid() }

/// ``Tensor/logSigmoid()`` as a function.
public func logSigmoid(_ x: Tensor) -> Tensor { x.logSigmoid() }

/// ``Tensor/hardSigmoid()`` as a function.
public func hardSigmoid(_ x: Tensor) -> Tensor { x.hardSigmoid() }

/// ``Tensor/hardTanh()`` as a function.
public func hardTanh(_ x: Tensor) -> Tensor { x.hardTanh() }

/// ``Tensor/softplus()`` as a function.
public func softplus(_ x: Tensor) -> Tensor { x.softplus() }

/// ``Tensor/softsign()`` as a function.
public func softsign(_ x: Tensor) -> Tensor { x.softsign() }

/// ``Tensor/swish()`` as a function.
public func swish(_ x: Tensor) -> Tensor { x.swish() }

/// ``Tensor/silu()`` as a function.
public func silu(_ x: Tensor) -> Tensor { x.silu() }

/// ``Tensor/hardSwish()`` as a function.
public func hardSwish(_ x: Tensor) -> Tensor { x.hardSwish() }

/// ``Tensor/mish()`` as a function.
public func mish(_ x: Tensor) -> Tensor { x.mish() }

/// ``Tensor/selu()`` as a function.
public func selu(_ x: Tensor) -> Tensor { x.selu() }

/// ``Tensor/gelu()`` as a function.
public func gelu(_ x: Tensor) -> Tensor { x.gelu() }

/// ``Tensor/geluTanh()`` as a function.
public func geluTanh(_ x: Tensor) -> Tensor { x.geluTanh() }

/// ``Tensor/leakyRelu(slope:)`` as a function.
public func leakyRelu(_ x: Tensor, slope: Double = 0.01) -> Tensor { x.leakyRelu(slope: slope) }

/// ``Tensor/elu(alpha:)`` as a function.
public func elu(_ x: Tensor, alpha: Double = 1) -> Tensor { x.elu(alpha: alpha) }

/// ``Tensor/celu(alpha:)`` as a function.
public func celu(_ x: Tensor, alpha: Double = 1) -> Tensor { x.celu(alpha: alpha) }

/// ``Tensor/logit(margin:)`` as a function.
public func logit(_ x: Tensor, margin: Double = 0) -> Tensor { x.logit(margin: margin) }

/// ``Tensor/softmax(axis:)`` as a function.
public func softmax(_ x: Tensor, axis: Int = -1) -> Tensor { x.softmax(axis: axis) }

/// ``Tensor/logSoftmax(axis:)`` as a function.
public func logSoftmax(_ x: Tensor, axis: Int = -1) -> Tensor { x.logSoftmax(axis: axis) }
