import Networks
import TestSupport
import Testing

extension NetworksTests {
    /// Dense layers, activations, embeddings, and how layers are put together, against PyTorch and Keras
    /// (Tests/Fixtures/basic_layers.py).
    @Suite struct BasicLayerTests {
        static let layers: LayerTable = [
            "dense": .init(Dense(3)),
            "dense tanh": .init(Dense(3, activation: .tanh)),
            "dense without bias": .init(Dense(2, activation: .sigmoid, bias: false)),
            "dense softplus": .init(Dense(3, activation: .softplus)),
            "dense of a sequence": .init(Dense(5, activation: .relu)),
            "flatten": .init(Flatten()),
            "reshape": .init(Reshape([6, -1])),
            "permute": .init(Permute([3, 1, 2])),
            "repeat vector": .init(RepeatVector(3)),
            "time distributed": .init(TimeDistributed(Dense(2))),
            "time distributed layers": .init(
                TimeDistributed {
                    Flatten()
                    Dense(3, activation: .tanh)
                }),
            "embedding": .init(Embedding(5, 3)),
            "prelu": .init(PReLU()),
            "prelu of channels": .init(PReLU(sharedAxes: [1, 2])),
            "maxout": .init(Maxout(3)),
            "leaky relu": .init(LeakyReLU()),
            "residual": .init(Residual(activation: .relu) { Dense(4) }),
            "skip": .init(Skip { Dense(3) }),
        ].merging(merges) { $1 }.merging(activations) { $1 }

        static let merges: LayerTable = Dictionary(
            uniqueKeysWithValues: [Merge.concatenate, .add, .subtract, .multiply, .average, .maximum, .minimum].map {
                merge in
                (
                    "parallel \(merge)",
                    TestedLayer(
                        Parallel(merge: merge) {
                            Dense(3)
                            Dense(3)
                        })
                )
            })

        static let activations: LayerTable = Dictionary(
            uniqueKeysWithValues: [
                ActivationFunction.linear, .relu, .tanh, .sigmoid, .softmax, .leakyRelu, .elu, .softplus, .swish, .silu,
                .gelu, .geluTanh, .hardSigmoid, .hardSwish, .hardTanh, .relu6, .selu, .celu(), .mish, .softsign,
                .exponential, .logSigmoid, .logSoftmax,
            ].map { function in ("activation \(function.name)", TestedLayer(Activation(function))) })

        @Test(arguments: try layers.fixtures("basic_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
    }
}
