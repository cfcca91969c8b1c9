import Architectures
import Networks
import Tensors

extension Workload {
    /// DCGAN for images of 28×28 (Radford et al. 2016): a step of the discriminator, then one of the generator.
    static var dcgan: Workload {
        Workload("dcgan", "dcgan-28.b64", 64, "images/s") {
            let image: Shape = [28, 28, 1]
            let generator = try Sequential.dcganGenerator(image: image, filters: [128, 64], kernel: 4)
            let discriminator = try Sequential.dcganDiscriminator(image: image, filters: [64, 128], kernel: 4)
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
