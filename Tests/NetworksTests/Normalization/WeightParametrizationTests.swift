import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct WeightParametrizationTests {
        /// Training finds the largest singular value; what the layer computes with then has 1.
        @Test func spectralNormIsOne() throws {
            Random.seed(1)
            let layer = SpectralNormalization(Conv2D(5, kernel: 3, bias: false), powerIterations: 3)
            let x = Tensor.normal([1, 3, 3, 4])
            for _ in 0..<200 { _ = training { layer(x) } }
            let kernel = try #require(
                layer.namedParameters.first { $0.key == "conv2d.kernel" }?.parameter.value.detached())
            let sigma = kernel.reshaped(to: [-1, 5]).svd().s[0].item()
            // One window: the convolution is a product with the kernel.
            let plain = x.reshaped(to: [1, 36]).matmul(kernel.reshaped(to: [36, 5]))
            #expect(layer(x).reshaped(to: [1, 5]).isClose(to: plain / sigma, relative: 1e-4, absolute: 1e-5))
        }

        @Test func weightNormalizationBeginsWithTheLayersWeights() throws {
            Random.seed(2)
            let plain = Dense(3), x = Tensor.normal([4, 6])
            let y = plain(x)
            let normalized = WeightNormalization(plain)
            #expect(normalized(x).isClose(to: y, relative: 1e-5, absolute: 1e-6))
            #expect(normalized.namedParameters.map(\.key) == ["g", "dense.kernel", "dense.bias"])
        }

        @Test func bothLearn() throws {
            Random.seed(3)
            let network = try Sequential(input: [2]) {
                WeightNormalization(Dense(8, activation: .tanh))
                SpectralNormalization(Dense(8, activation: .tanh))
                Dense(2)
            }
            let history = try network.fit(
                Samples.halves(256), epochs: 8, batchSize: 16, optimizer: .adam(0.02), loss: .crossEntropy,
                metrics: [.accuracy], showsProgress: false)
            #expect(history["accuracy"].last ?? 0 > 0.95)
        }

        @Test func aLayerWithoutKernel() {
            #expect(
                text { _ = try Sequential("net", input: [4]) { SpectralNormalization(Activation(.relu)) } }.hasSuffix(
                    "Activation has no kernel whose weights could be normalised; wrap a Dense or a convolution"
                ))
        }
    }
}
