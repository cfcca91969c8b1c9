public import Tensors

/// What a network answered to some examples, and what it should have: what a metric sees of a batch.
public struct Predictions: Sendable {
    /// The outputs, as the network gave them: probabilities, or what the loss makes into such.
    public let outputs: Tensor
    /// The targets: class indices, or values.
    public let targets: Tensor
    /// What each example or position counts; nil if all count alike.
    public let weights: Tensor?
    let meaning: OutputMeaning
    private let ignoredLabel: Int?

    /// Answers and targets. The loss that the network was trained with says what outputs mean; without one they are probabilities.
    public init(outputs: Tensor, targets: Tensor, weights: Tensor? = nil, loss: Loss? = nil) {
        guard outputs.rank > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "metric", shapes: [outputs.shape, targets.shape],
                    message: "a single number is no batch of outputs",
                    hint: "give the outputs of a batch, [n, …], and their targets"))
        }
        self.outputs = outputs.detached()
        self.targets = targets.detached()
        self.weights = loss.map { $0.keptWeights(for: targets, weights, outputs) } ?? weights
        meaning = loss?.meaning ?? .values
        ignoredLabel = loss?.ignoredLabel
    }

    /// The number of outputs of each example or position.
    var width: Int { outputs.shape[outputs.rank - 1] }

    /// What all examples (or positions) count together: their number, if there are no weights.
    var totalWeight: Double {
        weights.map { $0.converted(to: .float32).sum().item() } ?? Double(outputs.shape.first ?? 1)
    }

    /// The outputs as probabilities, where the loss says that they stand for such.
    public var probabilities: Tensor { meaning.probabilities(outputs) }

    /// Whether every unit decides for itself.
    var decidesYesOrNo: Bool { meaning.threshold(width: width) != nil }

    /// The number of classes that the network chooses from: 2 where every unit says yes or no.
    public var classCount: Int { decidesYesOrNo ? 2 : width }

    /// The class of each decision, int32: the unit with the largest output; or 1 for yes and 0 for no, for each unit.
    public var decisions: Tensor {
        guard let threshold = meaning.threshold(width: width) else { return outputs.argMax(axis: -1) }
        return (outputs .> threshold).converted(to: .int32)
    }

    /// The right class of each decision, int32. (Where an ignored label stands, whose weight is 0, it is class 0.)
    public var labels: Tensor {
        guard !decidesYesOrNo else { return (targets.reshaped(to: outputs.shape) .> 0.5).converted(to: .int32) }
        guard targets.shape != outputs.shape else { return targets.argMax(axis: -1) }
        guard targets.shape == outputs.shape.removing(at: outputs.rank - 1) else { raiseMismatch() }
        let kept = ignoredLabel.map { targets.masked(targets .== Double($0), with: 0) } ?? targets
        return kept.converted(to: .int32)
    }

    private func raiseMismatch() -> Never {
        Failure.raise(
            ShapeError(
                operation: "metric", shapes: [outputs.shape, targets.shape],
                message: "targets \(targets.shape) do not fit outputs \(outputs.shape)",
                hint: "give one class index for each output, or values in the outputs' shape"))
    }

    /// The targets in the shape of the outputs, as real numbers.
    var values: Tensor { targets.reshaped(to: outputs.shape).converted(to: outputs.dtype) }

    /// The weights spread over a shape that begins with theirs; nil if all count alike.
    func weights(over shape: Shape) -> Tensor? {
        guard let weights else { return nil }
        let spread = weights.converted(to: .float32)
            .reshaped(to: Array(weights.shape) + Array(repeating: 1, count: max(shape.rank - weights.rank, 0)))
        return spread.broadcast(to: shape)
    }

    /// The mean of values, one for each example, position or unit.
    func mean(_ values: Tensor) -> WeightedMean {
        let values = values.converted(to: values.dtype == .float64 ? .float64 : .float32)
        guard let weights = weights(over: values.shape) else {
            return WeightedMean(values.mean().item(), weight: Double(values.count))
        }
        let total = weights.sum().item()
        return WeightedMean((values * weights).sum().item() / (total == 0 ? 1 : total), weight: total)
    }
}
