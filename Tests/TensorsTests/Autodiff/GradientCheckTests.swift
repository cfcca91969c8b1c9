import Tensors
import Testing

@Suite struct GradientCheckTests {
    private let point = Tensor([[0.5, -1], [2, 0.25]])

    @Test func rightDerivativesPass() {
        let report = gradCheck(at: point) { tanh($0).squared().sum() }
        #expect(report.passed)
        #expect(report.entries.count == 4)
        #expect(report.entries[2].index == [1, 0] && report.entries[2].value == 2)
        #expect(report.description.hasPrefix("All 4 derivatives agree (largest error "))
    }

    @Test func aWrongDerivativeIsNamed() throws {
        let report = gradCheck(at: [point, Tensor([3])]) { inputs in
            // The derivative of x² is 2x; this one forgets the 2, and the second input's is right.
            let squared = Tensor.custom(inputs[0]) {
                $0[0] * $0[0]
            } pullback: { dy, inputs, _ in
                [dy * inputs[0]]
            }
            return squared.sum() + inputs[1].sum()
        }
        #expect(!report.passed)
        #expect(report.entries.filter { !$0.agrees }.map(\.input) == [0, 0, 0, 0])
        let worst = try #require(report.worst)
        #expect(worst.index == [0, 0] || worst.index == [0, 1] || worst.index == [1, 0])
        let lines = report.description.split(separator: "\n")
        #expect(lines[0] == "4 of 5 derivatives disagree (error above 1e-07)")
        #expect(lines[1].split(separator: " ") == ["input", "index", "value", "computed", "measured", "error"])
        #expect(lines[2].split(separator: " ") == ["0", "[0,", "0]", "0.5", "0.5", "1", "5.0e-01"])
        #expect(lines.count == 6)
    }

    @Test func aMissingGradientIsNoticed() {
        #expect(!gradCheck(at: point) { $0.detached() * $0 }.passed)
        #expect(!gradCheck(at: point) { $0 / $0.detached() + .full([2, 2], .nan) }.passed)
    }

    @Test func aFunctionMayAskForGradientsItself() {
        #expect(gradCheck(at: point) { x in grad(tanh(x).sum(), of: x, createGraph: true) }.passed)
    }

    @Test func theWorstOfManyIsNotHidden() {
        let report = gradCheck(at: Tensor.linspace(from: 1, to: 2, count: 30)) { ($0 * $0.detached()).sum() }
        #expect(report.description.hasSuffix("… and 10 more"))
    }
}
