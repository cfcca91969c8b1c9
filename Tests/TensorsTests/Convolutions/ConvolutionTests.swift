import Tensors
import TestSupport
import Testing

/// The Float32 kernels on sizes that fill several blocks and panels, against the definition in Float64 (which is
/// compared with PyTorch). One after the other: they change the number of threads.
@Suite(.serialized) struct ConvolutionTests {
    struct Size: Sendable {
        var (images, rows, columns, channels): (Int, Int, Int, Int)
        var (filterRows, filterColumns, outputs): (Int, Int, Int)
        var (stride, dilation): (Int, Int)
        var padding: Padding
    }
    static let sizes = [
        Size(
            images: 3, rows: 20, columns: 28, channels: 1, filterRows: 5, filterColumns: 5, outputs: 6, stride: 1,
            dilation: 1, padding: .same),
        Size(
            images: 2, rows: 13, columns: 13, channels: 20, filterRows: 3, filterColumns: 3, outputs: 24, stride: 1,
            dilation: 1, padding: .valid),
        Size(
            images: 3, rows: 17, columns: 15, channels: 5, filterRows: 4, filterColumns: 3, outputs: 24, stride: 2,
            dilation: 1, padding: .same),
        Size(
            images: 2, rows: 19, columns: 21, channels: 3, filterRows: 3, filterColumns: 3, outputs: 33, stride: 3,
            dilation: 2, padding: .explicit(4)),
        Size(
            images: 4, rows: 19, columns: 9, channels: 16, filterRows: 1, filterColumns: 1, outputs: 7, stride: 2,
            dilation: 1, padding: .valid),
        Size(
            images: 2, rows: 11, columns: 10, channels: 7, filterRows: 3, filterColumns: 3, outputs: 1, stride: 1,
            dilation: 1, padding: .same),
        Size(
            images: 2, rows: 12, columns: 14, channels: 1, filterRows: 4, filterColumns: 4, outputs: 20, stride: 2,
            dilation: 1, padding: .explicit(1)),
        // Those that are computed on transformed tiles: many of few channels, few of many, and borders of every kind.
        Size(
            images: 8, rows: 26, columns: 27, channels: 16, filterRows: 3, filterColumns: 3, outputs: 24, stride: 1,
            dilation: 1, padding: .same),
        Size(
            images: 1, rows: 11, columns: 9, channels: 72, filterRows: 3, filterColumns: 3, outputs: 40, stride: 1,
            dilation: 1, padding: .valid),
        Size(
            images: 2, rows: 4, columns: 3, channels: 24, filterRows: 3, filterColumns: 3, outputs: 16, stride: 1,
            dilation: 1, padding: .explicit(3)),
    ]

    @Test(arguments: sizes)
    func kernelsFollowTheDefinition(_ size: Size) {
        let (inputs, run) = convolution(size)
        let exact = inputs.map { $0.converted(to: .float64).tracked() }
        let leaves = inputs.map { $0.tracked() }
        let (y, expected) = (run(leaves), run(exact))
        #expect(distance(y, expected) < 2e-5)
        for (gradient, expected) in zip(grad(weighted(y), of: leaves), grad(weighted(expected), of: exact)) {
            #expect(distance(gradient, expected) < 2e-4)
        }
    }

    @Test(arguments: sizes)
    func anyNumberOfThreadsGivesTheSameBits(_ size: Size) {
        let (inputs, run) = convolution(size)
        let results = [1, 2, 3].map { threads in
            withThreads(threads) {
                let leaves = inputs.map { $0.tracked() }
                let y = run(leaves)
                return ([y] + grad(y.squared().sum(), of: leaves)).map(\.scalars)
            }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test func aDenseLayerOfAnySize() {
        for (rows, inputs, outputs) in [
            (1, 1, 1), (3, 70, 33), (5, 4, 20), (6, 9, 8), (130, 50, 100), (97, 300, 10), (2, 2003, 601),
        ] {
            let x = noise([rows, inputs]), w = noise([inputs, outputs], deviation: 0.2),
                b = noise([outputs])
            let leaves = [x, w, b].map { $0.tracked() }
            let exact = [x, w, b].map { $0.converted(to: .float64).tracked() }
            let y = leaves[0].linear(leaves[1], bias: leaves[2], activation: .tanh)
            let expected = (exact[0].matmul(exact[1]) + exact[2]).tanh()
            #expect(distance(y, expected) < 3e-5)
            for (gradient, expected) in zip(grad(weighted(y), of: leaves), grad(weighted(expected), of: exact)) {
                #expect(distance(gradient, expected) < 1e-4)
            }
        }
    }

    /// A fourth column of zeros does not change the result, but such filters are summed directly.
    @Test func transformedTilesRoundLittleMoreThanTheDirectSum() {
        let x = noise([2, 24, 24, 64]), filter = noise([3, 3, 64, 64], deviation: 0.1)
        let wide = filter.padded([(0, 0), (0, 1), (0, 0), (0, 0)])
        let exact = x.converted(to: .float64).conv2d(filter: filter.converted(to: .float64))
        func error(_ y: Tensor) -> Double {
            ((y.converted(to: .float64) - exact).squared().mean() / exact.squared().mean()).item().squareRoot()
        }
        let direct = error(x.padded([(0, 0), (0, 0), (0, 1), (0, 0)]).conv2d(filter: wide))
        let transformed = error(x.conv2d(filter: filter))
        #expect(direct > 1e-8 && direct < 1e-6)
        #expect(transformed != direct && transformed < 3 * direct)
    }

    @Test func filtersThatChangeInPlaceAreTransformedAgain() {
        let x = noise([1, 30, 30, 32])
        var filter = noise([3, 3, 32, 16], deviation: 0.1)
        let before = withoutGradients { x.conv2d(filter: filter) }
        #expect(withoutGradients { x.conv2d(filter: filter) }.scalars == before.scalars)
        let memory = filter.withBytes { $0.baseAddress }
        filter[1, 1] = Tensor.zeros([32, 16])
        #expect(filter.withBytes { $0.baseAddress } == memory)
        let after = withoutGradients { x.conv2d(filter: filter) }
        #expect(distance(after, x.converted(to: .float64).conv2d(filter: filter.converted(to: .float64))) < 2e-5)
        // The same memory as filters of other channels.
        let other = filter.reshaped(to: [3, 3, 16, 32]), y = noise([1, 30, 30, 16])
        let mixed = withoutGradients { y.conv2d(filter: other) }
        #expect(distance(mixed, y.converted(to: .float64).conv2d(filter: other.converted(to: .float64))) < 2e-5)
    }

    @Test func aDenseLayerKeepsLeadingDimensions() {
        let x = noise([2, 3, 4]).tracked(), w = noise([4, 5])
        let y = x.linear(w)
        #expect(y.shape == [2, 3, 5])
        #expect(distance(y, x.matmul(w)) < 1e-6)
        #expect(grad(y.sum(), of: x).shape == x.shape)
    }

    @Test func noGradientIsComputedForAnUntrackedInput() {
        let w = noise([3, 3, 1, 2]).tracked()
        let y = Tensor.ones([1, 4, 4, 1]).conv2d(filter: w)
        #expect(grad(y.sum(), of: w).scalars == [Float](repeating: 4, count: 18))
    }

    @Test func notANumberStaysVisible() {
        var values = [Float](repeating: 1, count: 16)
        values[5] = .nan
        let x = Tensor(values, shape: [1, 4, 4, 1])
        #expect(x.maxPool2d(window: (2, 2)).scalars[0].isNaN)
        #expect(x.maxPool2d(window: (2, 2)).scalars[3] == 1)
        #expect(x.conv2d(filter: .ones([1, 1, 1, 1]), activation: .relu).scalars[5].isNaN)
        #expect(x.conv2d(filter: .ones([1, 1, 1, 1]), activation: .tanh).scalars[5].isNaN)
    }

    private func convolution(_ size: Size) -> (inputs: [Tensor], run: ([Tensor]) -> Tensor) {
        let inputs: [Tensor] = [
            noise([size.images, size.rows, size.columns, size.channels]),
            noise([size.filterRows, size.filterColumns, size.channels, size.outputs], deviation: 0.2),
            noise([size.outputs]),
        ]
        return (
            inputs,
            {
                $0[0].conv2d(
                    filter: $0[1], bias: $0[2], stride: (size.stride, size.stride), padding: size.padding,
                    dilation: (size.dilation, size.dilation), activation: .tanh)
            }
        )
    }
}

/// Runs something with this many threads.
func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
    let before = ThreadPool.threadCount
    ThreadPool.threadCount = count
    defer { ThreadPool.threadCount = before }
    return try body()
}

/// Numbers of mean 0 from a linear congruential generator, other than the global one that the tests of random numbers
/// seed.
private func noise(_ shape: Shape, deviation: Double = 1) -> Tensor {
    var state = UInt64(shape.elementCount)
    let numbers = (0..<shape.elementCount).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float((Double(state >> 40) / Double(1 << 23) - 1) * 3.squareRoot() * deviation)
    }
    return Tensor(numbers, shape: shape)
}
