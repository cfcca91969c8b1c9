import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct InitializerTests {
        struct Case: Sendable {
            let initializer: Initializer
            let variance: Double
            let limit: Double
            init(_ initializer: Initializer, variance: Double, limit: Double = .infinity) {
                self.initializer = initializer
                self.variance = variance
                self.limit = limit
            }
        }

        /// Filters of 5 × 5 from 8 channels to 24: fan_in = 200, fan_out = 600. A uniform distribution to ±l has the
        /// variance l² / 3.
        @Test(arguments: [
            Case(.glorotUniform, variance: 2.0 / 800, limit: (6.0 / 800).squareRoot()),
            Case(.glorotNormal, variance: 2.0 / 800),
            Case(.he, variance: 2.0 / 200), Case(.heUniform, variance: 2.0 / 200, limit: (6.0 / 200).squareRoot()),
            Case(.lecunNormal, variance: 1.0 / 200),
            Case(.lecunUniform, variance: 1.0 / 200, limit: (3.0 / 200).squareRoot()),
            // A normal distribution without what is beyond two deviations has 0.7737 of its variance.
            Case(.truncatedNormal(deviation: 0.1), variance: 0.007737, limit: 0.2),
            Case(.normal(deviation: 0.1), variance: 0.01), Case(.uniform(0.3), variance: 0.03, limit: 0.3),
            Case(.fanInUniform, variance: 1.0 / 600, limit: (1.0 / 200).squareRoot()),
        ])
        func variancesFollowFans(_ expected: Case) {
            let value = expected.initializer.makeValue([5, 5, 8, 24])
            // 4800 draws: the variance's own deviation is at most 2 % of it.
            #expect(abs(value.squared().mean().item() / expected.variance - 1) < 0.1, "\(expected.initializer.name)")
            #expect(abs(value).max().item() <= expected.limit * 1.000001, "\(expected.initializer.name)")
        }

        /// The distribution itself, by Kolmogorov and Smirnov's test: the largest distance of 20,000 draws'
        /// distribution function from what it should be, which is above 1.95 / √n once in a thousand seeds.
        @Test func drawsAreDistributedAsTheyShouldBe() {
            Random.seed(5)
            func distance(_ initializer: Initializer, _ probability: (Double) -> Double) -> Double {
                let draws = initializer.makeValue([100, 200]).doubles.sorted()
                let n = Double(draws.count)
                return draws.enumerated().map { abs(probability($1) - (Double($0) + 0.5) / n) }.max()! * n.squareRoot()
            }
            func normal(_ z: Double) -> Double { (1 + erf(z / 2.0.squareRoot())) / 2 }
            #expect(distance(.he) { normal($0 / (2.0 / 100).squareRoot()) } < 1.95)
            #expect(distance(.lecunNormal) { normal($0 / 0.1) } < 1.95)
            #expect(distance(.glorotNormal) { normal($0 / (2.0 / 300).squareRoot()) } < 1.95)
            let limit = (6.0 / 300).squareRoot()
            #expect(distance(.glorotUniform) { ($0 / limit + 1) / 2 } < 1.95)
            let (low, high) = (normal(-2), normal(2))
            #expect(distance(.truncatedNormal(deviation: 0.1)) { (normal($0 / 0.1) - low) / (high - low) } < 1.95)
        }

        @Test(arguments: [[6, 4], [4, 6], [3, 3, 2, 5]])
        func orthogonalMatrices(dims: [Int]) {
            let value = Initializer.orthogonal(gain: 2).makeValue(Shape(dims))
            let matrix = value.reshaped(to: [-1, dims.last!])
            let isTall = matrix.shape[0] >= matrix.shape[1]
            let products = isTall ? matrix.transposed().matmul(matrix) : matrix.matmul(matrix.transposed())
            #expect(products.isClose(to: 4 * .eye(products.shape[0]), relative: 1e-5, absolute: 1e-5))
        }

        @Test func identitiesHandTheirInputOn() throws {
            #expect(Initializer.identity().makeValue([2, 3]).doubles == [1, 0, 0, 0, 1, 0])
            let network = try Sequential(input: [5, 4, 2]) {
                Conv2D(2, kernel: [3, 5], padding: .same, initializer: .identity(gain: 3))
            }
            let x = Tensor.normal([2, 5, 4, 2])
            #expect(network(x).isClose(to: 3 * x, relative: 1e-5, absolute: 1e-5))
        }

        @Test func constants() {
            #expect(Initializer.value(Tensor([1, 2])).makeValue([2]).doubles == [1, 2])
            #expect(Initializer.zeros.makeValue([2]).doubles == [0, 0])
            #expect(Initializer.ones.makeValue([2]).doubles == [1, 1])
            #expect(Initializer.constant(3).makeValue([2]).doubles == [3, 3])
        }
    }
}
