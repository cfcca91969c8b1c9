public import Tensors

/// Something to measure beside the loss, as a mean over examples.
public struct Metric: Sendable {
    /// The name in the history: `accuracy`.
    public let name: String
    private let function: @Sendable (_ outputs: Tensor, _ targets: Tensor, _ decision: Loss.Decision) -> Double

    private init(_ name: String, deciding function: @escaping @Sendable (Tensor, Tensor, Loss.Decision) -> Double) {
        self.name = name
        self.function = function
    }

    /// A metric of one's own: a mean over the batch.
    public init(_ name: String, function: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Double) {
        self.init(name) { outputs, targets, _ in function(outputs, targets) }
    }

    func callAsFunction(_ outputs: Tensor, _ targets: Tensor, _ loss: Loss) -> Double {
        function(outputs, targets, loss.decision)
    }

    /// The share of right decisions: the largest output is the right class's, or the only output is on the right side.
    public static let accuracy = Metric(
        "accuracy",
        deciding: { outputs, targets, decision in
            let width = outputs.shape[outputs.rank - 1]
            switch decision {
            case .largest where width > 1: return share(of: outputs.argMax(axis: -1) .== labels(targets, like: outputs))
            case .largest: return share(of: (outputs .> 0.5) .== (targets.reshaped(to: outputs.shape) .> 0.5))
            case .above(let threshold):
                return share(of: (outputs .> threshold) .== (targets.reshaped(to: outputs.shape) .> 0.5))
            }
        })

    /// The share of examples whose class is among the k with the largest outputs.
    public static func topK(_ k: Int = 5) -> Metric {
        Metric("top_\(k)_accuracy") { outputs, targets in
            let right = Tensor.oneHot(labels(targets, like: outputs), classes: outputs.shape[outputs.rank - 1])
            let score = (right * outputs).sum(axes: [-1], keepDims: true)
            return share(of: (outputs .> score).converted(to: .float32).sum(axes: -1) .< Double(k))
        }
    }

    /// The mean of |output − target|.
    public static let meanAbsoluteError = Metric("mean_absolute_error") {
        abs($0 - $1.reshaped(to: $0.shape)).mean().item()
    }

    private static func share(of truths: Tensor) -> Double { truths.converted(to: .float32).mean().item() }

    /// Class indices, of indices or of probabilities.
    private static func labels(_ targets: Tensor, like outputs: Tensor) -> Tensor {
        targets.shape == outputs.shape ? targets.argMax(axis: -1) : targets.converted(to: .int32)
    }
}
