import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// A GAN with batch normalization in both networks.
    @Suite struct AdversarialTrainingTests {
        struct Run: Decodable {
            /// Whether the generator's step has new images.
            let drawsAnew: Bool
            let real: Fixture.Numbers
            let noise: Fixture.Numbers
            /// The weights and moving averages before the first step.
            let generator: [String: Fixture.Numbers]
            let discriminator: [String: Fixture.Numbers]
            let steps: [Step]
        }
        struct Step: Decodable {
            let discriminatorLoss: Double
            let generatorLoss: Double
            /// Of each tensor after the step, the sum and that weighted with cos 1, cos 2, …
            let generator: [String: [Double]]
            let discriminator: [String: [Double]]
        }

        private func makeGenerator() throws -> Sequential {
            try Sequential("generator", input: [4]) {
                Dense(3 * 3 * 6, bias: false)
                Reshape([3, 3, 6])
                BatchNormalization(activation: .relu, momentum: 0.9)
                Conv2DTranspose(4, kernel: 4, stride: 2, padding: .same, bias: false)
                BatchNormalization(activation: .relu, momentum: 0.9)
                Conv2DTranspose(1, kernel: 4, stride: 2, padding: .same, activation: .tanh)
            }
        }

        private func makeDiscriminator() throws -> Sequential {
            try Sequential("discriminator", input: [12, 12, 1]) {
                Conv2D(5, kernel: 4, stride: 2, padding: .same, activation: .leakyRelu(slope: 0.2))
                Conv2D(6, kernel: 4, stride: 2, padding: .same, bias: false)
                BatchNormalization(activation: .leakyRelu(slope: 0.2), momentum: 0.9)
                Flatten()
                Dense(1)
            }
        }

        /// Losses, weights, and moving means and variances of both networks.
        @Test func threeStepsArePyTorchs() throws {
            for run in try Fixture.load("adversarial_training", as: [Run].self) {
                let (generator, discriminator) = (try makeGenerator(), try makeDiscriminator())
                try set(generator, to: run.generator)
                try set(discriminator, to: run.discriminator)
                let gOptimizer = Adam(for: generator, learningRate: 2e-3, beta1: 0.5)
                let dOptimizer = Adam(for: discriminator, learningRate: 2e-3, beta1: 0.5)
                let loss = Loss.binaryCrossEntropy
                let (real, noise) = (run.real.tensor.converted(to: .float32), run.noise.tensor.converted(to: .float32))
                for (i, step) in run.steps.enumerated() {
                    let fake = training { generator(noise[2 * i]) }
                    let dLoss = dOptimizer.minimize {
                        loss(discriminator(real[i]), 1) + loss(discriminator(fake.detached()), 0)
                    }
                    let gLoss = gOptimizer.minimize {
                        loss(discriminator(run.drawsAnew ? generator(noise[2 * i + 1]) : fake), 1)
                    }
                    #expect(abs(dLoss.item() - step.discriminatorLoss) < 1e-5)
                    #expect(abs(gLoss.item() - step.generatorLoss) < 1e-5)
                    try compare(generator, step.generator)
                    try compare(discriminator, step.discriminator)
                }
                #expect(run.steps.count == 3)
            }
        }

        private func set(_ network: Sequential, to values: [String: Fixture.Numbers]) throws {
            #expect(Set(network.namedParameters.map(\.0)) == Set(values.keys))
            for (name, parameter) in network.namedParameters {
                parameter.value = try #require(values[name]).tensor.converted(to: .float32)
            }
        }

        private func compare(_ network: Sequential, _ expected: [String: [Double]]) throws {
            for (name, parameter) in network.namedParameters {
                let expected = try #require(expected[name])
                let value = parameter.value.converted(to: .float64)
                #expect(abs(value.sum().item() - expected[0]) < 1e-4, "\(network.name).\(name)")
                #expect(abs(weighted(value).item() - expected[1]) < 1e-4, "\(network.name).\(name)")
            }
        }
    }
}
