/// Multiplies the learning rate by a factor when a metric has not improved for some epochs.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// let plateau = ReduceLearningRateOnPlateau("val_loss", factor: 0.5, patience: 3)
/// try network.fit(train, validation: train, epochs: 50, loss: .meanSquaredError, callbacks: [plateau])
/// ```
/// The optimizer must have no schedule of its own, which would set every step's rate anew.
/// If the number of steps is known, a ``Schedule`` such as ``Schedule/cosine(_:steps:final:)`` needs no validation.
public final class ReduceLearningRateOnPlateau: Callback {
    private var metric: WatchedMetric
    private let factor: Double
    private let patience: Int
    private let cooldown: Int
    private let minimum: Double
    private var optimizer: Optimizer?
    private var epochsSinceBest = 0
    private var epochsToCoolDown = 0

    /// Watches a metric. Smaller losses are better; of other metrics ``Metric/isLargerBetter`` tells.
    /// - Parameters:
    ///   - metric: The name of the metric: `val_loss`, `val_accuracy`, `loss`.
    ///   - factor: The factor of the learning rate.
    ///   - patience: The number of epochs in a row without improvement after which the rate is reduced.
    ///   - minimumChange: A change must be larger than this to be an improvement.
    ///   - cooldown: The number of epochs after a reduction that are not counted.
    ///   - minimum: The smallest learning rate.
    public init(
        _ metric: String = "val_loss", factor: Double = 0.1, patience: Int = 10, minimumChange: Double = 1e-4,
        cooldown: Int = 0, minimum: Double = 0
    ) {
        self.metric = WatchedMetric(metric, minimumChange: minimumChange)
        self.factor = factor
        // One epoch without improvement is the least that can reduce the rate.
        self.patience = max(patience, 1)
        self.cooldown = cooldown
        self.minimum = minimum
    }

    /// Resets the state of an earlier training.
    public func trainingBegan(_ plan: TrainingPlan) {
        plan.optimizer.checkHasNoSchedule(for: "ReduceLearningRateOnPlateau")
        metric.begin(plan, for: "ReduceLearningRateOnPlateau")
        optimizer = plan.optimizer
        (epochsSinceBest, epochsToCoolDown) = (0, 0)
    }

    /// Compares the metric with the best so far, and reduces the rate after `patience` epochs without improvement.
    public func epochEnded(_ report: EpochReport) {
        let isBetter = metric.improves(with: report)
        if epochsToCoolDown > 0 {
            epochsToCoolDown -= 1
            epochsSinceBest = 0
        } else {
            epochsSinceBest = isBetter ? 0 : epochsSinceBest + 1
        }
        guard epochsSinceBest >= patience, let optimizer, optimizer.learningRate > minimum else { return }
        optimizer.learningRate = max(optimizer.learningRate * factor, minimum)
        (epochsSinceBest, epochsToCoolDown) = (0, cooldown)
    }

    /// Releases the optimizer.
    public func trainingEnded(_ history: History) { optimizer = nil }
}
