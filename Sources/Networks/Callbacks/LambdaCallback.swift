/// Runs closures during a training.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// var losses: [Double] = []
/// let recorder = LambdaCallback(stepEnded: { report in losses.append(report.metrics["loss"] ?? .nan) })
/// try network.fit(train, loss: .meanSquaredError, callbacks: [recorder])
/// ```
/// A callback with state is better a class of its own: ``Callback``.
public final class LambdaCallback: Callback {
    private let onTrainingBegan: ((TrainingPlan) -> Void)?
    private let onEpochBegan: ((Int) -> Void)?
    private let onStepEnded: ((StepReport) -> Void)?
    private let onEpochEnded: ((EpochReport) -> Void)?
    private let onTrainingEnded: ((History) -> Void)?
    private let stopsWhen: (() -> Bool)?

    /// Closures named after the methods of ``Callback``. The training stops when `stopsWhen` returns true after a step
    /// or an epoch.
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

    /// Runs its closure.
    public func trainingBegan(_ plan: TrainingPlan) { onTrainingBegan?(plan) }
    /// Runs its closure.
    public func epochBegan(_ epoch: Int) { onEpochBegan?(epoch) }
    /// Runs its closure.
    public func stepEnded(_ report: StepReport) { onStepEnded?(report) }
    /// Runs its closure.
    public func epochEnded(_ report: EpochReport) { onEpochEnded?(report) }
    /// Runs its closure.
    public func trainingEnded(_ history: History) { onTrainingEnded?(history) }
    /// The result of its closure.
    public var wantsToStop: Bool { stopsWhen?() ?? false }
}
