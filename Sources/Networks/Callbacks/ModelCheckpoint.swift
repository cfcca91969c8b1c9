internal import Foundation
internal import Tensors

/// Saves the network after every epoch, or after each that is the best so far.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// let best = ModelCheckpoint("best.safetensors", bestOf: "val_loss")
/// try network.fit(train, validation: train, epochs: 5, loss: .meanSquaredError, callbacks: [best])
/// ```
/// If a file cannot be written the training continues with a message. To keep the best weights without a file, use
/// ``EarlyStopping`` with `restoresBestWeights: true`.
public final class ModelCheckpoint: Callback {
    private let path: String
    private var metric: WatchedMetric?
    private var network: Layer?

    /// Saves to a safetensors file, which ``Layer/load(from:partially:)`` reads.
    /// - Parameters:
    ///   - path: The file. `{epoch}` in it is replaced by the epoch's number, for one file per epoch.
    ///   - metric: A metric such as `val_loss`, of which only improvements are saved; nil to save every epoch.
    public init(_ path: String, bestOf metric: String? = nil) {
        self.path = path
        self.metric = metric.map { WatchedMetric($0) }
    }

    /// Checks that the folder exists and the metric is measured, before the first epoch.
    public func trainingBegan(_ plan: TrainingPlan) {
        metric?.begin(plan, for: "ModelCheckpoint")
        network = plan.network
        let folder = URL(filePath: path).deletingLastPathComponent().path
        guard !FileManager.default.isWritableFile(atPath: folder) else { return }
        Failure.raise(
            ValueError(
                operation: "ModelCheckpoint", message: "the folder \(folder) does not exist or is not writable",
                hint: "create it first, or save elsewhere"))
    }

    /// Saves the network.
    public func epochEnded(_ report: EpochReport) {
        guard metric?.improves(with: report) ?? true else { return }
        do {
            try network?.save(to: path.replacing("{epoch}", with: "\(report.epoch)"))
        } catch { print("The checkpoint of epoch \(report.epoch) was not saved: \(error)") }
    }

    /// Releases the network.
    public func trainingEnded(_ history: History) { network = nil }
}
