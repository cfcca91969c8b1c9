/// Sets the learning rate at the beginning of every epoch.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// let decay = LearningRateScheduler { epoch, rate in epoch <= 10 ? rate : rate * 0.9 }
/// try network.fit(train, epochs: 20, optimizer: .sgd(0.1), loss: .meanSquaredError, callbacks: [decay])
/// ```
/// The optimizer must have no schedule of its own, which would set every step's rate anew.
/// To set the rate of every step, give the optimizer a ``Schedule``; to lower it only when progress stops, use
/// ``ReduceLearningRateOnPlateau``.
public final class LearningRateScheduler: Callback {
    private let rate: (_ epoch: Int, _ rate: Double) -> Double
    private var optimizer: Optimizer?

    /// Sets rates to a function of the epoch, counted from 1, and of the previous rate.
    public init(_ rate: @escaping (_ epoch: Int, _ rate: Double) -> Double) { self.rate = rate }

    /// Sets rates by a schedule that counts epochs instead of steps.
    public convenience init(_ schedule: Schedule) { self.init { epoch, _ in schedule(epoch) } }

    /// Checks that the optimizer's rate can be set, and keeps the optimizer.
    public func trainingBegan(_ plan: TrainingPlan) {
        plan.optimizer.checkHasNoSchedule(for: "LearningRateScheduler")
        optimizer = plan.optimizer
    }

    /// Sets the rate.
    public func epochBegan(_ epoch: Int) {
        if let optimizer { optimizer.learningRate = rate(epoch, optimizer.learningRate) }
    }

    /// Releases the optimizer.
    public func trainingEnded(_ history: History) { optimizer = nil }
}
