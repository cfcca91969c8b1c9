import Tensors
import TestSupport
import Testing

@Suite struct MatrixProductTests {
    /// Shapes of both operands before they are transposed as the flags say: matrices, batches, broadcast batches, a vector.
    static let shapes: [(Shape, Shape)] = [
        ([3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]), ([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([4], [4, 5]),
        ([3, 4], [4]),
    ]

    @Test(arguments: shapes, [(true, false), (false, true), (true, true)])
    func transposedOperands(shapes: (Shape, Shape), flags: (a: Bool, b: Bool)) {
        let (a, b) = (Tensor.normal(shapes.0).converted(to: .float64), Tensor.normal(shapes.1).converted(to: .float64))
        func turned(_ x: Tensor, _ isTurned: Bool) -> Tensor { isTurned && x.rank > 1 ? x.swapped(-1, -2) : x }
        let x = turned(a, flags.a).tracked(), y = turned(b, flags.b).tracked()
        let product = x.matmul(y, transposeA: flags.a, transposeB: flags.b)
        #expect(distance(product, a.matmul(b)) < 1e-14 && product.shape == a.matmul(b).shape)
        let found = grad(product.squared().sum(), of: [x, y])
        let (plainA, plainB) = (a.tracked(), b.tracked())
        let expected = grad(plainA.matmul(plainB).squared().sum(), of: [plainA, plainB])
        #expect(distance(found[0], turned(expected[0], flags.a)) < 1e-13)
        #expect(distance(found[1], turned(expected[1], flags.b)) < 1e-13)
    }
}
