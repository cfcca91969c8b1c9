import Tensors
import TestSupport
import Testing

/// Every operation of the table: its value, gradients and gradients of gradients against PyTorch's, in both precisions,
/// and its gradient against differences.
@Suite struct OperationTests {
    static func fixtures() throws -> [Fixture] { try Fixture.load("operations") }
    static func differentiable() throws -> [Fixture] { try fixtures().filter { $0.gradients != nil } }
    static func twiceDifferentiable() throws -> [Fixture] { try fixtures().filter { $0.second != nil } }

    private func operation(_ fixture: Fixture) throws -> @Sendable ([Tensor]) -> Tensor {
        if let formula = fixture.formula { return { einsum(formula, $0) } }
        return try #require(OperationTable.all[fixture.operation], "OperationTable has no \(fixture.operation)")
    }

    @Test func everyOperationIsCompared() throws {
        let names = try OperationTests.fixtures().filter { $0.formula == nil }
        #expect(Set(names.map(\.operation)) == Set(OperationTable.all.keys))
        #expect(Set(names.map(\.name)).count == names.count)
    }

    @Test(arguments: try fixtures())
    func agreesWithPyTorch(_ fixture: Fixture) throws {
        let output = try operation(fixture)(fixture.inputs.map(\.tensor))
        #expect(output.dtype == fixture.output.type)
        if output.dtype.isFloatingPoint {
            #expect(distance(output, fixture.output.tensor) < 1e-12)
        } else {
            #expect(output.shape == fixture.output.tensor.shape)
            #expect(output.ints == fixture.output.tensor.ints)
        }
    }

    @Test(arguments: try differentiable())
    func gradientsAgreeWithPyTorch(_ fixture: Fixture) throws {
        let leaves = fixture.leaves(.float64)
        let output = try operation(fixture)(leaves.all)
        for (gradient, expected) in zip(grad(weighted(output), of: leaves.real), fixture.gradients!) {
            #expect(distance(gradient, expected.tensor) < 1e-11)
        }
    }

    @Test(
        arguments: try fixtures().filter {
            $0.output.type == .float64 && $0.inputs.allSatisfy { $0.type.isFloatingPoint }
        })
    func agreesInSinglePrecision(_ fixture: Fixture) throws {
        let leaves = fixture.leaves(.float32)
        let output = try operation(fixture)(leaves.all)
        #expect(output.dtype == .float32)
        #expect(distance(output, fixture.output.tensor) < 1e-5)
        guard let gradients = fixture.gradients else { return }
        for (gradient, expected) in zip(grad(weighted(output), of: leaves.real), gradients) {
            #expect(gradient.dtype == .float32)
            #expect(distance(gradient, expected.tensor) < 3e-5)
        }
    }

    @Test(arguments: try differentiable().filter { $0.name != "elu at 0" })
    func agreesWithDifferences(_ fixture: Fixture) throws {
        let report = gradCheck(at: fixture.inputs.map(\.tensor), try operation(fixture))
        #expect(report.passed, "\(report)")
    }

    @Test(arguments: try twiceDifferentiable())
    func agreesTwice(_ fixture: Fixture) throws {
        let leaves = fixture.leaves(.float64)
        let output = try operation(fixture)(leaves.all)
        let slopes = grad(weighted(output), of: leaves.real, createGraph: true)
        let size = slopes.dropFirst().reduce(slopes[0].squared().sum()) { $0 + $1.squared().sum() }
        for (gradient, expected) in zip(grad(size, of: leaves.real), fixture.second!) {
            #expect(distance(gradient, expected.tensor) < 1e-10)
        }
    }

    /// The penalty of WGAN-GP (Gulrajani et al. 2017): a gradient inside of what is differentiated.
    @Test func aGradientInsideOfALoss() {
        let x = Tensor.linspace(from: -1, to: 1, count: 12, dtype: .float64).reshaped(to: [3, 4])
        let w = cos(Tensor.arange(0, 20, dtype: .float64)).reshaped(to: [4, 5])
        let report = gradCheck(at: w) { w in
            let mixed = x.tracked()
            let slope = grad(tanh(mixed.matmul(w)).sum(), of: mixed, createGraph: true).norm(axes: 1)
            return 10 * (slope - 1).squared().mean()
        }
        #expect(report.passed, "\(report)")
    }
}

extension Fixture: CustomTestStringConvertible {
    var testDescription: String { name }

    /// The name of what is computed; the same operation may also be given odd numbers.
    var operation: String { name.replacing(" of odd numbers", with: "") }

    /// The formula of a case of einsum, which is its name.
    var formula: String? {
        let words = name.split(separator: " ")
        return words[0] == "einsum" ? String(words[1]) : nil
    }

    /// The inputs, those of real numbers tracked in a precision; and these alone.
    func leaves(_ type: DType) -> (all: [Tensor], real: [Tensor]) {
        let all = inputs.map { $0.type.isFloatingPoint ? $0.tensor.converted(to: type).tracked() : $0.tensor }
        return (all, all.filter { $0.dtype.isFloatingPoint })
    }
}
