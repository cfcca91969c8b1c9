import Datasets
import Networks
import Tensors

/// The examples that tests share.
enum Samples {
    static let xor = Examples(
        inputs: Tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), targets: Tensor([[0], [1], [1], [0]]))

    /// Two classes that a line separates.
    static func halves(_ count: Int) -> Examples {
        let points = Tensor.normal([count, 2])
        return Examples(
            inputs: points, targets: (points.sum(axes: 1) .> 0).converted(to: .int32), classNames: ["below", "above"])
    }
}
