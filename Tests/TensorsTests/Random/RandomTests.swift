import CKernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized, .ownRandomNumbers) struct RandomTests {
    /// The known answers that Random123, the generator's reference implementation, publishes for philox4x32-10
    /// (kat_vectors).
    @Test(
        arguments: [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])])
    func philoxGivesThePublishedAnswers(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
        var words = [UInt32](repeating: 0, count: 4)
        ck_philox(counter, key, &words)
        #expect(words == expected)
    }

    @Test func aSeedRepeats() {
        Random.seed(42)
        let first = (Tensor.normal([100]).scalars, Tensor.uniform([7]).scalars, Tensor.permutation(20).ints)
        let more = Tensor.uniform([5]).scalars
        Random.seed(42)
        #expect(Tensor.normal([100]).scalars == first.0)
        #expect(Tensor.uniform([7]).scalars == first.1)
        let position = Random.position
        #expect(Tensor.permutation(20).ints == first.2)
        #expect(Tensor.uniform([5]).scalars == more)
        Random.restore(position)
        #expect(Tensor.permutation(20).ints == first.2)
        Random.seed(43)
        #expect(Tensor.normal([100]).scalars != first.0)
    }

    /// A part of a sequence computed alone equals that part of the whole: this is what makes threads irrelevant.
    @Test func anyPartCanBeComputedAlone() {
        var whole = [Float](repeating: 0, count: 1000), part = [Float](repeating: 0, count: 200)
        ck_random_normal(7, 3, 1000, 0, 1, &whole)
        ck_random_normal(7, 3 + 5, 200, 0, 1, &part)
        #expect(part[...] == whole[320..<520])
    }

    @Test func momentsAreThoseOfTheDistributions() {
        Random.seed(1)
        // Bounds are five standard errors of each statistic.
        let n = 1_000_000.0
        let normal = Tensor.normal([1_000_000], mean: 2, deviation: 3).converted(to: .float64)
        #expect(abs(normal.mean().item() - 2) < 5 * 3 / n.squareRoot())
        let standard = (normal - 2) / 3
        #expect(abs(standard.squared().mean().item() - 1) < 5 * (2 / n).squareRoot())
        #expect(abs(pow(standard, 3).mean().item()) < 5 * (15 / n).squareRoot())
        #expect(abs(pow(standard, 4).mean().item() - 3) < 5 * (96 / n).squareRoot())
        let uniform = Tensor.uniform([1_000_000], in: -1...3).converted(to: .float64)
        #expect(abs(uniform.mean().item() - 1) < 5 * (16 / 12 / n).squareRoot())
        #expect(uniform.min().item() >= -1 && uniform.max().item() < 3)
        let coins = Tensor.bernoulli([1_000_000], p: 0.3)
        #expect(abs(coins.mean().item() - 0.3) < 5 * (0.21 / n).squareRoot())
    }

    @Test func permutationsHoldEveryNumberOnce() {
        #expect(Tensor.permutation(1000).ints.sorted() == Array(0..<1000))
        #expect(Tensor.permutation(0).count == 0)
        // Each of the six orders of three things, 6000 draws: χ² with 5 degrees of freedom stays below 20.5 with
        // probability 0.999.
        Random.seed(5)
        var counts: [[Int]: Double] = [:]
        for _ in 0..<6000 { counts[Tensor.permutation(3).ints, default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 20.5)
    }
}
