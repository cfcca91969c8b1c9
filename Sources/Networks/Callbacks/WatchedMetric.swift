internal import Tensors

/// A metric that callbacks wait for to become better.
struct WatchedMetric {
    let name: String
    /// What counts as no change.
    let minimumChange: Double
    private var isLargerBetter = false
    private var best: Double?

    init(_ name: String, minimumChange: Double = 0) {
        self.name = name
        self.minimumChange = minimumChange
    }

    /// Forgets earlier trainings, and makes sure that this one measures the metric.
    mutating func begin(_ plan: TrainingPlan, for callback: String) {
        best = nil
        isLargerBetter = plan.metrics.contains { $0.isLargerBetter && [$0.name, "val_\($0.name)"].contains(name) }
        guard !plan.metricNames.contains(name) else { return }
        Failure.raise(
            ValueError(
                operation: callback, message: "this training does not measure \"\(name)\"",
                hint: "it measures \(plan.metricNames.joined(separator: ", ")); val_… needs validation: examples"))
    }

    /// Whether an epoch was better than all before.
    mutating func improves(with report: EpochReport) -> Bool {
        guard let value = report.metrics[name] else { return false }
        let gain = best.map { isLargerBetter ? value - $0 : $0 - value } ?? .infinity
        guard gain > minimumChange, !value.isNaN else { return false }
        best = value
        return true
    }
}
