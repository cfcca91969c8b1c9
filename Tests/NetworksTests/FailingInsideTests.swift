import Networks
import Tensors
import Testing

extension NetworksTests {
    /// What fails half-way leaves networks and optimizers as they were.
    @Suite struct FailingInsideTests {
        @Test func normalizedWeightsStay() async {
            await #expect(processExitsWith: .success) {
                for wrapped in [SpectralNormalization(Dense(5)), WeightNormalization(Dense(5))] {
                    nonisolated(unsafe) let layer = wrapped
                    _ = layer(.normal([2, 4]))
                    let kernel = layer.namedParameters.first { $0.key == "dense.kernel" }!.parameter
                    kernel.value = kernel.value * 100
                    let before = kernel.value.doubles, y = layer(.ones([2, 4])).doubles
                    failing { _ = layer(.normal([2, 3])) }
                    precondition(kernel.value.doubles == before)
                    precondition(kernel.value.isTracked)
                    precondition(layer(.ones([2, 4])).doubles == y)
                }
            }
        }

        /// The second parameter's update fails: the first must not have moved.
        @Test func customOptimizersMoveAllOrNothing() async {
            await #expect(processExitsWith: .success) {
                final class Fragile: Optimizer {
                    var updates = 0
                    override func initialState(for parameter: Tensor) -> [Tensor] { [.zeros(like: parameter)] }
                    override func update(_ parameter: Tensor, gradient: Tensor, state: inout [Tensor]) -> Tensor {
                        updates += 1
                        state[0] = state[0] + gradient
                        return updates == 2 ? parameter.reshaped(to: [-1, 7]) : parameter - state[0]
                    }
                }
                nonisolated(unsafe) let network = try Sequential(input: [3]) { Dense(2) }
                nonisolated(unsafe) let optimizer = Fragile(for: network, learningRate: 1)
                let before = network.parameters.map(\.value.doubles)
                failing { optimizer.minimize { network(.ones([1, 3])).sum() } }
                precondition(network.parameters.map(\.value.doubles) == before)
            }
        }

        @Test func lineSearchesLeaveTheWeightsWhereTheyWere() async {
            await #expect(processExitsWith: .success) {
                nonisolated(unsafe) let network = try Sequential(input: [3]) { Dense(2) }
                nonisolated(unsafe) let optimizer = LBFGS(for: network)
                nonisolated(unsafe) var evaluations = 0
                let before = network.parameters.map(\.value.doubles)
                failing {
                    optimizer.minimize {
                        evaluations += 1
                        return network(.ones([1, evaluations == 2 ? 4 : 3])).squared().sum()
                    }
                }
                precondition(network.parameters.map(\.value.doubles) == before)
                precondition(network.parameters.allSatisfy { $0.value.isTracked })
            }
        }

        @Test func lineSearchesThatThrowDoTheSame() throws {
            struct Enough: Error {}
            let network = try Sequential(input: [3]) { Dense(2) }
            let optimizer = LBFGS(for: network)
            var evaluations = 0
            let before = network.parameters.map(\.value.doubles)
            #expect(throws: Enough.self) {
                try optimizer.minimize {
                    evaluations += 1
                    if evaluations == 2 { throw Enough() }
                    return network(.ones([1, 3])).squared().sum()
                }
            }
            #expect(network.parameters.map(\.value.doubles) == before)
        }

        @Test func aCheckOfGradientsLeavesTheNetwork() async {
            await #expect(processExitsWith: .success) {
                nonisolated(unsafe) let network = try Sequential(input: [3]) { Dense(2) }
                let before = network.parameters.map(\.value.doubles)
                nonisolated(unsafe) var evaluations = 0
                failing {
                    _ = gradCheck(network) {
                        evaluations += 1
                        return network(.ones([1, evaluations == 4 ? 4 : 3])).sum()
                    }
                }
                precondition(network.parameters.map(\.value.doubles) == before)
                precondition(network.parameters.allSatisfy { $0.value.dtype == .float32 })
            }
        }
    }
}
