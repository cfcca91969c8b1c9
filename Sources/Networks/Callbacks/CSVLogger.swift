internal import Foundation
internal import Tensors

/// Writes one line per epoch to a CSV file: the epoch, the learning rate and all metrics.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(1) }
/// let train = Examples(inputs: .normal([64, 2]), targets: .zeros([64, 1]))
/// try network.fit(train, loss: .meanSquaredError, callbacks: [CSVLogger("training.csv")])
/// ```
/// The history that `fit` returns has the same numbers, and those of every step.
public final class CSVLogger: Callback {
    private let path: String
    private let appends: Bool
    private var optimizer: Optimizer?
    private var file: FileHandle?

    /// A log in a file.
    /// - Parameters:
    ///   - path: The file.
    ///   - append: Whether to append to an existing file instead of replacing it.
    public init(_ path: String, append: Bool = false) {
        self.path = path
        self.appends = append
    }

    /// Opens the file and writes the names of the columns.
    public func trainingBegan(_ plan: TrainingPlan) {
        optimizer = plan.optimizer
        let manager = FileManager.default
        let goesOn = appends && manager.fileExists(atPath: path)
        guard goesOn || manager.createFile(atPath: path, contents: nil), let opened = FileHandle(forWritingAtPath: path)
        else {
            Failure.raise(
                ValueError(
                    operation: "CSVLogger", message: "cannot write to \(path)",
                    hint: "check that its folder exists and is writable"))
        }
        file = opened
        let length = (try? opened.seekToEnd()) ?? 0
        if length == 0 { write(["epoch", "learning_rate"] + plan.metricNames) }
    }

    /// Writes the line of the epoch.
    public func epochEnded(_ report: EpochReport) {
        write(["\(report.epoch)", "\(optimizer?.learningRate ?? .nan)"] + report.metrics.values.map { "\($0)" })
    }

    /// Closes the file.
    public func trainingEnded(_ history: History) {
        try? file?.close()
        (file, optimizer) = (nil, nil)
    }

    private func write(_ fields: [String]) {
        do {
            try file?.write(contentsOf: Data((fields.joined(separator: ",") + "\n").utf8))
        } catch {
            print("CSVLogger: cannot write to \(path) any more: \(error.localizedDescription)")
            file = nil
        }
    }
}
