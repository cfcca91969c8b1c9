import Networks
import Tensors

/// A piece of work as a course has it, the same as in the peers' scripts: a full training step (forward, loss,
/// backward, optimizer) on one batch of synthetic Float32 data, unless the title says inference.
struct Workload {
    /// One step, which answers with its loss, if it has one.
    typealias Step = () throws -> Tensor?

    /// What it is called on the command line.
    let name: String
    /// What it is called in the results.
    let title: String
    /// What is counted: `images/s`.
    let unit: String
    /// How many of those a step is worth.
    let perStep: Double
    /// For how long steps are timed.
    let seconds: Double
    /// How many steps go before.
    let warmUp: Int
    /// Makes the network and its data.
    let prepare: () throws -> Step

    init(
        _ name: String, _ title: String, _ perStep: Double, _ unit: String, seconds: Double = 4, warmUp: Int = 5,
        prepare: @escaping () throws -> Step
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.perStep = perStep
        self.seconds = seconds
        self.warmUp = warmUp
        self.prepare = prepare
    }

    /// All of them, the peers' order.
    static var all: [Workload] {
        [
            tiny, elementwise, gemm, mlp, lenet, slidecnn, resnet, unet, vgg, lstm, charrnn, sentiment, bilstm, gru,
            autoencoder, vae, dcgan,
            rbm,
        ]
    }
}

/// The step that trains a network on one batch.
func training(
    _ network: Layer, _ optimizer: Optimizer, _ loss: Loss, _ inputs: Tensor, _ targets: Tensor
) throws -> Workload.Step {
    try optimizer.own([network])
    return { optimizer.minimize { loss(network(inputs), targets) } }
}
