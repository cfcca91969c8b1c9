import Foundation
import Tensors
import TestSupport
import Testing

/// The course's formulas, as a notebook writes them: each must be quick to type-check, and right. Numbers are computed beside them with
/// plain `Double`s.
@Suite struct FormulaTests {
    private let x = Tensor([0.3, -1.2] as [Double], dtype: .float64)
    private let y = Tensor([0.7, 0.2] as [Double], dtype: .float64)
    private let t = Tensor([1, 0] as [Double], dtype: .float64)

    private func expect(
        _ tensor: Tensor, _ numbers: Double..., sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(
            distance(tensor, Tensor(numbers, shape: tensor.shape, dtype: .float64)) < 1e-12,
            sourceLocation: sourceLocation)
    }

    @Test func logisticFunction() {
        expect(1 / (1 + exp(-x)), 1 / (1 + Foundation.exp(-0.3)), 1 / (1 + Foundation.exp(1.2)))
    }

    @Test func crossEntropy() {
        expect((1 - t) * log(1 - y) + t * log(y), Foundation.log(0.7), Foundation.log(0.8))
        expect(
            -(t * log(y + 1e-7) + (1 - t) * log(1 - y + 1e-7)).sum(),
            -Foundation.log(0.7 + 1e-7) - Foundation.log(0.8 + 1e-7))
    }

    @Test func squaredError() { expect(0.5 * (y - t).squared().sum(), 0.5 * (0.09 + 0.04)) }

    @Test func divergenceOfAVariationalAutoencoder() {
        let mu = x, logVar = y
        let expected = -0.5 * (1 + 0.7 - 0.09 - Foundation.exp(0.7) + 1 + 0.2 - 1.44 - Foundation.exp(0.2))
        expect(-0.5 * (1 + logVar - mu.squared() - exp(logVar)).sum(), expected)
    }

    @Test func hyperbolicTangent() {
        expect((exp(x) - exp(-x)) / (exp(x) + exp(-x)), Foundation.tanh(0.3), Foundation.tanh(-1.2))
    }

    @Test func normalDensity() {
        let density = 1 / (0.5 * sqrt(2 * Double.pi)) * exp(-(x - y).squared() / (2 * 0.5 * 0.5))
        let scale = 1 / (0.5 * (2 * Double.pi).squareRoot())
        expect(density, scale * Foundation.exp(-0.32), scale * Foundation.exp(-1.96 / 0.5))
    }

    @Test func adamStep() {
        let m = 0.9 * x + (1 - 0.9) * y, v = 0.999 * x.squared() + (1 - 0.999) * y.squared()
        let step = t - 0.001 * m / (sqrt(v) + 1e-8)
        func adam(_ x: Double, _ y: Double, _ t: Double) -> Double {
            let m = 0.9 * x + (1 - 0.9) * y, v = 0.999 * x * x + (1 - 0.999) * y * y
            return t - 0.001 * m / (v.squareRoot() + 1e-8)
        }
        expect(step, adam(0.3, 0.7, 1), adam(-1.2, 0.2, 0))
    }

    @Test func freeEnergyOfABoltzmannMachine() {
        let w: Tensor = [[0.5, -1, 2], [1, 0.25, -0.5]], b: Tensor = [0.1, 0.2]
        let v: Tensor = [[1, 0], [1, 1]]
        let energy = -v.matmul(b) - log(1 + exp(v.matmul(w))).sum(axes: 1)
        let expected = [
            -0.1 - [0.5, -1, 2].reduce(0) { $0 + Foundation.log(1 + Foundation.exp($1)) },
            -0.3 - [1.5, -0.75, 1.5].reduce(0) { $0 + Foundation.log(1 + Foundation.exp($1)) },
        ]
        #expect(distance(energy, Tensor(expected)) < 1e-6)
    }
}
