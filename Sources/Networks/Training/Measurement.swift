internal import Tensors

/// What is measured on examples: the loss, then metrics.
struct Measurement {
    let loss: Loss
    let metrics: [Metric]

    var names: [String] { ["loss"] + metrics.map(\.name) }

    /// What the loss of a batch counts among those of others: the sum of its weights, or the number of its examples.
    func weight(of targets: Tensor, _ weights: Tensor?, _ outputs: Tensor) -> Double {
        loss.weights(for: targets, weights, outputs).map { $0.converted(to: .float64).sum().item() }
            ?? Double(outputs.shape[0])
    }

    /// What a batch shows, given its loss.
    func observe(loss value: Tensor, outputs: Tensor, targets: Tensor, weights: Tensor? = nil) -> [any MetricState] {
        let weight = weight(of: targets, weights, outputs)
        let predictions = Predictions(outputs: outputs, targets: targets, weights: weights, loss: loss)
        return [WeightedMean(value.item(), weight: weight)] + metrics.map { $0.observe(predictions) }
    }
}

/// A measurement over the batches of an epoch.
struct RunningMeasurement {
    private var states: [any RunningState] = []

    /// Adds what a batch showed.
    mutating func add(_ batch: [any MetricState]) {
        guard !states.isEmpty else {
            states = batch.map { Self.begin($0) }
            return
        }
        for (state, observed) in zip(states, batch) { state.add(observed) }
    }

    /// The values of all that was added.
    var values: [Double] { states.map(\.value) }

    /// The values, or recent ones of metrics that are costly to read.
    var recentValues: [Double] { states.map(\.recentValue) }

    private static func begin<State: MetricState>(_ state: State) -> any RunningState { Running(state) }
}

/// A state that grows in its place, of whatever type.
private protocol RunningState: AnyObject {
    func add(_ batch: any MetricState)
    var value: Double { get }
    var recentValue: Double { get }
}

private final class Running<State: MetricState>: RunningState {
    private var state: State
    private var batches = 1
    private var lastRead: (batches: Int, value: Double)?

    init(_ state: State) { self.state = state }

    func add(_ batch: any MetricState) {
        guard let batch = batch as? State else { preconditionFailure("a metric's state changed its type") }
        state.add(batch)
        batches += 1
    }

    var value: Double { state.value }

    /// A costly value is read again only when a tenth more has come: all readings together then cost some ten of the
    /// last.
    var recentValue: Double {
        guard State.isCostly else { return state.value }
        if let lastRead, 10 * batches < 11 * lastRead.batches { return lastRead.value }
        let value = state.value
        lastRead = (batches, value)
        return value
    }
}
