import Tensors
import Testing

/// Every operation: its value and gradients against PyTorch's, its gradient against differences, and once more in single precision.
@Suite struct OperationTests {
    private static let operations: [String: @Sendable ([Tensor]) -> Tensor] = [
        "add": { $0[0] + $0[1] },
        "add row": { $0[0] + $0[1] },
        "subtract column": { $0[0] - $0[1] },
        "multiply cube": { $0[0] * $0[1] },
        "divide": { $0[0] / $0[1] },
        "divide row": { $0[0] / $0[1] },
        "pow": { pow($0[0], $0[1]) },
        "pow 3": { pow($0[0], 3) },
        "pow -0.5": { pow($0[0], -0.5) },
        "maximum": { maximum($0[0], $0[1]) },
        "minimum row": { minimum($0[0], $0[1]) },
        "exp": { exp($0[0]) },
        "log": { log($0[0]) },
        "sqrt": { sqrt($0[0]) },
        "abs": { abs($0[0]) },
        "squared": { $0[0].squared() },
        "sin": { sin($0[0]) },
        "cos": { cos($0[0]) },
        "erf": { erf($0[0]) },
        "tanh": { $0[0].tanh() },
        "sigmoid": { $0[0].sigmoid() },
        "relu": { $0[0].relu() },
        "leakyRelu": { $0[0].leakyRelu(slope: 0.2) },
        "elu": { $0[0].elu(alpha: 1.5) },
        "softplus": { $0[0].softplus() },
        "swish": { $0[0].swish() },
        "hardSigmoid": { $0[0].hardSigmoid() },
        "gelu": { $0[0].gelu() },
        "clipped": { $0[0].clipped(to: -0.5...0.8) },
        "softmax": { $0[0].softmax() },
        "softmax axis 0": { $0[0].softmax(axis: 0) },
        "logSoftmax": { $0[0].logSoftmax() },
        "logSumExp": { $0[0].logSumExp(axes: 0, 2) },
        "sum": { $0[0].sum() },
        "sum axes 0 2": { $0[0].sum(axes: 0, 2) },
        "mean axis 1 kept": { $0[0].mean(axes: 1, keepDims: true) },
        "max axis 1": { $0[0].max(axes: 1) },
        "min axes 0 1": { $0[0].min(axes: 0, 1) },
        "variance": { $0[0].variance(axes: 0, 1) },
        "unbiased variance": { $0[0].variance(axes: 2, unbiased: true) },
        "standardDeviation": { $0[0].standardDeviation(axes: 1) },
        "norm": { $0[0].norm(axes: 1, 2) },
        "matmul": { $0[0].matmul($0[1]) },
        "matmul batch": { $0[0].matmul($0[1]) },
        "matmul batch by matrix": { $0[0].matmul($0[1]) },
        "matmul broadcast batch": { $0[0].matmul($0[1]) },
        "matmul matrix by vector": { $0[0].matmul($0[1]) },
        "matmul vector by matrix": { $0[0].matmul($0[1]) },
        "matmul vectors": { $0[0].matmul($0[1]) },
        "transposed 2 0 1": { $0[0].transposed(2, 0, 1) },
        "reshaped": { $0[0].reshaped(to: [4, -1]) },
        "slice": { $0[0][Slice.all, 1..<3, 2] },
        "every second": { $0[0][Slice.all, Slice.all, Slice.every(2)] },
        "reversed": { $0[0].reversed(axis: 1) },
        "padded": { $0[0].padded([(0, 1), (1, 2)], with: 3) },
        "concatenate": { .concatenate([$0[0], $0[1]], axis: 1) },
        "stack": { .stack([$0[0], $0[1]], axis: 1) },
        "gathered": { $0[0].gathered(Tensor([2, 0, 2] as [Int32])) },
        "gathered axis 1": { $0[0].gathered(Tensor([2, 0, 2] as [Int32]), axis: 1) },
        "select": { .select($0[0] .> $0[1], $0[0], $0[1] * $0[1]) },
        "broadcast": { $0[0].broadcast(to: [2, 3, 4]) },
    ]

    private static let secondDerivatives: [String: @Sendable ([Tensor]) -> Tensor] = [
        "tanh of a cube": squaredSlope { tanh(pow($0, 3)) },
        "sigmoid": squaredSlope { $0.sigmoid() },
        "softplus": squaredSlope { $0.softplus() },
        "leakyRelu": squaredSlope { $0.leakyRelu(slope: 0.2).squared() },
        "elu": squaredSlope { $0.elu() },
        "softmax": squaredSlope { $0.softmax().squared() },
        "logSumExp": squaredSlope { $0.logSumExp(axes: 1) },
        "norm": squaredSlope { $0.norm(axes: 0) },
        "divide": squaredSlope { $0 / (1 + $0.squared()) },
        "variance": squaredSlope { $0.variance(axes: 1).squared() },
    ]

    private static func squaredSlope(_ f: @escaping @Sendable (Tensor) -> Tensor) -> @Sendable ([Tensor]) -> Tensor {
        { inputs in
            let x = inputs[0].isTracked ? inputs[0] : inputs[0].tracked()
            return grad(f(x).sum(), of: x, createGraph: true).squared().sum()
        }
    }

    @Test(arguments: try Fixture.load("tensors") as [Fixture])
    func agreesWithPyTorch(_ fixture: Fixture) throws {
        let operation = try #require(OperationTests.operations[fixture.name])
        try check(fixture, operation, tolerance: 1e-12)
    }

    @Test(arguments: try Fixture.load("tensors") as [Fixture])
    func agreesInSinglePrecision(_ fixture: Fixture) throws {
        let operation = try #require(OperationTests.operations[fixture.name])
        let leaves = fixture.inputs.map { $0.tensor.converted(to: .float32).tracked() }
        let output = operation(leaves)
        #expect(output.dtype == .float32)
        #expect(distance(output, fixture.output.tensor) < 1e-5)
        for (gradient, expected) in zip(grad(weighted(output), of: leaves), fixture.gradients) {
            #expect(gradient.dtype == .float32)
            #expect(distance(gradient, expected.tensor) < 2e-5)
        }
    }

    @Test(arguments: try Fixture.load("tensors") as [Fixture])
    func agreesWithDifferences(_ fixture: Fixture) throws {
        let operation = try #require(OperationTests.operations[fixture.name])
        let report = gradCheck(at: fixture.inputs.map(\.tensor), operation)
        #expect(report.passed, "\(report)")
    }

    @Test(arguments: (try Fixture.load("second_derivatives") as [Fixture]).filter { secondDerivatives[$0.name] != nil })
    func agreesTwice(_ fixture: Fixture) throws {
        try check(fixture, OperationTests.secondDerivatives[fixture.name]!, tolerance: 1e-10)
    }

    @Test func matrixProductTwice() throws {
        let fixtures: [Fixture] = try Fixture.load("second_derivatives")
        let penalty = try #require(fixtures.first { $0.name == "gradient penalty" })
        let product = try #require(fixtures.first { $0.name == "matmul" })
        let x = product.inputs[0].tensor, w = penalty.inputs[0].tensor
        try check(product, OperationTests.squaredSlope { $0.matmul(w).squared() }, tolerance: 1e-10)
        try check(
            penalty,
            { inputs in
                let mixed = x.tracked()
                let critic = tanh(mixed.matmul(inputs[0])).matmul(inputs[1])
                let slope = grad(critic.sum(), of: mixed, createGraph: true).norm(axes: 1)
                return 10 * (slope - 1).squared().mean()
            }, tolerance: 1e-10)
    }

    @Test func everyOperationIsCompared() throws {
        let names = Set((try Fixture.load("tensors") as [Fixture]).map(\.name))
        #expect(names == Set(OperationTests.operations.keys))
    }

    private func check(_ fixture: Fixture, _ operation: ([Tensor]) -> Tensor, tolerance: Double) throws {
        let leaves = fixture.inputs.map { $0.tensor.tracked() }
        let output = operation(leaves)
        #expect(distance(output, fixture.output.tensor) < tolerance)
        let gradients = grad(weighted(output), of: leaves)
        for (gradient, expected) in zip(gradients, fixture.gradients) {
            #expect(distance(gradient, expected.tensor) < tolerance)
        }
    }
}

extension Fixture: CustomTestStringConvertible {
    var testDescription: String { name }
}
