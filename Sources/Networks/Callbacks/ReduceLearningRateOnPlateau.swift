/// Multiplies the learning rate by a factor when a metric has not improved for some epochs.
public final class ReduceLearningRateOnPlateau: Callback {
    private var metric: WatchedMetric
    private let factor: Double
    private let patience: Int
    private let cooldown: Int
    private let minimum: Double
    private var optimizer: Optimizer?
    private var epochsSinceBest = 0
    private var epochsToCoolDown = 0

    /// Watches a metric. Losses should shrink; of its other metrics a training knows which way is better (``Metric/isLargerBetter``).
    /// - Parameters:
    ///   - metric: What is watched.
    ///   - factor: What the rate is multiplied by.
    ///   - patience: How many epochs in a row may bring nothing before the rate falls.
    ///   - minimumChange: What counts as no improvement.
    ///   - cooldown: For how many epochs after that nothing is counted.
    ///   - minimum: The rate falls no lower.
    public init(
        _ metric: String = "val_loss", factor: Double = 0.1, patience: Int = 10, minimumChange: Double = 1e-4,
        cooldown: Int = 0, minimum: Double = 0
    ) {
        self.metric = WatchedMetric(metric, minimumChange: minimumChange)
        self.factor = factor
        // An epoch that is worse is the least that can lower the rate.
        self.patience = max(patience, 1)
        self.cooldown = cooldown
        self.minimum = minimum
    }

    /// Forgets earlier trainings.
    public func trainingBegan(_ plan: TrainingPlan) {
        metric.begin(plan, for: "ReduceLearningRateOnPlateau")
        optimizer = plan.optimizer
        (epochsSinceBest, epochsToCoolDown) = (0, 0)
    }

    /// Compares with the best so far, and lowers the rate when patience is at its end.
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

    /// Lets go of the optimizer.
    public func trainingEnded(_ history: History) { optimizer = nil }
}
