import Foundation
import Networks
import Tensors

// The course's workloads: a step is a full training step (forward, loss, backward, optimizer) on synthetic data of the stated shape.
//
//     swiftlet-bench [--threads 2] [NAME …]

/// A workload: what it is called on the command line, and its measurement.
struct Workload {
    let name: String
    let run: () throws -> Void

    /// Times the training of a network on one batch of images and random labels.
    init(
        _ name: String, _ title: String, batch: Int, input: Shape, optimizer: @escaping () -> Optimizer,
        @LayerBuilder layers: @escaping () throws -> [Layer]
    ) {
        self.name = name
        run = {
            Random.seed(0)
            let network = try Sequential(name, input: input, layers: layers)
            let images = Tensor.uniform(Shape([batch] + Array(input)))
            let labels = Tensor((0..<batch).map { Int32($0 * 7 % 10) })
            let optimizer = optimizer()
            try optimizer.own([network])
            measure("\(title).b\(batch)", unit: "images/s", perStep: Double(batch)) {
                optimizer.minimize { softmaxCrossEntropy(network(images), labels) }.item()
            }
        }
    }
}

let workloads = [
    Workload("mlp", "mlp-784-512-256-10", batch: 128, input: [784], optimizer: { Adam(learningRate: 1e-3) }) {
        Dense(512, activation: .relu)
        Dropout(0.2)
        Dense(256, activation: .relu)
        Dense(10)
    },
    Workload(
        "lenet", "lenet5", batch: 64, input: [28, 28, 1], optimizer: { SGD(learningRate: 0.01, momentum: 0.9) }
    ) {
        Conv2D(6, kernel: 5, padding: .same, activation: .tanh)
        AveragePooling2D(2)
        Conv2D(16, kernel: 5, activation: .tanh)
        AveragePooling2D(2)
        Flatten()
        Dense(120, activation: .tanh)
        Dense(84, activation: .tanh)
        Dense(10)
    },
    Workload("slidecnn", "cnn-93322", batch: 64, input: [28, 28, 1], optimizer: { Adam(learningRate: 1e-3) }) {
        Conv2D(32, kernel: 3, activation: .relu)
        MaxPooling2D(2)
        Conv2D(64, kernel: 3, activation: .relu)
        MaxPooling2D(2)
        Conv2D(64, kernel: 3, activation: .relu)
        Flatten()
        Dense(64, activation: .relu)
        Dense(10)
    },
]

var wanted = Array(CommandLine.arguments.dropFirst())
if let flag = wanted.firstIndex(of: "--threads"), flag + 1 < wanted.count, let count = Int(wanted[flag + 1]) {
    ThreadPool.threadCount = count
    wanted.removeSubrange(flag...flag + 1)
}
print(#"{"swiftlet": true, "threads": \#(ThreadPool.threadCount)}"#)
for workload in workloads where wanted.isEmpty || wanted.contains(workload.name) { try workload.run() }
