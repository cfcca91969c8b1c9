internal import Tensors

/// The share of the targets' variance that outputs explain, 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 for right ones, 0 for no better ones than the
/// mean. The mean over the outputs of an example.
struct ExplainedVariance: MetricState {
    private var weight: Double
    /// For each output, the mean of its targets, the sum of their squared distances from it, and the sum of squared errors.
    private var means, spreads, errors: [Double]

    init(_ batch: Predictions) {
        let width = batch.width
        let targets = batch.values.converted(to: .float64).reshaped(to: [-1, width])
        let outputs = batch.outputs.converted(to: .float64).reshaped(to: [-1, width])
        let weights = batch.weights(over: batch.outputs.shape.removing(at: batch.outputs.rank - 1))
        let shares =
            weights.map { $0.converted(to: .float64).reshaped(to: [-1, 1]) }
            ?? .ones([targets.shape[0], 1], dtype: .float64)
        weight = shares.sum().item()
        let mean = (shares * targets).sum(axes: 0) / Swift.max(weight, .leastNormalMagnitude)
        means = mean.doubles
        spreads = (shares * (targets - mean).squared()).sum(axes: 0).doubles
        errors = (shares * (targets - outputs).squared()).sum(axes: 0).doubles
    }

    // Means and spreads of two parts become those of both without large sums of squares (Chan, Golub and LeVeque 1983).
    mutating func add(_ other: ExplainedVariance) {
        let total = weight + other.weight
        guard total > 0 else { return }
        for place in means.indices {
            let distance = other.means[place] - means[place]
            means[place] += distance * other.weight / total
            spreads[place] += other.spreads[place] + distance * distance * weight * other.weight / total
            errors[place] += other.errors[place]
        }
        weight = total
    }

    var value: Double {
        let shares = zip(errors, spreads).map { error, spread in spread == 0 ? (error == 0 ? 1 : 0) : 1 - error / spread
        }
        return shares.reduce(0, +) / Double(shares.count)
    }
}

extension Metric {
    /// A loss as a metric: the mean of its terms over all examples.
    public init(_ loss: Loss, name: String? = nil) {
        self.init(name ?? loss.name.snakeCased, isLargerBetter: false) { batch in
            let weights = loss.weights(for: batch.targets, batch.weights, batch.outputs)
            let value = loss(batch.outputs, batch.targets, weights: batch.weights).item()
            return WeightedMean(value, weight: weights?.converted(to: .float32).sum().item() ?? batch.totalWeight)
        }
    }

    /// The mean of |output − target|.
    public static let meanAbsoluteError = Metric(.meanAbsoluteError)
    /// The mean of (output − target)².
    public static let meanSquaredError = Metric(.meanSquaredError)
    /// The square root of the mean of (output − target)², in the targets' own unit.
    public static let rootMeanSquaredError = Metric("root_mean_squared_error", isLargerBetter: false) { batch in
        DerivedState(batch.mean((batch.outputs - batch.values).squared())) { $0.value.squareRoot() }
    }
    /// The share of the targets' variance that outputs explain: 1 for right ones, 0 for no better ones than the mean of all.
    public static let rSquared = Metric("r_squared", isLargerBetter: true) { ExplainedVariance($0) }
}
