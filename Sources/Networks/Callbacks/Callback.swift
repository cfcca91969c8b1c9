internal import Synchronization

/// Something that watches a training: a display, a log, a rule when to stop.
///
/// A callback is called on the training's own thread and should return soon; ``stepEnded(_:)`` comes up to thousands of times a second.
public protocol Callback: AnyObject {
    /// The first step is about to begin.
    func trainingBegan(_ plan: TrainingPlan)
    /// An epoch is about to begin; they are counted from 1.
    func epochBegan(_ epoch: Int)
    /// A step has moved the weights.
    func stepEnded(_ report: StepReport)
    /// An epoch is over, with its validation.
    func epochEnded(_ report: EpochReport)
    /// The training is over: all epochs are done, or it was stopped.
    func trainingEnded(_ history: History)
    /// Whether the training should end here. Looked at after every step and every epoch.
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
    /// Never.
    public var wantsToStop: Bool { false }
}

/// What all trainings share.
public enum Training {
    private static let makeCallbacks = Mutex<@Sendable () -> [any Callback]>({ [ConsoleProgress()] })

    /// Makes the callbacks that show a training's progress. In a terminal they print a line for each epoch; a notebook puts its live
    /// display here.
    public static var defaultCallbacks: @Sendable () -> [any Callback] {
        get { makeCallbacks.withLock { $0 } }
        set { makeCallbacks.withLock { $0 = newValue } }
    }
}

/// Prints a line for every epoch, as Keras does without a progress bar.
public final class ConsoleProgress: Callback {
    private var epochs = 0

    /// A printer of lines.
    public init() {}

    /// Prints which epoch begins.
    public func trainingBegan(_ plan: TrainingPlan) {
        epochs = plan.epochs
        print("Epoch 1/\(epochs)")
    }

    /// Prints the epoch's line.
    public func epochEnded(_ report: EpochReport) {
        print(report)
        if report.epoch < epochs { print("Epoch \(report.epoch + 1)/\(epochs)") }
    }

    /// Says so if the training was interrupted.
    public func trainingEnded(_ history: History) {
        if history.wasInterrupted {
            print("Interrupted after \(history.steps.count) steps: the network keeps what it has learned.")
        }
    }
}
