internal import Tensors

/// The weighted sum of the gradients of several batches.
struct GradientSum {
    private(set) var count = 0
    private var sums: [Tensor] = []
    /// Weights in units of the first one that is not 0: batches of one size are added up as they are.
    private var unit = 0.0
    private var total = 0.0

    var shapes: [Shape] { sums.map(\.shape) }

    /// Adds the gradients of a batch.
    mutating func add(_ gradients: [Tensor], weight: Double) {
        count += 1
        if unit == 0 {
            // What came before counts for nothing.
            (sums, unit, total) = (gradients, weight, weight == 0 ? 0 : 1)
        } else if weight > 0 {
            let share = weight / unit
            for i in gradients.indices { sums[i].accumulate(share == 1 ? gradients[i] : gradients[i] * share) }
            total += share
        }
    }

    /// Σ weight · gradient / Σ weight; the last gradients if all weights are 0.
    var mean: [Tensor] { total > 1 ? sums.map { $0 / total } : sums }
}
