import Tensors
import Testing

/// Every elementwise method as a function, and the other way round: the method alone is compared with PyTorch, or the
/// function.
@Suite struct FreeFunctionTests {
    typealias Function = @Sendable (Tensor) -> Tensor

    static let pairs: [String: (function: Function, method: Function)] = [
        "squared": ({ squared($0) }, { $0.squared() }), "sqrt": ({ sqrt($0) }, { $0.sqrt() }),
        "rsqrt": ({ rsqrt($0) }, { $0.rsqrt() }), "exp": ({ exp($0) }, { $0.exp() }),
        "exp2": ({ exp2($0) }, { $0.exp2() }), "expm1": ({ expm1($0) }, { $0.expm1() }),
        "log": ({ log($0) }, { $0.log() }), "log2": ({ log2($0) }, { $0.log2() }),
        "log10": ({ log10($0) }, { $0.log10() }), "log1p": ({ log1p($0) }, { $0.log1p() }),
        "abs": ({ abs($0) }, { $0.abs() }), "sign": ({ sign($0) }, { $0.sign() }),
        "floor": ({ floor($0) }, { $0.floor() }), "ceil": ({ ceil($0) }, { $0.ceil() }),
        "round": ({ round($0) }, { $0.rounded() }), "trunc": ({ trunc($0) }, { $0.truncated() }),
        "sin": ({ sin($0) }, { $0.sin() }), "cos": ({ cos($0) }, { $0.cos() }), "tan": ({ tan($0) }, { $0.tan() }),
        "asin": ({ asin($0) }, { $0.asin() }), "acos": ({ acos($0) }, { $0.acos() }),
        "atan": ({ atan($0) }, { $0.atan() }), "sinh": ({ sinh($0) }, { $0.sinh() }),
        "cosh": ({ cosh($0) }, { $0.cosh() }), "tanh": ({ tanh($0) }, { $0.tanh() }),
        "asinh": ({ asinh($0) }, { $0.asinh() }), "acosh": ({ acosh(1 + $0) }, { (1 + $0).acosh() }),
        "atanh": ({ atanh($0) }, { $0.atanh() }), "erf": ({ erf($0) }, { $0.erf() }),
        "erfc": ({ erfc($0) }, { $0.erfc() }), "erfInverse": ({ erfInverse($0) }, { $0.erfInverse() }),
        "pow": ({ pow($0, 1.7) }, { $0.pow(1.7) }), "pow of tensors": ({ pow($0, 1 - $0) }, { $0.pow(1 - $0) }),
        "maximum": ({ maximum($0, 0.3) }, { $0.maximum(0.3) }),
        "maximum on the right": ({ maximum(0.3, $0) }, { $0.maximum(0.3) }),
        "maximum of tensors": ({ maximum($0, 1 - $0) }, { $0.maximum(1 - $0) }),
        "minimum": ({ minimum($0, 0.3) }, { $0.minimum(0.3) }),
        "minimum on the right": ({ minimum(0.3, $0) }, { $0.minimum(0.3) }),
        "minimum of tensors": ({ minimum($0, 1 - $0) }, { $0.minimum(1 - $0) }),
        "atan2": ({ atan2($0, 1 - $0) }, { $0.atan2(1 - $0) }),
        "remainder": ({ remainder($0, 0.3) }, { $0.remainder(0.3) }),
        "remainder of tensors": ({ remainder($0, 1 - $0) }, { $0.remainder(1 - $0) }),
        "relu": ({ relu($0) }, { $0.relu() }), "relu6": ({ relu6($0) }, { $0.relu6() }),
        "sigmoid": ({ sigmoid($0) }, { $0.sigmoid() }), "logSigmoid": ({ logSigmoid($0) }, { $0.logSigmoid() }),
        "hardSigmoid": ({ hardSigmoid($0) }, { $0.hardSigmoid() }),
        "hardTanh": ({ hardTanh($0) }, { $0.hardTanh() }), "softplus": ({ softplus($0) }, { $0.softplus() }),
        "softsign": ({ softsign($0) }, { $0.softsign() }), "swish": ({ swish($0) }, { $0.swish() }),
        "silu": ({ silu($0) }, { $0.silu() }), "hardSwish": ({ hardSwish($0) }, { $0.hardSwish() }),
        "mish": ({ mish($0) }, { $0.mish() }), "selu": ({ selu($0) }, { $0.selu() }),
        "gelu": ({ gelu($0) }, { $0.gelu() }), "geluTanh": ({ geluTanh($0) }, { $0.geluTanh() }),
        "leakyRelu": ({ leakyRelu($0 - 0.5, slope: 0.2) }, { ($0 - 0.5).leakyRelu(slope: 0.2) }),
        "elu": ({ elu($0 - 0.5, alpha: 2) }, { ($0 - 0.5).elu(alpha: 2) }),
        "celu": ({ celu($0 - 0.5, alpha: 2) }, { ($0 - 0.5).celu(alpha: 2) }),
        "logit": ({ logit($0, margin: 0.2) }, { $0.logit(margin: 0.2) }),
        "softmax": ({ softmax($0, axis: 0) }, { $0.softmax(axis: 0) }),
        "logSoftmax": ({ logSoftmax($0, axis: 0) }, { $0.logSoftmax(axis: 0) }),
    ]

    @Test(arguments: pairs.keys.sorted()) func functionAndMethodAreOne(name: String) throws {
        let (function, method) = try #require(Self.pairs[name])
        let x = Tensor([[0.1, 0.45], [0.61, 0.9]]).tracked()
        #expect(function(x).scalars == method(x).scalars)
        #expect(grad(function(x), of: x).scalars == grad(method(x), of: x).scalars)
    }

    @Test func graphsNameTheFunction() {
        let x = Tensor([0.5]).tracked()
        #expect(ComputationGraph(of: exp(x)).vertices.last?.operation == "exp")
        #expect(ComputationGraph(of: x.exp()).vertices.last?.operation == "exp")
    }
}
