/// Ends a training at the first step whose loss is no finite number, and says so: what follows would be lost time.
public final class TerminateOnNaN: Callback {
    /// Whether such a loss has occurred.
    public private(set) var wantsToStop = false

    /// Watches the loss of every step.
    public init() {}

    /// Forgets earlier trainings.
    public func trainingBegan(_ plan: TrainingPlan) { wantsToStop = false }

    /// Looks at the loss.
    public func stepEnded(_ report: StepReport) {
        guard let loss = report.metrics["loss"], !loss.isFinite else { return }
        wantsToStop = true
        print(
            "The loss became \(loss) at step \(report.step) of epoch \(report.epoch): the training ends. "
                + "Lower the learning rate, clip gradients, or look for the place with watchingForNaN { }.")
    }
}
