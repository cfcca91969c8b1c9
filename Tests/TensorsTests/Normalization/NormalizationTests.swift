import Tensors
import TestSupport
import Testing

/// The Float32 kernels on sizes that fill several blocks, strips and parts, against the definition in Float64 (which is
/// compared with Keras). One after the other: they change the number of threads.
@Suite(.serialized, .ownRandomNumbers) struct NormalizationTests {
    typealias Operation = @Sendable ([Tensor]) -> Tensor

    static let operations: [(name: String, run: Operation)] = [
        ("batch", { $0[0].batchNormalized(scale: $0[1], offset: $0[2]).output }),
        ("batch and relu", { $0[0].batchNormalized(scale: $0[1], offset: $0[2], epsilon: 1e-3, slope: 0).output }),
        (
            "batch in use",
            { inputs in
                let x = inputs[0].detached().reshaped(to: [-1, inputs[1].count])
                return inputs[0].batchNormalized(
                    mean: x.mean(axes: 0), variance: x.variance(axes: 0) + 1, scale: inputs[1], offset: inputs[2])
            }
        ),
        ("layer", { $0[0].layerNormalized(scale: $0[1], offset: $0[2]) }),
        ("group", { $0[0].groupNormalized(groups: 1, scale: $0[1], offset: $0[2]) }),
        ("instance", { $0[0].groupNormalized(groups: $0[1].count, scale: $0[1], offset: $0[2]) }),
    ]

    /// Few rows and many channels, the reverse, numbers that fill no vector, one row, one channel.
    static let shapes: [Shape] = [
        [2, 3, 1], [1, 7], [3, 5, 4, 16], [2, 31, 29, 5], [4, 3, 300], [2, 40, 50, 64], [6, 700], [900, 257],
        [3, 70000, 2],
    ]

    private func inputs(_ shape: Shape) -> [Tensor] {
        let channels = shape[shape.rank - 1], count = shape.elementCount
        let x = sin(Tensor.arange(0, Double(count), dtype: .float64) * 0.73).reshaped(to: shape)
        let place = Tensor.arange(0, Double(channels), dtype: .float64)
        return [(x + cos(place)) * (0.5 + sin(place).squared()), 1 + 0.5 * cos(3 * place), sin(2 * place)]
    }

    /// The largest difference of two tensors' elements; NaN if one has such.
    private func gap(_ a: Tensor, _ b: Tensor) -> Double { abs(a.converted(to: .float64) - b).max().item() }

    @Test(arguments: shapes) func agreesWithTheDefinition(_ shape: Shape) {
        for (name, operation) in Self.operations where !(name == "layer" && shape.last == 1) {
            let exact = inputs(shape).map { $0.tracked() }
            let leaves = exact.map { $0.detached().converted(to: .float32).tracked() }
            let weights = cos(Tensor.arange(0, Double(shape.elementCount), dtype: .float64)).reshaped(to: shape)
            let (expected, output) = (operation(exact), operation(leaves))
            #expect(output.dtype == .float32)
            #expect(gap(output, expected) < 2e-4, "\(name)")
            for (gradient, wanted) in zip(
                grad(output, of: leaves, along: weights.converted(to: .float32)),
                grad(expected, of: exact, along: weights))
            {
                #expect(gap(gradient, wanted) < 1e-4 * max(1, abs(wanted).max().item()), "\(name)")
            }
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() {
        let before = ThreadPool.threadCount
        defer { ThreadPool.threadCount = before }
        let leaves = inputs([3, 60, 50, 24]).map { $0.converted(to: .float32).tracked() }
        for (name, operation) in Self.operations {
            let runs = [1, 2, 3].map { threads in
                ThreadPool.threadCount = threads
                let y = operation(leaves)
                return (y.scalars, grad(y.squared(), of: leaves).map(\.scalars))
            }
            #expect(runs.allSatisfy { $0 == runs[0] }, "\(name)")
        }
    }

    /// Where numbers are far from 0, sums of squares would have lost all digits of the variance.
    @Test func meansThatAreLarge() {
        let x = (10_000 + inputs([50, 40, 8])[0]).converted(to: .float32)
        let (y, mean, variance) = x.batchNormalized(epsilon: 0)
        let exact = x.converted(to: .float64)
        #expect(distance(mean, exact.mean(axes: 0, 1)) < 3e-7)
        #expect(distance(variance, exact.variance(axes: 0, 1)) < 1e-3)
        #expect(distance(y, exact.batchNormalized(epsilon: 0).output) < 5e-3)
    }

    @Test func nothingToNormalise() {
        #expect(Tensor.zeros([0, 3]).layerNormalized().shape == [0, 3])
        #expect(Tensor.zeros([0, 4, 3]).groupNormalized(groups: 3).shape == [0, 4, 3])
        #expect(Tensor.zeros([0, 3]).batchNormalized().output.shape == [0, 3])
    }

    @Test func nanStaysInItsChannel() {
        var x = inputs([6, 3])[0].converted(to: .float32)
        x[2, 1] = Tensor(.nan)
        let y = x.batchNormalized().output
        #expect(y.isNaN().any(axes: 0).scalars == [0, 1, 0])
    }

    @Test func integersAreNormalisedAsFloats() {
        let y = Tensor([1, 2, 3, 6] as [Int32], shape: [2, 2]).batchNormalized(epsilon: 0).output
        #expect(y.scalars == [-1, -1, 1, 1])
    }
}
