import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ParameterTests {
        private func step(_ network: Layer, _ optimizer: Optimizer) -> [[Float]] {
            optimizer.minimize { network(Tensor([[1, 2], [-1, 0.5], [0.3, -2]])).squared().sum() }
            return network.parameters.map(\.value.scalars)
        }

        @Test func frozenLayersStayAsTheyAre() throws {
            let base = Dense(3, activation: .tanh, name: "base")
            let network = try Sequential(input: [2]) {
                base
                BatchNormalization()
                Dense(2)
            }
            let optimizer = SGD(for: network, learningRate: 0.1, momentum: 0.9)
            base.freeze()
            #expect(network.summary().nonTrainableCount == 9 + 6)
            let before = network.parameters.map(\.value.scalars)
            let after = step(network, optimizer)
            #expect(after[0] == before[0] && after[1] == before[1])
            #expect(after[6] != before[6])
            // Thawed, the same optimizer moves them; moving averages are no weights even then.
            network.unfreeze()
            #expect(base.$kernel.isTrainable && base.kernel.isTracked)
            #expect(network.summary().nonTrainableCount == 6)
            #expect(step(network, optimizer)[0] != before[0])
        }

        @Test func nothingIsRecordedForFrozenLayers() throws {
            let network = try Sequential(input: [2]) { Dense(3) }
            #expect(network(.ones([1, 2])).isTracked)
            network.freeze()
            #expect(!network(.ones([1, 2])).isTracked)
            #expect(
                text { try network.fit(Samples.halves(4), loss: .crossEntropy, showsProgress: false) }.contains(
                    "has no parameters to learn; its layers are frozen: unfreeze() those that should learn"))
        }

        @Test func layersCanBeFrozenBeforeTheyAreBuilt() throws {
            let base = Dense(3)
            base.freeze()
            let network = try Sequential(input: [2]) {
                base
                Dense(2)
            }
            #expect(network.summary().trainableCount == 8)
        }

        @Test func frozenNormalisationStaysAsItHasLearnt() throws {
            let normalization = BatchNormalization()
            let network = try Sequential(input: [2]) {
                normalization
                Dense(1)
            }
            let optimizer = SGD(for: network, learningRate: 0.1)
            let x = Tensor([[1, 2], [-1, 0.5], [0.3, -2]])
            normalization.freeze()
            let before = normalization.parameterValues.map(\.scalars)
            var inTraining = x
            optimizer.minimize {
                inTraining = normalization(x)
                return network(x).squared().sum()
            }
            #expect(inTraining.isClose(to: normalization(x)))
            #expect(normalization.parameterValues.map(\.scalars) == before)
            normalization.unfreeze()
            optimizer.minimize { network(x).squared().sum() }
            #expect(normalization.parameterValues.map(\.scalars) != before)
        }
    }
}
