import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ConstraintTests {
        private let weights = Tensor([[3, 0.3], [-4, 0.4]])

        @Test(arguments: [
            (Constraint.maxNorm(1), [0.6, 0.3, -0.8, 0.4]), (.unitNorm, [0.6, 0.6, -0.8, 0.8]),
            (.minMaxNorm(1...2), [1.2, 0.6, -1.6, 0.8]), (.minMaxNorm(1...2, rate: 0.5), [2.1, 0.45, -2.8, 0.6]),
            (.nonNegative, [3, 0.3, 0, 0.4]), (.clip(-1...1), [1, 0.3, -1, 0.4]),
        ])
        func weightsAreBroughtBack(_ constraint: Constraint, expected: [Double]) {
            #expect(constraint(weights).reshaped(to: [4]).isClose(to: Tensor(expected), relative: 1e-5, absolute: 1e-5))
        }

        @Test func filtersHaveTheirOwnNorms() {
            let filters = Constraint.unitNorm(.normal([3, 3, 2, 5]))
            #expect(filters.squared().sum(axes: 0, 1, 2).isClose(to: .ones([5]), relative: 1e-5, absolute: 1e-5))
            #expect(Constraint.unitNorm(.zeros([3])).doubles == [0, 0, 0])
        }

        @Test func everyStepEndsWithinThem() throws {
            let network = try Sequential(input: [2]) { Dense(2, constraint: .maxNorm(0.5)) }
            let optimizer = SGD(for: network, learningRate: 1)
            for _ in 0..<3 {
                optimizer.minimize { (network(.ones([3, 2])) * 10).sum() }
                let norms = sqrt(network.parameters[0].value.squared().sum(axes: 0))
                #expect(norms.isClose(to: Tensor([0.5, 0.5]), relative: 1e-4, absolute: 1e-4))
                #expect(network.parameters[0].value.isTracked)
            }
        }
    }
}
