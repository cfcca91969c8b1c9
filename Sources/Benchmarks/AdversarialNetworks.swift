import Networks
import Tensors

extension Workload {
    /// DCGAN for images of 28×28 (Radford et al. 2016): a step of the discriminator, then one of the generator.
    static var dcgan: Workload {
        Workload("dcgan", "dcgan-28.b64", 64, "images/s") {
            let generator = try Sequential("generator", input: [100]) {
                Dense(7 * 7 * 128)
                Reshape([7, 7, 128])
                BatchNormalization()
                Activation(.relu)
                Conv2DTranspose(64, kernel: 4, stride: 2, padding: .same)
                BatchNormalization()
                Activation(.relu)
                Conv2DTranspose(1, kernel: 4, stride: 2, padding: .same, activation: .tanh)
            }
            let discriminator = try Sequential("discriminator", input: [28, 28, 1]) {
                Conv2D(64, kernel: 4, stride: 2, padding: .same)
                Activation(.leakyRelu(slope: 0.2))
                Conv2D(128, kernel: 4, stride: 2, padding: .same)
                BatchNormalization()
                Activation(.leakyRelu(slope: 0.2))
                Flatten()
                Dense(1)
            }
            let generatorOptimizer = Adam(for: generator, learningRate: 2e-4, beta1: 0.5)
            let discriminatorOptimizer = Adam(for: discriminator, learningRate: 2e-4, beta1: 0.5)
            let images = Tensor.uniform([64, 28, 28, 1], in: -1...1)
            let loss = Loss.binaryCrossEntropy
            return {
                let fakes = training { generator(.normal([64, 100])) }
                discriminatorOptimizer.minimize {
                    loss(discriminator(images), 1) + loss(discriminator(fakes.detached()), 0)
                }
                return generatorOptimizer.minimize { loss(discriminator(fakes), 1) }
            }
        }
    }
}
