import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ParameterTests {
        private func step(_ network: Layer, _ optimizer: Optimizer) -> [[Float]] {
            optimizer.minimize { network(Tensor([[1, 2], [-1, 0.5], [0.3, -2]])).squared().sum() }
            return network.parameters.map(\.value.scalars)
        }

        /// What a layer is told of a parameter: named after it, so that a mix-up shows.
        private static func penalty(_ key: String) -> Regularizer { Regularizer(key) { $0.sum() } }
        private static func bound(_ key: String) -> Constraint { Constraint(key) { $0 } }

        /// Layers with all their arguments: the number that each parameter begins with, and its name.
        private static var told: [(layer: Layer, input: Shape, starts: [(String, Double)])] {
            let (two, three, four) = (Initializer.constant(2), Initializer.constant(3), Initializer.constant(4))
            func told(_ initializer: Initializer, _ key: String) -> WeightOptions {
                WeightOptions(initializer, regularizer: penalty(key), constraint: bound(key))
            }
            let dense = Dense(
                2, bias: told(three, "bias"), initializer: two, regularizer: penalty("kernel"),
                constraint: bound("kernel"))
            let convolution = Conv2DTranspose(
                2, kernel: 3, bias: told(three, "bias"), initializer: two, regularizer: penalty("kernel"),
                constraint: bound("kernel"))
            let local = LocallyConnected1D(
                2, kernel: 3, bias: told(three, "bias"), initializer: two, regularizer: penalty("kernel"),
                constraint: bound("kernel"))
            let separable = SeparableConv1D(
                2, kernel: 3, bias: told(four, "bias"), depthwise: told(two, "depthwiseKernel"),
                pointwise: told(three, "pointwiseKernel"))
            let gru = GRU(
                2, bias: told(four, "bias"), initializer: two, regularizer: penalty("kernel"),
                constraint: bound("kernel"), recurrent: told(three, "recurrentKernel"))
            let attention = MultiHeadAttention(
                heads: 1, size: 2, bias: told(three, "Bias"), initializer: two, regularizer: penalty("Kernel"),
                constraint: bound("Kernel"))
            let batch = BatchNormalization(scale: told(two, "gamma"), offset: told(three, "beta"))
            let group = GroupNormalization(groups: 1, scale: told(two, "gamma"), offset: told(three, "beta"))
            let prelu = PReLU(initializer: two, regularizer: penalty("alpha"), constraint: bound("alpha"))
            return [
                (dense, [3], [("kernel", 2), ("bias", 3)]), (convolution, [4, 4, 1], [("kernel", 2), ("bias", 3)]),
                (local, [4, 1], [("kernel", 2), ("bias", 3)]),
                (separable, [4, 1], [("depthwiseKernel", 2), ("pointwiseKernel", 3), ("bias", 4)]),
                (gru, [4, 1], [("kernel", 2), ("recurrentKernel", 3), ("bias", 4)]),
                (attention, [4, 1], [("Kernel", 2), ("Bias", 3)]), (batch, [3], [("gamma", 2), ("beta", 3)]),
                (group, [3], [("gamma", 2), ("beta", 3)]), (prelu, [3], [("alpha", 2)]),
            ]
        }

        @Test func whatALayerIsToldReachesItsParameters() throws {
            for (layer, input, starts) in Self.told {
                try layer.prepare(input)
                for (key, parameter) in layer.namedParameters where parameter.isTrainable {
                    let (name, start) = try #require(starts.first { key.hasSuffix($0.0) }, "\(layer.typeName): \(key)")
                    #expect(parameter.regularizer?.name == name && parameter.constraint?.name == name)
                    #expect(parameter.value.doubles.allSatisfy { $0 == start }, "\(layer.typeName): \(key)")
                }
            }
        }

        @Test func forgetGatesBeginOpenBesideOtherBiases() throws {
            let lstm = LSTM(2, bias: WeightOptions(.constant(0.5)))
            try lstm.prepare([3, 1])
            #expect(lstm.bias.doubles == [0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0.5])
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
                    "has no trainable parameters; its layers are frozen: unfreeze() those that should be trained"))
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
