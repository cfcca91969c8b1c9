import Tensors
import TestSupport
import Testing

/// Every function and reduction at zeros, subnormal numbers, very large and very small ones, infinities and NaN, with
/// no, one and equal elements: its values and derivatives are right, or there is an error.
@Suite struct ExtremeTests {
    static let types: [DType] = [.float32, .float64]

    static let functions: [String: @Sendable (Tensor) -> Tensor] = [
        "squared": { $0.squared() }, "sqrt": { $0.sqrt() }, "rsqrt": { $0.rsqrt() }, "pow 0": { $0.pow(0) },
        "pow 1": { $0.pow(1) }, "pow 3": { $0.pow(3) }, "pow 4": { $0.pow(4) }, "pow -1": { $0.pow(-1) },
        "pow 1.5": { $0.pow(1.5) }, "exp": { $0.exp() }, "exp2": { $0.exp2() }, "expm1": { $0.expm1() },
        "log": { $0.log() }, "log2": { $0.log2() }, "log10": { $0.log10() }, "log1p": { $0.log1p() },
        "abs": { $0.abs() }, "sign": { $0.sign() }, "floor": { $0.floor() }, "ceil": { $0.ceil() },
        "rounded": { $0.rounded() }, "truncated": { $0.truncated() }, "clipped": { $0.clipped(to: -0.5...2) },
        "sin": { $0.sin() }, "cos": { $0.cos() }, "tan": { $0.tan() }, "asin": { $0.asin() }, "acos": { $0.acos() },
        "atan": { $0.atan() }, "sinh": { $0.sinh() }, "cosh": { $0.cosh() }, "tanh": { $0.tanh() },
        "asinh": { $0.asinh() }, "acosh": { $0.acosh() }, "atanh": { $0.atanh() }, "erf": { $0.erf() },
        "erfc": { $0.erfc() }, "erfInverse": { $0.erfInverse() }, "relu": { $0.relu() }, "relu6": { $0.relu6() },
        "leakyRelu": { $0.leakyRelu(slope: 0.2) }, "elu": { $0.elu(alpha: 1.5) }, "selu": { $0.selu() },
        "celu": { $0.celu(alpha: 0.5) }, "sigmoid": { $0.sigmoid() }, "logSigmoid": { $0.logSigmoid() },
        "hardSigmoid": { $0.hardSigmoid() }, "hardTanh": { $0.hardTanh() }, "logit": { $0.logit() },
        "softplus": { $0.softplus() }, "softsign": { $0.softsign() }, "swish": { $0.swish() },
        "hardSwish": { $0.hardSwish() }, "mish": { $0.mish() }, "gelu": { $0.gelu() }, "geluTanh": { $0.geluTanh() },
        "logCosh": { $0.logCosh() },
    ]
    static let pairs: [String: @Sendable (Tensor, Tensor) -> Tensor] = [
        "add": { $0 + $1 }, "subtract": { $0 - $1 }, "multiply": { $0 * $1 }, "divide": { $0 / $1 },
        "pow": { $0.pow($1) }, "maximum": { $0.maximum($1) }, "minimum": { $0.minimum($1) },
        "atan2": { $0.atan2($1) }, "remainder": { $0.remainder($1) },
    ]
    static let reductions: [String: @Sendable (Tensor) -> Tensor] = [
        "sum": { $0.sum(axes: 0) }, "mean": { $0.mean(axes: 0) }, "max": { $0.max(axes: 0) },
        "min": { $0.min(axes: 0) }, "variance": { $0.variance(axes: 0) },
        "unbiased variance": { $0.variance(axes: 0, unbiased: true) },
        "standardDeviation": { $0.standardDeviation(axes: 0) },
        "unbiased standardDeviation": { $0.standardDeviation(axes: 0, unbiased: true) },
        "product": { $0.product(axes: 0) }, "norm": { $0.norm(axes: 0) }, "norm 1": { $0.norm(order: 1, axes: 0) },
        "norm 3": { $0.norm(order: 3, axes: 0) }, "norm infinity": { $0.norm(order: .infinity, axes: 0) },
        "logSumExp": { $0.logSumExp(axes: 0) }, "softmax": { $0.softmax() }, "logSoftmax": { $0.logSoftmax() },
        "cumulativeSum": { $0.cumulativeSum() }, "cumulativeProduct": { $0.cumulativeProduct() },
        "cumulativeMax": { $0.cumulativeMax() }, "cumulativeMin": { $0.cumulativeMin() },
        "median": { $0.median(axes: 0) }, "quantile": { $0.quantile(0.25, axes: 0) }, "sorted": { $0.sorted() },
        "argSort": { $0.argSort() }, "argMax": { $0.argMax() }, "argMin": { $0.argMin() },
        "topK": { $0.topK(1).values },
    ]

    /// Reductions that add numbers of both signs.
    private static let sums: Set = ["sum", "mean", "cumulativeSum", "median", "quantile"]
    /// Those that work along the last axis.
    private static let alongRows: Set = [
        "softmax", "logSoftmax", "cumulativeSum", "cumulativeProduct", "cumulativeMax", "cumulativeMin", "sorted",
        "argSort", "argMax", "argMin", "topK",
    ]

    /// Names of which a function's values are those of another one here, or that no number goes into.
    private static let others: Set<String> = [
        "silu", "swapped", "hypotenuse", "times", "over", "logisticLoss", "all", "any", "isNaN", "isInfinite",
        "isFinite", "select", "isClose", "pow", "broadcast", "maximum", "minimum", "atan2", "remainder", "norm",
        "accumulate", "summed",
    ]

    @Test func everyFunctionIsCompared() throws {
        let pattern = #"\n    public func (\w+)\("#
        let elementwise = try ["Functions", "Activations", "Arithmetic", "Comparisons"].reduce(into: Set<String>()) {
            $0.formUnion(try Extremes.names(in: "Tensors/Elementwise/\($1).swift", pattern))
        }
        let rows = try ["Reductions", "Cumulative", "Sorting"].reduce(into: Set<String>()) {
            $0.formUnion(try Extremes.names(in: "Tensors/Reductions/\($1).swift", pattern))
        }
        let known = Set(Self.functions.keys).union(Self.pairs.keys).union(Self.reductions.keys).union(Self.others)
        #expect(elementwise.count > 50 && rows.count > 20)
        #expect(elementwise.union(rows).subtracting(known) == [])
        let fixture = try Extremes.load()
        #expect(Set(Self.functions.keys) == Set(fixture.functions.keys))
        #expect(Set(Self.pairs.keys) == Set(fixture.pairs.keys))
        #expect(Set(Self.reductions.keys) == Set(fixture.reductions.keys))
    }

    private func tolerances(_ dtype: DType) -> (values: Tolerance, slopes: Tolerance) {
        dtype == .float32
            ? (Tolerance(relative: 3e-6, absolute: 1e-38), Tolerance(relative: 1e-5, absolute: 3e-7))
            : (Tolerance(relative: 1e-12, absolute: 1e-300), Tolerance(relative: 1e-11, absolute: 1e-15))
    }

    @Test(arguments: functions.keys.sorted())
    func functionsAreRight(_ name: String) throws {
        let fixture = try Extremes.load(), right = try #require(fixture.functions[name]),
            function = Self.functions[name]!
        let inputs = fixture.inputs.map(\.value), names = inputs.map { "\($0)" }
        for dtype in Self.types {
            let x = Tensor(inputs, dtype: dtype).tracked(), y = function(x), (values, slopes) = tolerances(dtype)
            #expect(values.differences(name, y.doubles, right.values, dtype, of: names).problems == [])
            let slope = grad(y.sum(), of: x).doubles
            #expect(slopes.differences("slope of \(name)", slope, right.slopes, dtype, of: names).problems == [])
            // What receives no gradient passes none on, whatever its own slope is.
            #expect(grad(y, of: [x], along: .zeros(like: y))[0].doubles.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: pairs.keys.sorted())
    func pairsAreRight(_ name: String) throws {
        let fixture = try Extremes.load(), right = try #require(fixture.pairs[name]), function = Self.pairs[name]!
        let operands = fixture.operands.map(\.value)
        let all = operands.flatMap { a in operands.map { (a, $0) } }, names = all.map { "\($0)" }
        for dtype in Self.types {
            let a = Tensor(all.map(\.0), dtype: dtype).tracked(), b = Tensor(all.map(\.1), dtype: dtype).tracked()
            let y = function(a, b), (values, slopes) = tolerances(dtype)
            #expect(values.differences(name, y.doubles, right.values, dtype, of: names).problems == [])
            let gradients = grad(y.sum(), of: [a, b]).map(\.doubles)
            #expect(slopes.differences("left \(name)", gradients[0], right.left, dtype, of: names).problems == [])
            #expect(slopes.differences("right \(name)", gradients[1], right.right, dtype, of: names).problems == [])
            let none = grad(y, of: [a, b], along: .zeros(like: y))
            #expect(none.allSatisfy { $0.doubles.allSatisfy { $0 == 0 } })
        }
    }

    @Test(arguments: reductions.keys.sorted())
    func reductionsAreRight(_ name: String) throws {
        let fixture = try Extremes.load(), right = try #require(fixture.reductions[name]),
            function = Self.reductions[name]!
        for (row, right) in zip(fixture.rows, right) where !right.isError {
            let numbers = row.map(\.value)
            for dtype in Self.types {
                let x = Tensor(numbers, dtype: dtype).tracked(), y = function(x)
                // Sums have the digits that their largest terms leave them.
                let largest = Self.sums.contains(name) ? numbers.map(abs).filter(\.isFinite).max() ?? 0 : 0
                let slopes = tolerances(dtype).slopes, relative = tolerances(dtype).values.relative
                let values = Tolerance(relative: relative, absolute: Swift.max(1e-38, relative * largest))
                let names = Array(repeating: "\(numbers)", count: Swift.max(numbers.count, 1))
                if let output = right.output {
                    #expect(values.differences(name, y.doubles, output, dtype, of: names).problems == [])
                    // The same side by side with another row, or column, for which there are other loops.
                    let two = function(.stack([x, x], axis: Self.alongRows.contains(name) ? 0 : 1)).doubles
                    #expect(
                        values.differences(name, two, output + output, dtype, of: names + names).problems == [])
                }
                guard let gradient = right.gradient else { continue }
                // The gradient of a small element beside a large one has the large one's digits.
                let size = gradient.map { abs($0.value) }.max() ?? 0
                let vector = Tolerance(
                    relative: slopes.relative, absolute: Swift.max(slopes.absolute, slopes.relative * size))
                let slope = grad(weighted(y), of: x).doubles
                #expect(vector.differences("slope of \(name)", slope, gradient, dtype, of: names).problems == [])
            }
        }
    }
}
