internal import Tensors

// Losses of numbers: a term for each, unless they say otherwise.
extension Loss {
    /// The mean of (output − target)².
    public static let meanSquaredError = Loss("meanSquaredError") { ($0 - $1).squared() }

    /// The mean of |output − target|.
    public static let meanAbsoluteError = Loss("meanAbsoluteError") { abs($0 - $1) }

    /// The mean of 100 · |output − target| / |target|: how many per cent outputs are off.
    public static let meanAbsolutePercentageError = Loss("meanAbsolutePercentageError") {
        100 * abs($0 - $1) / maximum(abs($1), .full([], 1e-7, dtype: $1.dtype))
    }

    /// The mean of (log(1 + output) − log(1 + target))²: of numbers from 0 up, such as counts, whose ratio matters. Negative ones count as 0.
    public static let meanSquaredLogarithmicError = Loss("meanSquaredLogarithmicError") {
        (log1p(relu($0)) - log1p(relu($1))).squared()
    }

    /// ½ d² of distances d up to δ, and δ (d − ½ δ) of larger ones, as a mean (Huber 1964): outliers pull only so much.
    public static func huber(delta: Double = 1) -> Loss {
        Loss("huber") { outputs, targets in
            let distance = abs(outputs - targets), held = distance.clipped(to: 0...delta)
            return held * (distance - 0.5 * held)
        }
    }

    /// ``huber(delta:)`` with δ = 1.
    public static let huber = huber()

    /// ``huber(delta:)`` divided by δ, so that its far slope is 1: the box loss of Fast R-CNN (Girshick 2015).
    public static func smoothL1(delta: Double = 1) -> Loss {
        let huber = huber(delta: delta)
        return Loss("smoothL1") { huber.terms($0, $1) / delta }
    }

    /// ``smoothL1(delta:)`` with δ = 1.
    public static let smoothL1 = smoothL1()

    /// The mean of log cosh(output − target): half the square when that is small, the distance when it is large.
    public static let logCosh = Loss("logCosh") { outputs, targets in
        let difference = outputs - targets
        return difference + (-2 * difference).softplus() - 0.6931471805599453
    }

    /// What makes the output the quantile q of the target (Koenker and Bassett 1978): q · d if the target is larger by d, (1 − q) · d if it
    /// is smaller. Two of them, as 0.05 and 0.95, make a forecast with its margins.
    public static func quantile(_ q: Double) -> Loss {
        Loss("quantile") { outputs, targets in
            let difference = targets - outputs
            return q * relu(difference) + (1 - q) * relu(-difference)
        }
    }

    /// −cos of the angle between output and target along the last axis, as a mean: −1 when they point the same way.
    public static let cosineSimilarity = Loss("cosineSimilarity") { outputs, targets in
        -cosine(outputs, targets)
    }

    /// The cosine of the angle between vectors along the last axis; 0 where one has no length.
    static func cosine(_ a: Tensor, _ b: Tensor) -> Tensor {
        let lengths = a.norm(axes: -1) * b.norm(axes: -1)
        return (a * b).sum(axes: -1) / lengths.clipped(to: 1e-12...(.infinity))
    }
}
