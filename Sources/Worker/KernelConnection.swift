import CWorker
import Cells
import Notebook

/// Sends what a cell shows to the kernel.
struct KernelConnection: FrontEndConnection {
    let channel: MessageChannel

    func display(_ bundle: MimeBundle, identifier: String?) { send(.display(.init(bundle), identifier: identifier)) }
    func update(_ bundle: MimeBundle, identifier: String) { send(.update(.init(bundle), identifier: identifier)) }
    /// The value of a cell's last expression. Swift names a cell's types with their module, which is no business of the student's.
    func result(_ bundle: MimeBundle) {
        var bundle = bundle
        if let text = bundle.plainText, !text.hasPrefix("\"") {
            bundle.contents["text/plain"] = .text(text.replacing(/\bCell\d+(_\d+)?\./, with: ""))
        }
        send(.result(.init(bundle)))
    }
    func clearOutput(wait: Bool) { send(.clearOutput(wait: wait)) }

    /// What was printed before comes before.
    private func send(_ report: WorkerReport) {
        cw_flush_stdout()
        channel.send(report)
    }
}

extension WorkerReport.Output {
    init(_ bundle: MimeBundle) {
        self.init(
            contents: bundle.contents.mapValues { content in
                switch content {
                case .text(let text): .text(text)
                case .binary(let data): .binary(data)
                case .json(let text): .json(text)
                }
            },
            sizes: bundle.sizes.mapValues { [$0.width, $0.height] })
    }
}
