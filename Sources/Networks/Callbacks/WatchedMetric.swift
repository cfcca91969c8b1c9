internal import Tensors

/// A metric whose improvement callbacks wait for.
struct WatchedMetric {
    let name: String
    /// A change must be larger than this to be an improvement.
    let minimumChange: Double
    private var isLargerBetter = false
    private var best: Double?

    init(_ name: String, minimumChange: Double = 0) {
        self.name = name
        self.minimumChange = minimumChange
    }

    /// Resets the state of an earlier training and checks that this one measures the metric.
    mutating func begin(_ plan: TrainingPlan, for callback: String) {
        best = nil
        isLargerBetter = plan.metrics.contains { $0.isLargerBetter && [$0.name, "val_\($0.name)"].contains(name) }
        guard !plan.metricNames.contains(name) else { return }
        Failure.raise(
            ValueError(
                operation: callback, message: "this training does not measure \"\(name)\"",
                hint: "it measures \(plan.metricNames.joined(separator: ", ")); val_ metrics need validation: examples")
        )
    }

    /// Whether an epoch was better than all previous ones.
    mutating func improves(with report: EpochReport) -> Bool {
        guard let value = report.metrics[name] else { return false }
        let gain = best.map { isLargerBetter ? value - $0 : $0 - value } ?? .infinity
        guard gain > minimumChange, !value.isNaN else { return false }
        best = value
        return true
    }
}
