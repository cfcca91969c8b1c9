internal import Tensors

/// The coefficient of determination, averaged over the outputs of an example.
struct ExplainedVariance: MetricState {
    private var weight: Double
    /// For each output, the mean of its targets, the sum of squared distances from that mean, and that of squared
    /// errors.
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
        let mean = shares.times(targets).sum(axes: 0) / Swift.max(weight, .leastNormalMagnitude)
        means = mean.doubles
        spreads = shares.times((targets - mean).squared()).sum(axes: 0).doubles
        errors = shares.times((targets - outputs).squared()).sum(axes: 0).doubles
    }

    // The parallel algorithm for variances, without large sums of squares (Chan, Golub and LeVeque 1983).
    mutating func add(_ other: ExplainedVariance) {
        let total = weight + other.weight
        guard total > 0 else { return }
        for i in means.indices {
            let distance = other.means[i] - means[i]
            means[i] += distance * other.weight / total
            spreads[i] += other.spreads[i] + distance * distance * weight * other.weight / total
            errors[i] += other.errors[i]
        }
        weight = total
    }

    var value: Double {
        let shares = zip(errors, spreads).map { error, spread in
            spread == 0 && !error.isNaN ? (error == 0 ? 1 : 0) : 1 - error / spread
        }
        return shares.reduce(0, +) / Double(shares.count)
    }
}

extension Metric {
    /// A loss as a metric: the mean of its terms over all examples.
    ///
    /// ```swift
    /// let metric = Metric(.huber(delta: 2), name: "huber")
    /// ```
    public init(_ loss: Loss, name: String? = nil) {
        self.init(name ?? loss.name.snakeCased, loss.isOfLibrary ? .loss(loss) : .custom, isLargerBetter: false) {
            batch in
            let weights = loss.weights(for: batch.targets, batch.weights, batch.outputs)
            let value = loss(batch.outputs, batch.targets, weights: batch.weights).item()
            return WeightedMean(value, weight: weights?.converted(to: .float32).sum().item() ?? batch.totalWeight)
        }
    }

    /// The mean absolute error: |y − t|, averaged over all outputs y, in the unit of the targets t.
    ///
    /// Outputs and targets: numbers of the same shape.
    /// ```swift
    /// let value = Metric.meanAbsoluteError(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))  // 0.5
    /// ```
    /// Outliers affect ``rootMeanSquaredError`` more.
    public static let meanAbsoluteError = Metric(.meanAbsoluteError)
    /// The mean squared error: (y − t)², averaged over all outputs y with targets t.
    ///
    /// Outputs and targets: numbers of the same shape.
    /// ```swift
    /// let value = Metric.meanSquaredError(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))  // 0.25
    /// ```
    /// ``rootMeanSquaredError`` has the unit of the targets, ``rSquared`` none.
    public static let meanSquaredError = Metric(.meanSquaredError)
    /// The root mean squared error: √(mean of (y − t)²) over all outputs y, in the unit of the targets t.
    ///
    /// Outputs and targets: numbers of the same shape.
    /// ```swift
    /// let value = Metric.rootMeanSquaredError(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))  // 0.5
    /// ```
    /// Outliers affect ``meanAbsoluteError`` less.
    public static let rootMeanSquaredError = Metric("root_mean_squared_error", .numbers, isLargerBetter: false) {
        batch in
        DerivedState(batch.mean((batch.outputs - batch.values).squared())) { $0.value.squareRoot() }
    }
    /// The coefficient of determination: R² = 1 − Σ (t − y)² / Σ (t − t̄)², averaged over the outputs of an example: 1
    /// if all are right, 0 if they are no better than the targets' mean t̄ (Wright 1921).
    ///
    /// Outputs y and targets t: numbers of the same shape, `[n, units]`.
    /// ```swift
    /// let value = Metric.rSquared(Tensor([[1.1], [1.9], [3.2]]), Tensor([[1.0], [2], [3]]))
    /// ```
    /// For an error in the targets' unit take ``rootMeanSquaredError``.
    public static let rSquared = Metric("r_squared", .numbers, isLargerBetter: true) { ExplainedVariance($0) }
}
