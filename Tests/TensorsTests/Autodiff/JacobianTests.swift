import Tensors
import TestSupport
import Testing

/// Against closed forms: y = A tanh(x) has the Jacobian A diag(1 − tanh² x).
@Suite struct JacobianTests {
    private let a = Tensor([1, 2, -1, 0.5, 3, 1] as [Double], shape: [2, 3], dtype: .float64)
    private let x = Tensor([0.3, -0.8, 1.2] as [Double], dtype: .float64)
    private var expected: Tensor { a * (1 - tanh(x).squared()) }

    @Test func theJacobian() {
        let found = jacobian(at: x) { a.matmul(tanh($0)) }
        #expect(found.shape == [2, 3])
        #expect(distance(found, expected) < 1e-14)
        let shaped = jacobian(at: x.reshaped(to: [3, 1])) { $0.transposed() * 2 }
        #expect(shaped.shape == [1, 3, 3, 1])
        #expect(shaped.doubles == [2, 0, 0, 0, 2, 0, 0, 0, 2])
        #expect(jacobian(at: x) { $0[0..<0] }.shape == [0, 3])
    }

    @Test func productsFromBothSides() {
        let v = Tensor([1, -2] as [Double], dtype: .float64), w = Tensor([0.5, 1, -1] as [Double], dtype: .float64)
        let back = vjp(at: x, along: v) { a.matmul(tanh($0)) }
        #expect(distance(back.product, v.matmul(expected)) < 1e-14)
        #expect(distance(back.value, a.matmul(tanh(x))) < 1e-14 && !back.value.isTracked)
        let forward = jvp(at: x, along: w) { a.matmul(tanh($0)) }
        #expect(distance(forward.product, expected.matmul(w)) < 1e-14)
        #expect(jvp(at: x, along: w) { _ in v }.product.doubles == [0, 0])
    }

    @Test func secondDerivatives() {
        // Σ x³ / 6 + x₀ x₁ has the Hessian diag(x) + the exchange of the first two.
        let f = { (x: Tensor) in pow(x, 3).sum() / 6 + x[0] * x[1] }
        let expected =
            Tensor.diagonalMatrix(x) + Tensor([0, 1, 0, 1, 0, 0, 0, 0, 0] as [Double], shape: [3, 3], dtype: .float64)
        #expect(distance(hessian(at: x, f), expected) < 1e-14)
        let v = Tensor([1, 2, 3] as [Double], dtype: .float64)
        #expect(distance(hessianVectorProduct(at: x, along: v, f), expected.matmul(v)) < 1e-14)
    }

    /// The penalty of a contractive autoencoder is the squared size of a Jacobian, differentiated for the weights.
    @Test func aJacobianInsideOfALoss() {
        let report = gradCheck(at: a) { a in
            jacobian(at: x, createGraph: true) { a.matmul(tanh($0)).sigmoid() }.squared().sum()
        }
        #expect(report.passed, "\(report)")
    }

    @Test func severalInputs() {
        let (value, gradients) = valueAndGrad(at: [Tensor(3), Tensor(5)]) { $0[0] * $0[1] }
        #expect(value.item() == 15 && gradients.map { $0.item() } == [5, 3])
    }
}
