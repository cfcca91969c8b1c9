internal import Tensors

/// Ends a training when a metric has not improved for some epochs.
public final class EarlyStopping: Callback {
    private var metric: WatchedMetric
    private let patience: Int
    private let restoresBest: Bool
    private var network: Layer?
    private var bestWeights: [Tensor] = []
    private var epochsSinceBest = 0
    /// The epoch in which the metric was best, counted from 1; 0 before there was any.
    public private(set) var bestEpoch = 0

    /// Watches a metric. Losses should shrink; of its other metrics a training knows which way is better (``Metric/isLargerBetter``).
    /// - Parameters:
    ///   - metric: What is watched: `val_loss`, `val_accuracy`, `loss`.
    ///   - patience: How many epochs in a row may bring nothing.
    ///   - minimumChange: What counts as no improvement.
    ///   - restoresBestWeights: Whether the network goes back to its best epoch when the training is over, however it ended.
    public init(
        _ metric: String = "val_loss", patience: Int = 3, minimumChange: Double = 0, restoresBestWeights: Bool = false
    ) {
        self.metric = WatchedMetric(metric, minimumChange: minimumChange)
        // An epoch that is worse is the least that can end a training.
        self.patience = max(patience, 1)
        self.restoresBest = restoresBestWeights
    }

    /// Forgets earlier trainings.
    public func trainingBegan(_ plan: TrainingPlan) {
        metric.begin(plan, for: "EarlyStopping")
        network = plan.network
        (bestWeights, bestEpoch, epochsSinceBest) = ([], 0, 0)
    }

    /// Compares with the best so far.
    public func epochEnded(_ report: EpochReport) {
        if metric.improves(with: report) {
            (bestEpoch, epochsSinceBest) = (report.epoch, 0)
            if restoresBest { bestWeights = network?.parameterValues ?? [] }
        } else {
            epochsSinceBest += 1
        }
    }

    /// Puts the best weights back, if that is wanted.
    public func trainingEnded(_ history: History) {
        if !bestWeights.isEmpty { network?.parameterValues = bestWeights }
        (network, bestWeights) = (nil, [])
    }

    /// Whether patience is at its end.
    public var wantsToStop: Bool { epochsSinceBest >= patience }
}
