import Foundation
import Tensors
import TestSupport
import Testing

/// Each distribution against its own distribution function: the largest distance of the two (Kolmogorov and Smirnov's
/// statistic) stays below 1.95 / √n with probability 0.999.
@Suite(.serialized, .ownRandomNumbers) struct DistributionTests {
    private func distance(_ sample: Tensor, _ probability: (Double) -> Double) -> Double {
        let values = sample.doubles.sorted(), n = Double(values.count)
        let distances = values.enumerated().map { i, x in
            max(abs(probability(x) - Double(i) / n), abs(probability(x) - Double(i + 1) / n))
        }
        return n.squareRoot() * distances.max()!
    }
    private func normal(_ x: Double) -> Double { 0.5 * Foundation.erfc(-x / 2.0.squareRoot()) }

    @Test func truncatedNormal() {
        Random.seed(1)
        let sample = Tensor.truncatedNormal([20_000], mean: 1, deviation: 2, limit: 1.5)
        #expect(sample.min().item() >= 1 - 3.00001 && sample.max().item() <= 1 + 3.00001)
        let (low, high) = (normal(-1.5), normal(1.5))
        #expect(distance(sample) { (normal(($0 - 1) / 2) - low) / (high - low) } < 1.95)
    }

    @Test func exponential() {
        Random.seed(2)
        #expect(distance(.exponential([20_000], rate: 3)) { 1 - Foundation.exp(-3 * $0) } < 1.95)
    }

    @Test func gamma() {
        Random.seed(3)
        // With whole parameters the distribution function is elementary.
        #expect(
            distance(.gamma([20_000], alpha: 3, scale: 2)) { x in
                let t = x / 2
                return 1 - Foundation.exp(-t) * (1 + t + t * t / 2)
            } < 1.95)
        // Half a χ² variable with one degree of freedom.
        #expect(distance(.gamma([20_000], alpha: 0.5)) { Foundation.erf($0.squareRoot()) } < 1.95)
    }

    @Test func beta() {
        Random.seed(4)
        #expect(distance(.beta([20_000], alpha: 2, beta: 1)) { $0 * $0 } < 1.95)
    }

    @Test func integersAndChoices() {
        Random.seed(5)
        let dice = Tensor.integers([6000], in: 1..<7).ints
        let square = (1...6).reduce(0.0) { $0 + pow(Double(dice.count { [face = $1] in $0 == face }) - 1000, 2) / 1000 }
        #expect(Set(dice) == Set(1...6) && square < 20.5)
        #expect(Set(Tensor.choice(10, count: 10).ints) == Set(0..<10))
        #expect(Tensor.choice(10, count: 4).ints.count == 4)
        #expect(Set(Tensor.choice(3, count: 100, replacing: true).ints) == Set(0..<3))
        #expect(Tensor.choice(0, count: 0).count == 0)
    }

    @Test(arguments: [true, false])
    func multinomial(replacing: Bool) {
        Random.seed(6)
        let rows = Tensor([[1, 0, 3], [2, 2, 0]]).gathered(Tensor((0..<8000).map { $0 % 2 }))
        let drawn = Tensor.multinomial(rows, count: 1, replacing: replacing)
        #expect(drawn.shape == [8000, 1] && drawn.dtype == .int32)
        let classes = drawn.reshaped(to: [4000, 2])
        // Five standard errors around 3/4 and 1/2; what has no probability never comes.
        #expect(
            abs((classes[Slice.all, 0] .== 2).converted(to: .float64).mean().item() - 0.75) < 5
                * (0.1875 / 4000).squareRoot())
        #expect(
            abs((classes[Slice.all, 1] .== 1).converted(to: .float64).mean().item() - 0.5) < 5
                * (0.25 / 4000).squareRoot())
        #expect(!(classes[Slice.all, 0] .== 1).any() && !(classes[Slice.all, 1] .== 2).any())
    }

    @Test func withoutReplacementNoClassComesTwice() {
        let drawn = Tensor.multinomial(.ones([50, 6]), count: 6, replacing: false)
        for row in drawn.unstacked() { #expect(Set(row.ints) == Set(0..<6)) }
        #expect(Tensor.multinomial(Tensor([1.0, 2]), count: 5).shape == [5])
    }

    @Test func aSeedRepeatsOnAnyNumberOfThreads() {
        let before = ThreadPool.threadCount
        defer { ThreadPool.threadCount = before }
        func draw() -> [[Float]] {
            Random.seed(7)
            let drawn: [Tensor] = [
                .normal([100_000]), .truncatedNormal([100_000]), .gamma([1000], alpha: 2),
                .multinomial(.ones([1000]), count: 100),
            ]
            return drawn.map(\.scalars)
        }
        ThreadPool.threadCount = 1
        let alone = draw()
        ThreadPool.threadCount = 3
        #expect(draw() == alone)
    }
}
