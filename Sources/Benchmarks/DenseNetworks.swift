import Architectures
import Networks
import Tensors

extension Workload {
    static var mlp: Workload {
        Workload("mlp", "mlp-784-512-256-10.b128", 128, "images/s") {
            let network = try Sequential(input: [784]) {
                Dense(512, activation: .relu)
                Dropout(0.2)
                Dense(256, activation: .relu)
                Dense(10)
            }
            return try training(
                network, Adam(learningRate: 1e-3), .crossEntropy, .uniform([128, 784]), .integers([128], in: 0..<10))
        }
    }

    static var autoencoder: Workload {
        Workload("autoencoder", "autoencoder-784-1000-500-250-30.b128", 128, "images/s") {
            let network = try Sequential.autoencoder()
            let images = Tensor.uniform([128, 784])
            return try training(network, Adam(learningRate: 1e-3), .meanSquaredError, images, images)
        }
    }

    static var vae: Workload {
        let batch = 128
        return Workload("vae", "vae-784-400-20.b128", Double(batch), "images/s") {
            let encoder = try Sequential("encoder", input: [784]) { Dense(400, activation: .relu) }
            let mean = try Sequential("mean", input: [400]) { Dense(20) }
            let logVariance = try Sequential("logVariance", input: [400]) { Dense(20) }
            let decoder = try Sequential("decoder", input: [20]) {
                Dense(400, activation: .relu)
                Dense(784)
            }
            let optimizer = Adam(for: encoder, mean, logVariance, decoder, learningRate: 1e-3)
            let images = Tensor.uniform([batch, 784])
            return {
                optimizer.minimize {
                    let code = encoder(images)
                    let (mean, logVariance) = (mean(code), logVariance(code))
                    let sample = mean + .normal(mean.shape) * exp(0.5 * logVariance)
                    let reconstruction = 784 * Loss.binaryCrossEntropy(decoder(sample), images)
                    let divergence = -0.5 * (1 + logVariance - mean.squared() - exp(logVariance)).sum()
                    return reconstruction + divergence / Double(batch)
                }
            }
        }
    }

    /// A restricted Boltzmann machine, by one step of contrastive divergence (Hinton 2002).
    static var rbm: Workload {
        let batch = 64
        return Workload("rbm", "rbm-784-500-cd1.b64", Double(batch), "images/s") {
            var weights = 0.01 * Tensor.normal([784, 500])
            var visibleBias = Tensor.zeros([784])
            var hiddenBias = Tensor.zeros([500])
            let visible = Tensor.bernoulli([batch, 784], p: 0.5)
            return {
                let hidden = sigmoid(visible.matmul(weights) + hiddenBias)
                let sample = Tensor.bernoulli(p: hidden)
                let reconstruction = sigmoid(sample.matmul(weights, transposeB: true) + visibleBias)
                let hiddenAgain = sigmoid(reconstruction.matmul(weights) + hiddenBias)
                let positive = visible.matmul(hidden, transposeA: true)
                let negative = reconstruction.matmul(hiddenAgain, transposeA: true)
                weights += (positive - negative) * (0.1 / Double(batch))
                visibleBias += (visible - reconstruction).mean(axes: 0) * 0.1
                hiddenBias += (hidden - hiddenAgain).mean(axes: 0) * 0.1
                return (visible - reconstruction).squared().mean()
            }
        }
    }
}
