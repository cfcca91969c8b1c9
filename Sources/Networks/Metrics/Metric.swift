public import Tensors

/// Something to measure beside the loss.
///
/// `fit` and `evaluate` measure over all examples, whatever the size of the batches. By hand: `Metric.accuracy(outputs, targets)`.
public struct Metric: Sendable {
    /// The name in the history: `accuracy`.
    public let name: String
    /// Whether larger values are better ones. Callbacks that wait for the best epoch ask.
    public let isLargerBetter: Bool
    private let observation: @Sendable (Predictions) -> any MetricState

    /// A metric of one's own, which is no mean: what a batch shows, as a state that adds up over batches.
    ///
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better ones. If nil the name says so: what is called a loss, an error, a distance, a
    ///     divergence, an entropy or a perplexity should shrink, all else should grow.
    ///   - observing: What a batch shows.
    public init<State: MetricState>(
        _ name: String, isLargerBetter: Bool? = nil, observing: @escaping @Sendable (_ batch: Predictions) -> State
    ) {
        self.name = name
        self.isLargerBetter = isLargerBetter ?? !Self.soundsLikeALoss(name)
        observation = { observing($0) }
    }

    /// A metric of one's own: a mean over examples, given that over a batch.
    ///
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better ones; if nil, the name says so.
    ///   - function: The metric of a batch.
    public init(
        _ name: String, isLargerBetter: Bool? = nil,
        function: @escaping @Sendable (_ outputs: Tensor, _ targets: Tensor) -> Double
    ) {
        self.init(name, isLargerBetter: isLargerBetter) { batch in
            WeightedMean(function(batch.outputs, batch.targets), weight: batch.totalWeight)
        }
    }

    private static func soundsLikeALoss(_ name: String) -> Bool {
        let losses = ["loss", "error", "perplexity", "divergence", "distance", "entropy"]
        return losses.contains { name.lowercased().contains($0) }
    }

    /// What these answers show.
    func observe(_ predictions: Predictions) -> any MetricState { observation(predictions) }

    /// The metric of these outputs. A loss says what outputs mean; without one they are probabilities, or numbers.
    public func callAsFunction(
        _ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil, loss: Loss? = nil
    ) -> Double {
        observe(Predictions(outputs: outputs, targets: targets, weights: weights, loss: loss)).value
    }

    /// The share of right decisions: the largest output is the right class's, or a unit that decides for itself is on the right side.
    public static let accuracy = Metric("accuracy", isLargerBetter: true) { $0.mean($0.decisions .== $0.labels) }

    /// The share of examples whose class is among the k with the largest outputs.
    public static func topK(_ k: Int = 5) -> Metric {
        Metric("top_\(k)_accuracy", isLargerBetter: true) { batch in
            let outputs = batch.outputs
            let right = Tensor.oneHot(batch.labels, classes: batch.width, dtype: outputs.dtype)
            let score = (right * outputs).sum(axes: [-1], keepDims: true)
            return batch.mean((outputs .> score).sum(axes: -1) .< Double(k))
        }
    }
}
