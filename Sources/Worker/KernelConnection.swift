import CWorker
import Cells
import Notebook

/// Sends what a cell shows to the kernel.
struct KernelConnection: FrontEndConnection {
    let reports: ReportQueue

    func display(_ bundle: MimeBundle, identifier: String?) {
        reports.show(.display(serial: serial, .init(bundle), identifier: identifier))
    }

    func update(_ bundle: MimeBundle, identifier: String) {
        reports.show(.update(serial: serial, .init(bundle), identifier: identifier))
    }

    /// The value of a cell's last expression. Swift names a cell's types with their module, which is no business of the student's.
    func result(_ bundle: MimeBundle) {
        var bundle = bundle
        if let text = bundle.plainText, !text.hasPrefix("\"") {
            bundle.contents["text/plain"] = .text(text.replacing(/\bCell\d+(_\d+)?\./, with: ""))
        }
        reports.show(.result(serial: serial, .init(bundle)))
    }

    func clearOutput(wait: Bool) { reports.show(.clearOutput(serial: serial, wait: wait)) }

    /// The cell that the calling thread or task works for.
    private var serial: Int { Int(cw_owner()) }
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
