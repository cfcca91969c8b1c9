import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Normalisations of activations and of weights, against Keras and PyTorch
    /// (Tests/Fixtures/normalization_layers.py).
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

        @Test func mistakesAreExplained() {
            #expect(
                text { _ = try GroupNormalization(groups: 4).outputShape(of: [8, 8, 6]) }.hasSuffix(
                    "6 channels do not divide into 4 groups; use a number of groups that divides 6"))
            #expect(
                text { _ = try LocalResponseNormalization(.withinChannels).outputShape(of: [8, 6]) }.hasSuffix(
                    "use .acrossChannels, or put Reshape([height, width, channels]) before it"))
            #expect(
                text { _ = try BatchNormalization().outputShape(of: []) }.hasSuffix(
                    "a scalar has no channels; put Reshape([1]) before it"))
        }

        /// The moving averages come to the mean and variance of the data.
        @Test func averagesFollowTheData() {
            Random.seed(1)
            let layer = BatchNormalization(momentum: 0.9)
            for _ in 0..<60 {
                let x = Tensor.normal([500, 2], mean: 3, deviation: 2)
                _ = training { layer(x) }
            }
            #expect(layer.movingMean.isClose(to: .full([2], 3), absolute: 0.1))
            #expect(layer.movingVariance.isClose(to: .full([2], 4), absolute: 0.25))
            let y = layer(.normal([10_000, 2], mean: 3, deviation: 2))
            #expect(abs(y.mean(axes: 0)).max().item() < 0.1)
            #expect(abs(y.variance(axes: 0) - 1).max().item() < 0.1)
        }
    }
}
