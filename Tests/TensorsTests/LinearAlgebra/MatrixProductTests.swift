import Tensors
import TestSupport
import Testing

@Suite struct MatrixProductTests {
    /// Shapes of both operands before they are transposed as the flags say: matrices, batches, broadcast batches, a
    /// vector.
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

    /// Sizes on both sides of what the kernel takes at a time: tiles of 6 rows, panels of 16 (or 8) columns, 256
    /// numbers of a sum. From 256 rows on, and 64 columns, the threads share one packed copy of the right side.
    static let sizes = [
        [1, 1, 1], [1, 40, 300], [5, 7, 33], [6, 16, 8], [7, 17, 9], [11, 8, 255], [13, 24, 257], [64, 100, 256],
        [250, 33, 512], [97, 130, 600], [300, 310, 40], [256, 64, 1], [257, 65, 259], [1030, 72, 3],
    ]

    /// Too many numbers on the right to be packed at once.
    static let tall = [258, 150, 15000]

    @Test(arguments: sizes + [tall], [(false, false), (true, false), (false, true), (true, true)])
    func singlePrecision(size: [Int], flags: (a: Bool, b: Bool)) {
        let (m, n, k) = (size[0], size[1], size[2])
        let a = Tensor.normal(flags.a ? [k, m] : [m, k]), b = Tensor.normal(flags.b ? [n, k] : [k, n])
        let product = a.matmul(b, transposeA: flags.a, transposeB: flags.b)
        let exact = a.converted(to: .float64).matmul(
            b.converted(to: .float64), transposeA: flags.a, transposeB: flags.b)
        #expect(distance(product, exact) < 2e-6 * Double(k).squareRoot())
    }

    @Test(arguments: sizes)
    func denseLayers(size: [Int]) {
        let (x, w) = (Tensor.normal([size[0], size[2]]), 0.1 * Tensor.normal([size[2], size[1]]))
        let bias = Tensor.normal([size[1]])
        let exact = x.converted(to: .float64).matmul(w.converted(to: .float64)) + bias.converted(to: .float64)
        #expect(distance(x.linear(w, bias: bias, activation: .tanh), exact.tanh()) < 1e-5)
        #expect(distance(x.linear(w, bias: bias, activation: .relu), exact.relu()) < 1e-5)
    }

    /// How a result is cut among threads does not change a bit of it.
    @Test(arguments: [200, 300]) func anyNumberOfThreads(rows: Int) {
        let a = Tensor.normal([rows, 700]), b = Tensor.normal([700, 500])
        let products = [1, 2, 5].map { threads in withThreads(threads) { a.matmul(b).scalars } }
        #expect(products[0] == products[1] && products[0] == products[2])
    }
}
