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
            Case(.fanInUniform, variance: 1.0 / 600, limit: (1.0 / 200).squareRoot()),
        ])
        func variancesFollowFans(_ expected: Case) {
            let value = expected.initializer.makeValue([5, 5, 8, 24])
            // 4800 draws: the variance's own deviation is at most 2 % of it.
            #expect(abs(value.squared().mean().item() / expected.variance - 1) < 0.1, "\(expected.initializer.name)")
            #expect(abs(value).max().item() <= expected.limit * 1.000001, "\(expected.initializer.name)")
        }

        @Test func constants() {
            #expect(Initializer.zeros.makeValue([2]).doubles == [0, 0])
            #expect(Initializer.ones.makeValue([2]).doubles == [1, 1])
            #expect(Initializer.constant(3).makeValue([2]).doubles == [3, 3])
        }
    }
}
