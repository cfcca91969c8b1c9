internal import Synchronization

/// An observer of a training: a display, a log, a rule when to stop.
///
/// All methods have default implementations that do nothing. They are called on the training's thread and should return
/// soon: ``stepEnded(_:)`` is called up to thousands of times a second.
/// ```swift
/// final class Announcer: Callback {
///     func epochEnded(_ report: EpochReport) { print("epoch \(report.epoch) took \(report.seconds) s") }
/// }
/// let callbacks: [any Callback] = [Announcer(), EarlyStopping("loss", patience: 3)]
/// ```
/// ``LambdaCallback`` needs no class.
public protocol Callback: AnyObject, CustomStringConvertible {
    /// Called before the first step.
    func trainingBegan(_ plan: TrainingPlan)
    /// Called before each epoch, counted from 1.
    func epochBegan(_ epoch: Int)
    /// Called after each step.
    func stepEnded(_ report: StepReport)
    /// Called after each epoch and its validation.
    func epochEnded(_ report: EpochReport)
    /// Called after the training, whether all epochs are done or it was stopped.
    func trainingEnded(_ history: History)
    /// Whether the training should stop; read after every step and every epoch.
    var wantsToStop: Bool { get }
}

extension Callback {
    /// Does nothing.
    public func trainingBegan(_ plan: TrainingPlan) {}
    /// Does nothing.
    public func epochBegan(_ epoch: Int) {}
    /// Does nothing.
    public func stepEnded(_ report: StepReport) {}
    /// Does nothing.
    public func epochEnded(_ report: EpochReport) {}
    /// Does nothing.
    public func trainingEnded(_ history: History) {}
    /// False.
    public var wantsToStop: Bool { false }
}

/// Settings of all trainings.
public enum Training {
    private static let makeCallbacks = Mutex<@Sendable () -> [any Callback]>({ [ConsoleProgress()] })

    /// Makes the callbacks that show the progress of a training. In a terminal they print a line per epoch; a notebook
    /// sets its live display.
    public static var defaultCallbacks: @Sendable () -> [any Callback] {
        get { makeCallbacks.withLock { $0 } }
        set { makeCallbacks.withLock { $0 = newValue } }
    }
}

/// Prints a line per epoch, as Keras does without a progress bar. Trainings outside notebooks use it by default.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// try network.fit(train, epochs: 2, loss: .meanSquaredError, callbacks: [ConsoleProgress()], showsProgress: false)
/// ```
public final class ConsoleProgress: Callback {
    private var epochs = 0

    /// A callback without options.
    public init() {}

    /// Prints the number of the first epoch.
    public func trainingBegan(_ plan: TrainingPlan) {
        epochs = plan.epochs
        print("Epoch 1/\(epochs)")
    }

    /// Prints the line of the epoch.
    public func epochEnded(_ report: EpochReport) {
        print(report)
        if report.epoch < epochs { print("Epoch \(report.epoch + 1)/\(epochs)") }
    }

    /// Prints why the training ended before its last epoch.
    public func trainingEnded(_ history: History) {
        if let divergence = history.divergence { print("Stopped: \(divergence).") }
        if history.wasInterrupted {
            print("Interrupted after \(history.steps.count) steps: the network keeps what it has learned.")
        }
    }
}
