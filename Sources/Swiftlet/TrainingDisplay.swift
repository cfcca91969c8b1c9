public import Networks
import Notebook
import Plots
import Tensors

/// Shows a training in a notebook while it runs: a progress bar with rate and remaining time, and a growing plot of
/// every metric.
///
/// The plot is drawn on the training's thread, at most three times a second and for at most a thirtieth of the time.
/// Every `fit` in a notebook has this callback by default.
public final class TrainingDisplay: Callback {
    private static let interval = Duration.milliseconds(333)
    private static let pausePerDrawing = 30

    private var bar: ProgressBar?
    private var plan: TrainingPlan?
    private var curves = TrainingCurves(metricNames: [], stepsPerEpoch: 1, epochs: nil)
    private var handle: DisplayHandle?
    private var nextDrawing = ContinuousClock.now
    private var last: MetricValues?

    /// A display for one training.
    public init() {}

    /// Makes this the default callback of `fit` in a notebook; in a terminal, `fit` prints a line for each epoch.
    public static func install() {
        Training.defaultCallbacks = { FrontEnd.isNotebook ? [TrainingDisplay()] : [ConsoleProgress()] }
    }

    /// Starts the progress bar and the curves.
    public func trainingBegan(_ plan: TrainingPlan) {
        self.plan = plan
        bar = ProgressBar(
            total: plan.epochs * plan.exampleCount, label: plan.network.name,
            unit: plan.network.inputShape?.count == 3 ? "images" : "examples")
        curves = TrainingCurves(metricNames: plan.metricNames, stepsPerEpoch: plan.stepsPerEpoch, epochs: plan.epochs)
        handle = nil
        last = nil
        nextDrawing = .now + Self.interval
    }

    /// Advances the progress bar, and draws the plot when it is due.
    public func stepEnded(_ report: StepReport) {
        guard let plan else { return }
        curves.add(report)
        last = report.averages
        let done = min(plan.batchSize, plan.exampleCount - (report.step - 1) * plan.batchSize)
        bar?.advance(by: done, note: "epoch \(report.epoch)/\(plan.epochs) · \(Self.text(report.averages))")
        if ContinuousClock.now >= nextDrawing { draw() }
    }

    /// Adds the epoch's validation metrics.
    public func epochEnded(_ report: EpochReport) {
        curves.add(report)
        last = report.metrics
    }

    /// Draws the complete plot.
    public func trainingEnded(_ history: History) {
        let values = last.map(Self.text) ?? ""
        bar?.finish(
            note: history.wasInterrupted
                ? "interrupted: the network keeps what it has learned · \(values)"
                : history.divergence == nil ? values : "stopped: the loss is not finite · \(values)")
        show(Picture(figure: history.plot(), isFast: false))
    }

    private func draw() {
        let clock = ContinuousClock()
        let cost = clock.measure { show(Picture(figure: curves.figure(title: ""), isFast: true)) }
        nextDrawing = clock.now + max(Self.interval, cost * Self.pausePerDrawing)
    }

    private func show(_ picture: Picture) {
        if let handle { handle.update(picture) } else { handle = display(picture) }
    }

    private static func text(_ metrics: MetricValues) -> String {
        zip(metrics.names, metrics.values).map { "\($0) \(NumberText.metric($1, decimals: 3))" }.joined(
            separator: " · ")
    }

    /// A picture that is drawn when it is displayed.
    private struct Picture: Displayable, CustomStringConvertible {
        let figure: Figure
        let isFast: Bool
        var description: String { figure.description }
        var mimeBundle: MimeBundle { MimeBundle(figure, isFast: isFast) }
    }
}
