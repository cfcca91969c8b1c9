public import Tensors

/// A measure of a network's predictions, beside the loss.
///
/// `fit` and `evaluate` measure it over all examples, whatever the size of the batches. It can also be called:
/// ```swift
/// let accuracy = Metric.accuracy(Tensor([[0.9, 0.1], [0.4, 0.6]]), Tensor([0, 0]))  // 0.5
/// ```
/// A custom metric is a function of a batch, whose values are averaged over batches by their number of examples:
/// ```swift
/// let bias = Metric("bias") { outputs, targets in (outputs - targets).mean().item() }
/// ```
/// One that is not a mean, such as a quotient of sums, needs a ``MetricState``.
public struct Metric: Sendable {
    /// The name in the history: `accuracy`.
    public let name: String
    /// Whether larger values are better. Callbacks that look for the best epoch need to know.
    public let isLargerBetter: Bool
    /// What it needs to mean something.
    let need: Need
    private let observation: @Sendable (Predictions) -> any MetricState

    /// What a metric compares.
    enum Need: Sendable {
        /// Whatever its function says.
        case custom
        /// Classes, or yes and no.
        case decisions
        /// The class among the k largest of several outputs.
        case topK(Int)
        /// Numbers in the shape of the outputs.
        case numbers
        /// What a loss takes.
        case loss(Loss)
    }

    /// A custom metric that is not a mean over batches: a state per batch, which is summed over batches.
    ///
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better. If nil the name decides: smaller is better if it contains
    ///     loss, error, distance, divergence, entropy or perplexity.
    ///   - observing: Returns the state of a batch.
    public init<State: MetricState>(
        _ name: String, isLargerBetter: Bool? = nil, observing: @escaping @Sendable (_ batch: Predictions) -> State
    ) {
        self.init(name, .custom, isLargerBetter: isLargerBetter, observing: observing)
    }

    init<State: MetricState>(
        _ name: String, _ need: Need, isLargerBetter: Bool? = nil,
        observing: @escaping @Sendable (_ batch: Predictions) -> State
    ) {
        self.need = need
        self.name = name
        self.isLargerBetter = isLargerBetter ?? !Self.soundsLikeALoss(name)
        observation = { observing($0) }
    }

    /// A custom metric that is a mean over examples.
    ///
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better; if nil, the name decides.
    ///   - function: Returns the mean over a batch. For outputs `[n, 1]`, targets `[n]` are `[n, 1]` too.
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

    /// The state of a batch.
    func observe(_ predictions: Predictions) -> any MetricState { observation(predictions) }

    /// The metric of outputs, `[n, …]`. With a loss, outputs are interpreted as that loss does, such as logits; without
    /// one they are probabilities, or numbers.
    public func callAsFunction(
        _ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil, loss: Loss? = nil
    ) -> Double {
        let predictions = Predictions(outputs: outputs, targets: targets, weights: weights, loss: loss)
        if let problem = problem(targets: targets, outputs: outputs.shape, loss: loss) {
            Failure.raise(ValueError(operation: name, message: problem.message, hint: problem.hint))
        }
        return observe(predictions).value
    }

    /// The share of right predictions: of examples whose largest output is that of the right class, or of outputs of
    /// yes or no that are on the right side of the threshold.
    ///
    /// Outputs: `[n, …, classes]` with class indices or one-hot rows as targets; or yes and no of any shape, with 0 and
    /// 1.
    /// ```swift
    /// let value = Metric.accuracy(Tensor([[0.9, 0.1], [0.4, 0.6]]), Tensor([0, 0]))  // 0.5
    /// ```
    /// If one class is much more frequent than the others, take ``f1``, ``auc`` or ``kappa``.
    /// An example of which an output is NaN counts as wrong.
    public static let accuracy = Metric("accuracy", .decisions, isLargerBetter: true) { batch in
        let isUnknown = batch.outputs.isNaN()
        return batch.mean(
            (batch.decisions .== batch.labels) .& .!(batch.decidesYesOrNo ? isUnknown : isUnknown.any(axes: -1)))
    }

    /// The share of examples whose class is among the k largest outputs (Russakovsky et al. 2015).
    ///
    /// Outputs: `[n, …, classes]`. Targets: class indices `[n, …]`, or one-hot.
    /// ```swift
    /// let value = Metric.topK(2)(Tensor([[0.2, 0.5, 0.3]]), Tensor([2]))  // 1
    /// ```
    /// For many similar classes; ``accuracy`` is the same with k = 1.
    public static func topK(_ k: Int = 5) -> Metric {
        Metric("top_\(k)_accuracy", .topK(k), isLargerBetter: true) { batch in
            // Outputs that are not below: a NaN on either side does not count as right.
            let isAbove = .!(batch.outputs .<= batch.rightOutputs)
            return batch.mean(isAbove.sum(axes: -1) .< Double(k))
        }
    }
}
