internal import Tensors

/// A metric that callbacks wait for to become better.
struct WatchedMetric {
    let name: String
    /// What counts as no change.
    let minimumChange: Double
    private let isLargerBetter: Bool
    private(set) var best: Double?

    /// Losses, errors and perplexities should shrink, all else should grow.
    init(_ name: String, minimumChange: Double = 0) {
        self.name = name
        self.minimumChange = minimumChange
        let shrinking = ["loss", "error", "perplexity", "divergence", "distance", "entropy"]
        isLargerBetter = !shrinking.contains { name.lowercased().contains($0) }
    }

    /// Forgets earlier trainings, and makes sure that this one measures the metric.
    mutating func begin(_ plan: TrainingPlan, for callback: String) {
        best = nil
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
