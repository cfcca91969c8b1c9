/// What a metric accumulates over batches: sums, counts, or all predictions.
///
/// Precision or R² are not means over batches: their states are added up, and the metric is computed from the sum:
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
public protocol MetricState: Sendable, CustomStringConvertible {
    /// Adds the state of another batch.
    mutating func add(_ other: Self)
    /// The metric over all batches added.
    var value: Double { get }
    /// Whether ``value`` is slow to compute for many examples: a running epoch then reads it only now and then.
    static var isCostly: Bool { get }
}

extension MetricState {
    /// False: the value is cheap to compute.
    public static var isCostly: Bool { false }
}

/// A weighted mean: Σ weight · value / Σ weight.
///
/// ```swift
/// var mean = WeightedMean(0.5, weight: 32)
/// mean.add(WeightedMean(0.75, weight: 16))
/// print(mean.value)  // 0.583…
/// ```
public struct WeightedMean: MetricState {
    private var sum: Double
    private var weight: Double

    /// The mean of a single value.
    public init(_ value: Double, weight: Double = 1) {
        sum = weight == 0 ? 0 : value * weight
        self.weight = weight
    }

    /// Adds another mean's values.
    public mutating func add(_ other: WeightedMean) {
        sum += other.sum
        weight += other.weight
    }

    /// Σ weight · value / Σ weight; 0 if all weights are 0.
    public var value: Double { weight == 0 ? 0 : sum / weight }
}

/// A state with another value.
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
