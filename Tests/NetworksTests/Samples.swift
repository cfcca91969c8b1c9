import Datasets
import Networks
import Tensors

/// The networks that tests share.
enum Samples {
    static func lenet() throws -> Sequential {
        try Sequential("lenet", input: [28, 28, 1]) {
            Conv2D(6, kernel: 5, padding: .same, activation: .tanh)
            AveragePooling2D(2)
            Conv2D(16, kernel: 5, activation: .tanh)
            AveragePooling2D(2)
            Flatten()
            Dense(120, activation: .tanh)
            Dense(84, activation: .tanh)
            Dense(10)
        }
    }

    /// The network of the course's slides.
    static func cnn() throws -> Sequential {
        try Sequential("cnn", input: [28, 28, 1]) {
            Conv2D(32, kernel: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(64, kernel: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(64, kernel: 3, activation: .relu)
            Flatten()
            Dense(64, activation: .relu)
            Dense(10)
        }
    }

    static let xor = Examples(
        inputs: Tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), targets: Tensor([[0], [1], [1], [0]]))

    /// Two classes that a line separates.
    static func halves(_ count: Int) -> Examples {
        let points = Tensor.normal([count, 2])
        return Examples(
            inputs: points, targets: (points.sum(axes: 1) .> 0).converted(to: .int32), classNames: ["below", "above"])
    }
}
