import Networks
import TestSupport
import Testing

extension NetworksTests {
    /// Normalisations of activations and of weights, against Keras and PyTorch (Tests/Fixtures/normalization_layers.py).
    @Suite struct NormalizationLayerTests {
        static let layers: LayerTable = [
            "batch normalization": .init(BatchNormalization()),
            "batch normalization in use": .init(BatchNormalization()),
            "batch normalization of vectors": .init(BatchNormalization(momentum: 0.9, epsilon: 1e-5)),
            "batch normalization without scale": .init(BatchNormalization(scale: false)),
            "batch normalization without offset": .init(BatchNormalization(offset: false)),
            "batch normalization relu": .init(BatchNormalization(activation: .relu)),
            "batch normalization leaky relu in use": .init(BatchNormalization(activation: .leakyRelu(slope: 0.2))),
            "batch normalization tanh": .init(BatchNormalization(activation: .tanh)),
            "layer normalization": .init(LayerNormalization()),
            "layer normalization of vectors": .init(LayerNormalization(epsilon: 1e-5)),
            "layer normalization without weights": .init(LayerNormalization(scale: false, offset: false)),
            "group normalization": .init(GroupNormalization(groups: 2)),
            "group normalization of one group": .init(GroupNormalization(groups: 1)),
            "instance normalization": .init(InstanceNormalization()),
            "local response normalization": .init(LocalResponseNormalization()),
            "local response normalization of few": .init(
                LocalResponseNormalization(size: 2, k: 1, alpha: 0.5, beta: 0.5)),
            "local response normalization within channels": .init(
                LocalResponseNormalization(.withinChannels, size: 3, k: 1, alpha: 0.1)),
            "spectral normalization": .init(SpectralNormalization(Dense(3))),
            "spectral normalization in use": .init(SpectralNormalization(Dense(3))),
            "weight normalization": .init(WeightNormalization(Conv2D(3, kernel: 2))),
        ]

        @Test(arguments: try layers.fixtures("normalization_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }
    }
}
