internal import Tensors

/// Stops a training when a metric has not improved for some epochs (Prechelt 1998).
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// let stopping = EarlyStopping("val_loss", patience: 5, restoresBestWeights: true)
/// try network.fit(train, validation: train, epochs: 50, loss: .meanSquaredError, callbacks: [stopping])
/// print(stopping.bestEpoch)
/// ```
/// To lower the learning rate first, use ``ReduceLearningRateOnPlateau`` with less patience.
public final class EarlyStopping: Callback {
    private var metric: WatchedMetric
    private let patience: Int
    private let restoresBest: Bool
    private var network: Layer?
    private var bestWeights: [Tensor] = []
    private var epochsSinceBest = 0
    /// The epoch with the best value so far, counted from 1; 0 before the first.
    public private(set) var bestEpoch = 0

    /// Watches a metric. Smaller losses are better; of other metrics ``Metric/isLargerBetter`` tells.
    /// - Parameters:
    ///   - metric: The name of the metric: `val_loss`, `val_accuracy`, `loss`.
    ///   - patience: The number of epochs in a row without improvement after which training stops.
    ///   - minimumChange: A change must be larger than this to be an improvement.
    ///   - restoresBestWeights: Whether the network gets the weights of its best epoch when the training ends.
    public init(
        _ metric: String = "val_loss", patience: Int = 3, minimumChange: Double = 0, restoresBestWeights: Bool = false
    ) {
        self.metric = WatchedMetric(metric, minimumChange: minimumChange)
        // One epoch without improvement is the least that can stop a training.
        self.patience = max(patience, 1)
        self.restoresBest = restoresBestWeights
    }

    /// Resets the state of an earlier training.
    public func trainingBegan(_ plan: TrainingPlan) {
        metric.begin(plan, for: "EarlyStopping")
        network = plan.network
        (bestWeights, bestEpoch, epochsSinceBest) = ([], 0, 0)
    }

    /// Compares the metric with the best so far.
    public func epochEnded(_ report: EpochReport) {
        if metric.improves(with: report) {
            (bestEpoch, epochsSinceBest) = (report.epoch, 0)
            if restoresBest { bestWeights = network?.parameterValues ?? [] }
        } else {
            epochsSinceBest += 1
        }
    }

    /// Restores the best weights, if that is wanted.
    public func trainingEnded(_ history: History) {
        if !bestWeights.isEmpty { network?.parameterValues = bestWeights }
        (network, bestWeights) = (nil, [])
    }

    /// Whether the metric has not improved for `patience` epochs.
    public var wantsToStop: Bool { epochsSinceBest >= patience }
}
