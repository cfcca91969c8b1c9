/// Stops a training at the first step whose loss is not finite, with a message.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// try network.fit(train, optimizer: .sgd(10), loss: .meanSquaredError, callbacks: [TerminateOnNaN()])
/// ```
/// To find the operation that makes the first NaN, use `watchingForNaN { }`.
public final class TerminateOnNaN: Callback {
    /// Whether a loss was not finite.
    public private(set) var wantsToStop = false

    /// Watches the loss of every step.
    public init() {}

    /// Resets the state of an earlier training.
    public func trainingBegan(_ plan: TrainingPlan) { wantsToStop = false }

    /// Checks the loss.
    public func stepEnded(_ report: StepReport) {
        guard let loss = report.metrics["loss"], !loss.isFinite else { return }
        wantsToStop = true
        print(
            "The loss became \(loss) at step \(report.step) of epoch \(report.epoch): training stopped. "
                + "Lower the learning rate, clip gradients, or find the operation with watchingForNaN { }.")
    }
}
