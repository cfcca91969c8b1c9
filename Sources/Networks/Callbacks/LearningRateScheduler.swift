/// Sets the learning rate at the beginning of every epoch. (A rate for every step is a ``Schedule`` of the optimizer.)
///
/// `LearningRateScheduler { epoch, rate in epoch <= 10 ? rate : rate * 0.9 }`
public final class LearningRateScheduler: Callback {
    private let rate: (_ epoch: Int, _ rate: Double) -> Double
    private var optimizer: Optimizer?

    /// Rates that are made of the epoch, counted from 1, and the rate so far.
    public init(_ rate: @escaping (_ epoch: Int, _ rate: Double) -> Double) { self.rate = rate }

    /// Rates of a schedule that counts epochs instead of steps.
    public convenience init(_ schedule: Schedule) { self.init { epoch, _ in schedule(epoch) } }

    /// Remembers the optimizer.
    public func trainingBegan(_ plan: TrainingPlan) { optimizer = plan.optimizer }

    /// Sets the rate.
    public func epochBegan(_ epoch: Int) {
        if let optimizer { optimizer.learningRate = rate(epoch, optimizer.learningRate) }
    }

    /// Lets go of the optimizer.
    public func trainingEnded(_ history: History) { optimizer = nil }
}
