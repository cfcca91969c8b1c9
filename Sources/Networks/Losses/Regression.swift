internal import Tensors

// Losses of regression: one term per number, unless they say otherwise.
extension Loss {
    /// The mean squared error: (y − t)², averaged over all outputs.
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`.
    /// ```swift
    /// let loss = Loss.meanSquaredError(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))
    /// ```
    /// The maximum likelihood for normally distributed errors (Goodfellow et al. 2016, section 5.5). With outliers take
    /// ``huber(delta:)`` or ``meanAbsoluteError``.
    public static let meanSquaredError = Loss("meanSquaredError", .values) { ($0 - $1).squared() }

    /// The mean absolute error: |y − t|, averaged over all outputs.
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`.
    /// ```swift
    /// let loss = Loss.meanAbsoluteError(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))
    /// ```
    /// It estimates the median, which outliers hardly affect; ``quantile(_:)`` estimates other quantiles. If the
    /// gradient should vanish at the minimum take ``huber(delta:)``.
    public static let meanAbsoluteError = Loss("meanAbsoluteError", .values) { abs($0 - $1) }

    /// The mean absolute percentage error: 100 |y − t| / |t|, averaged over all outputs.
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`.
    /// ```swift
    /// let loss = Loss.meanAbsolutePercentageError(Tensor([[90.0]]), Tensor([[100.0]]))  // 10
    /// ```
    /// Targets near 0 dominate it; ``meanSquaredLogarithmicError`` compares ratios too, without that.
    public static let meanAbsolutePercentageError = Loss("meanAbsolutePercentageError", .values) {
        100 * abs($0 - $1) / maximum(abs($1), .full([], 1e-7, dtype: $1.dtype))
    }

    /// The mean squared logarithmic error: (log(1 + y) − log(1 + t))², averaged over all outputs.
    ///
    /// Outputs y and targets t: numbers of the same shape that are at least 0; negative ones count as 0.
    /// ```swift
    /// let loss = Loss.meanSquaredLogarithmicError(Tensor([[9.0]]), Tensor([[99.0]]))
    /// ```
    /// For prices and counts, of which the ratio matters. For the difference take ``meanSquaredError``.
    public static let meanSquaredLogarithmicError = Loss("meanSquaredLogarithmicError", .values) {
        (log1p(relu($0)) - log1p(relu($1))).squared()
    }

    /// ``huber(delta:)`` with δ = 1.
    public static let huber = huber()

    /// The Huber loss: ½ d² where d = |y − t| is at most δ, else δ (d − ½ δ), averaged over all outputs (Huber 1964).
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`.
    /// ```swift
    /// let loss = Loss.huber(delta: 2)(Tensor([[1.5], [12]]), Tensor([[1.0], [2]]))
    /// ```
    /// Outliers affect it less than ``meanSquaredError``; for boxes there is ``smoothL1(delta:)``.
    /// - Parameter delta: The distance δ at which the square becomes a straight line.
    public static func huber(delta: Double = 1) -> Loss {
        Loss("huber", .values) { outputs, targets in
            let distance = abs(outputs - targets), held = distance.clipped(to: 0...delta)
            return held * (distance - 0.5 * held)
        }
    }

    /// ``smoothL1(delta:)`` with δ = 1.
    public static let smoothL1 = smoothL1()

    /// ``huber(delta:)`` divided by δ: ½ d² / δ where d = |y − t| is at most δ, else d − ½ δ, averaged over all outputs
    /// (Girshick 2015, equation 3).
    ///
    /// Outputs y and targets t: numbers of the same shape, such as offsets of boxes `[n, 4]`.
    /// ```swift
    /// let loss = Loss.smoothL1(.zeros([2, 4]), .ones([2, 4]))
    /// ```
    /// The box loss of Fast R-CNN; its gradient is ±1 for outliers whatever δ is. Else ``huber(delta:)``.
    /// - Parameter delta: The distance δ at which the square becomes a straight line.
    public static func smoothL1(delta: Double = 1) -> Loss {
        let huber = huber(delta: delta)
        return Loss("smoothL1") { huber.terms($0, $1) / delta }
    }

    /// The log-cosh loss: log cosh(y − t), averaged over all outputs: about ½ d² for small distances d, d − log 2 for
    /// large ones.
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`.
    /// ```swift
    /// let loss = Loss.logCosh(Tensor([[1.5], [12]]), Tensor([[1.0], [2]]))
    /// ```
    /// Like ``huber(delta:)``, but smooth to all orders, as second-order methods such as ``LBFGS`` like it.
    public static let logCosh = Loss("logCosh", .values) { ($0 - $1).logCosh() }

    /// The quantile loss: q (t − y) where t > y, else (1 − q) (y − t), averaged over all outputs (Koenker and Bassett
    /// 1978).
    ///
    /// Outputs y and targets t: numbers of the same shape, such as `[n, 1]`. The output becomes the quantile q of t.
    /// ```swift
    /// let upper = Loss.quantile(0.95)(Tensor([[1.5], [2.0]]), Tensor([[1.0], [2.5]]))
    /// ```
    /// Two of them, such as 0.05 and 0.95, make a prediction interval; q = ½ is half the ``meanAbsoluteError``.
    /// - Parameter q: The quantile, between 0 and 1.
    public static func quantile(_ q: Double) -> Loss {
        Loss("quantile", .values) { outputs, targets in
            let difference = targets - outputs
            return q * relu(difference) + (1 - q) * relu(-difference)
        }
    }

    /// The negative cosine similarity: −y · t / (‖y‖ ‖t‖) along the last axis, averaged over examples: −1 when both
    /// have the same direction.
    ///
    /// Outputs y and targets t: vectors of the same shape, `[n, …, units]`.
    /// ```swift
    /// let loss = Loss.cosineSimilarity(Tensor([[1.0, 0]]), Tensor([[1.0, 1]]))
    /// ```
    /// For embeddings, whose length does not matter. If it does take ``meanSquaredError``.
    public static let cosineSimilarity = Loss("cosineSimilarity", .values) { outputs, targets in
        -cosine(outputs, targets)
    }

    /// The cosine of the angle between vectors along the last axis; 0 if one is zero, as are its gradients then.
    static func cosine(_ a: Tensor, _ b: Tensor) -> Tensor { (direction(a) * direction(b)).sum(axes: -1) }

    /// Vectors along the last axis divided by their lengths, whatever these are; a zero vector stays one.
    private static func direction(_ x: Tensor) -> Tensor {
        let length = x.norm(axes: -1, keepDims: true)
        return x / .select(length .> 0, length, .full([], .infinity, dtype: length.dtype))
    }
}
