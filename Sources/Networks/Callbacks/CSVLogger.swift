internal import Foundation
internal import Tensors

/// Writes a line for every epoch to a file that spreadsheets read: the epoch, the learning rate and all metrics, separated by commas.
public final class CSVLogger: Callback {
    private let path: String
    private let appends: Bool
    private var optimizer: Optimizer?
    private var file: FileHandle?

    /// A log in a file; what it held before is replaced, unless `append` says to go on after it.
    public init(_ path: String, append: Bool = false) {
        self.path = path
        self.appends = append
    }

    /// Opens the file and names the columns.
    public func trainingBegan(_ plan: TrainingPlan) {
        optimizer = plan.optimizer
        let manager = FileManager.default
        let goesOn = appends && manager.fileExists(atPath: path)
        guard goesOn || manager.createFile(atPath: path, contents: nil), let opened = FileHandle(forWritingAtPath: path)
        else {
            Failure.raise(
                ValueError(
                    operation: "CSVLogger", message: "\(path) cannot be written",
                    hint: "check that its folder exists and may be written to"))
        }
        file = opened
        let length = (try? opened.seekToEnd()) ?? 0
        if length == 0 { write(["epoch", "learning_rate"] + plan.metricNames) }
    }

    /// Writes the epoch's line.
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
            print("\(path) takes no more lines: \(error.localizedDescription)")
            file = nil
        }
    }
}
