internal import Foundation
internal import Tensors

/// Saves the network after every epoch, or after those that are better than all before. A file that cannot be written is reported; the
/// training goes on.
public final class ModelCheckpoint: Callback {
    private let path: String
    private var metric: WatchedMetric?
    private var network: Layer?

    /// Saves to a safetensors file, which ``Layer/load(from:partially:)`` reads. `{epoch}` in its path becomes the epoch's number, so that each keeps
    /// a file of its own. With `bestOf: "val_loss"` only improvements of that metric are saved.
    public init(_ path: String, bestOf metric: String? = nil) {
        self.path = path
        self.metric = metric.map { WatchedMetric($0) }
    }

    /// Makes sure that the folder exists and the metric is measured, before any time is spent.
    public func trainingBegan(_ plan: TrainingPlan) {
        metric?.begin(plan, for: "ModelCheckpoint")
        network = plan.network
        let folder = URL(filePath: path).deletingLastPathComponent().path
        guard !FileManager.default.isWritableFile(atPath: folder) else { return }
        Failure.raise(
            ValueError(
                operation: "ModelCheckpoint", message: "the folder \(folder) does not exist or may not be written to",
                hint: "make it first, or save elsewhere"))
    }

    /// Saves the network.
    public func epochEnded(_ report: EpochReport) {
        guard metric?.improves(with: report) ?? true else { return }
        do {
            try network?.save(to: path.replacing("{epoch}", with: "\(report.epoch)"))
        } catch { print("The checkpoint of epoch \(report.epoch) was not saved: \(error)") }
    }

    /// Lets go of the network.
    public func trainingEnded(_ history: History) { network = nil }
}
