/// Runs closures at a training's events: a callback without a class of its own.
///
/// `LambdaCallback(epochEnded: { report in rates.append(optimizer.learningRate) })`
public final class LambdaCallback: Callback {
    private let onTrainingBegan: ((TrainingPlan) -> Void)?
    private let onEpochBegan: ((Int) -> Void)?
    private let onStepEnded: ((StepReport) -> Void)?
    private let onEpochEnded: ((EpochReport) -> Void)?
    private let onTrainingEnded: ((History) -> Void)?
    private let stopsWhen: (() -> Bool)?

    /// Closures for those events that matter. The training ends when `stopsWhen` answers with true after a step or an epoch.
    public init(
        trainingBegan: ((TrainingPlan) -> Void)? = nil, epochBegan: ((Int) -> Void)? = nil,
        stepEnded: ((StepReport) -> Void)? = nil, epochEnded: ((EpochReport) -> Void)? = nil,
        trainingEnded: ((History) -> Void)? = nil, stopsWhen: (() -> Bool)? = nil
    ) {
        onTrainingBegan = trainingBegan
        onEpochBegan = epochBegan
        onStepEnded = stepEnded
        onEpochEnded = epochEnded
        onTrainingEnded = trainingEnded
        self.stopsWhen = stopsWhen
    }

    /// Runs the closure for it.
    public func trainingBegan(_ plan: TrainingPlan) { onTrainingBegan?(plan) }
    /// Runs the closure for it.
    public func epochBegan(_ epoch: Int) { onEpochBegan?(epoch) }
    /// Runs the closure for it.
    public func stepEnded(_ report: StepReport) { onStepEnded?(report) }
    /// Runs the closure for it.
    public func epochEnded(_ report: EpochReport) { onEpochEnded?(report) }
    /// Runs the closure for it.
    public func trainingEnded(_ history: History) { onTrainingEnded?(history) }
    /// What the closure for it says.
    public var wantsToStop: Bool { stopsWhen?() ?? false }
}
