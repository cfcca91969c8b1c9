public import Tensors

/// A network's outputs for some examples and their targets: what a metric sees of a batch.
///
/// ```swift
/// let batch = Predictions(outputs: Tensor([[2.0, -1]]), targets: Tensor([0]), loss: .crossEntropy)
/// print(batch.probabilities, batch.decisions, batch.labels)
/// ```
public struct Predictions: Sendable {
    /// The network's outputs, `[n, …]`, such as probabilities or logits.
    public let outputs: Tensor
    /// The targets: class indices, or values. For outputs `[n, 1]`, targets `[n]` are `[n, 1]` too.
    public let targets: Tensor
    /// The weight of each example or position; nil if all are 1.
    public let weights: Tensor?
    let meaning: OutputMeaning
    private let ignoredLabel: Int?

    /// Outputs and targets. Outputs are interpreted as the loss does that the network was trained with; without one
    /// they are probabilities.
    public init(outputs: Tensor, targets: Tensor, weights: Tensor? = nil, loss: Loss? = nil) {
        guard outputs.rank > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "metric", shapes: [outputs.shape, targets.shape],
                    message: "outputs must be a batch [n, …], got a scalar",
                    hint: "give the outputs of a batch and their targets"))
        }
        self.outputs = outputs.detached()
        self.targets = Self.aligned(targets.detached(), outputs.shape, loss)
        self.weights = loss.map { $0.keptWeights(for: targets, weights, outputs) } ?? weights
        meaning = loss?.meaning ?? .values
        ignoredLabel = loss?.ignoredLabel
    }

    /// Targets in the outputs' shape where only a last length of 1 is missing, as losses take them: what compares
    /// numbers must not meet a column and a vector.
    private static func aligned(_ targets: Tensor, _ outputs: Shape, _ loss: Loss?) -> Tensor {
        switch loss?.targets ?? .values {
        case .values, .classes: Array(targets.shape) + [1] == Array(outputs) ? targets.reshaped(to: outputs) : targets
        case .groups, .sequences, .rows: targets
        }
    }

    /// The number of outputs of each example or position.
    var width: Int { outputs.shape[outputs.rank - 1] }

    /// The sum of all weights; the number of examples if there are none.
    var totalWeight: Double {
        weights.map { $0.converted(to: .float32).sum().item() } ?? Double(outputs.shape.first ?? 1)
    }

    /// The outputs as probabilities, if the loss interprets them as such.
    public var probabilities: Tensor { meaning.probabilities(outputs) }

    /// Whether every unit predicts yes or no.
    var decidesYesOrNo: Bool { meaning.threshold(width: width) != nil }

    /// The number of classes: 2 where every unit predicts yes or no.
    public var classCount: Int { decidesYesOrNo ? 2 : width }

    /// The predicted classes, int32: the index of the largest output; or 1 for yes and 0 for no, for each unit.
    public var decisions: Tensor {
        guard let threshold = meaning.threshold(width: width) else { return outputs.argMax(axis: -1) }
        return (outputs .> threshold).converted(to: .int32)
    }

    /// The right class of each prediction, int32; class 0 for an ignored label, whose weight is 0.
    public var labels: Tensor {
        guard !decidesYesOrNo else { return (targets.reshaped(to: outputs.shape) .> 0.5).converted(to: .int32) }
        guard targets.shape != outputs.shape else { return targets.argMax(axis: -1) }
        guard targets.shape == outputs.shape.removing(at: outputs.rank - 1) else { raiseMismatch() }
        let kept = ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
        return kept.converted(to: .int32)
    }

    /// The output of the right class of each prediction, in the outputs' shape but for a last axis of 1.
    var rightOutputs: Tensor { outputs.taken(at: labels.expanded(at: labels.rank), axis: -1) }

    private func raiseMismatch() -> Never {
        Failure.raise(
            ShapeError(
                operation: "metric", shapes: [outputs.shape, targets.shape],
                message: "targets \(targets.shape) do not match outputs \(outputs.shape)",
                hint: "give one class index per output, or values in the outputs' shape"))
    }

    /// The targets in the shape and type of the outputs.
    var values: Tensor { targets.reshaped(to: outputs.shape).converted(to: outputs.dtype) }

    /// The weights broadcast over a shape that begins with theirs; nil if all are 1.
    func weights(over shape: Shape) -> Tensor? {
        guard let weights else { return nil }
        let spread = weights.converted(to: .float32)
            .reshaped(to: Array(weights.shape) + Array(repeating: 1, count: max(shape.rank - weights.rank, 0)))
        return spread.broadcast(to: shape)
    }

    /// The weighted mean of values, one per example, position or unit.
    func mean(_ values: Tensor) -> WeightedMean {
        let values = values.converted(to: values.dtype == .float64 ? .float64 : .float32)
        guard let weights = weights(over: values.shape) else {
            return WeightedMean(values.mean().item(), weight: Double(values.count))
        }
        let total = weights.sum().item()
        return WeightedMean(weights.times(values).sum().item() / (total == 0 ? 1 : total), weight: total)
    }
}
