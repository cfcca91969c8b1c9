/// What a metric remembers of the batches that it has seen: sums, counts, or all answers.
///
/// Precision, R² and the like are no means over batches. Their states add up, and the metric is read from the sum:
/// ```swift
/// struct SquaredErrors: MetricState {
///     var sum = 0.0, count = 0
///     mutating func add(_ other: SquaredErrors) { sum += other.sum; count += other.count }
///     var value: Double { (sum / Double(count)).squareRoot() }
/// }
/// let rmse = Metric("rmse", isLargerBetter: false) { batch in
///     SquaredErrors(sum: (batch.outputs - batch.targets).squared().sum().item(), count: batch.outputs.count)
/// }
/// ```
public protocol MetricState: Sendable {
    /// Adds what another batch, or another part of the examples, showed.
    mutating func add(_ other: Self)
    /// The metric of all that was added up.
    var value: Double { get }
    /// Whether reading ``value`` takes long once there are many examples: then a running epoch reads it now and then only.
    static var isCostly: Bool { get }
}

extension MetricState {
    /// Reading the value is cheap.
    public static var isCostly: Bool { false }
}

/// A mean, in which some values may count more than others.
public struct WeightedMean: MetricState {
    private var sum: Double
    private var weight: Double

    /// The mean of a single value.
    public init(_ value: Double, weight: Double = 1) {
        sum = weight == 0 ? 0 : value * weight
        self.weight = weight
    }

    /// Takes another mean into this one.
    public mutating func add(_ other: WeightedMean) {
        sum += other.sum
        weight += other.weight
    }

    /// Σ weight · value / Σ weight; 0 if nothing has any weight.
    public var value: Double { weight == 0 ? 0 : sum / weight }
}

/// A state that is read in another way.
struct DerivedState<State: MetricState>: MetricState {
    private var state: State
    private let read: @Sendable (State) -> Double

    init(_ state: State, read: @escaping @Sendable (State) -> Double) {
        self.state = state
        self.read = read
    }

    mutating func add(_ other: DerivedState) { state.add(other.state) }
    var value: Double { read(state) }
    static var isCostly: Bool { State.isCostly }
}
