import CWorker
import Notebook
import WorkerProtocol

/// Sends what a cell shows to the kernel.
struct KernelConnection: FrontEndConnection {
    let reports: ReportQueue

    func display(_ bundle: MimeBundle, identifier: String?) {
        reports.show(.display(serial: serial, bundle, identifier: identifier))
    }

    func update(_ bundle: MimeBundle, identifier: String) {
        reports.show(.update(serial: serial, bundle, identifier: identifier))
    }

    /// The value of a cell's last expression. Swift names a cell's types with their module, which is no business of the student's.
    func result(_ bundle: MimeBundle) {
        var bundle = bundle
        if let text = bundle.plainText, !text.hasPrefix("\"") {
            bundle.contents["text/plain"] = .text(text.replacing(/\bCell\d+(_\d+)?\./, with: ""))
        }
        reports.show(.result(serial: serial, bundle))
    }

    func clearOutput(wait: Bool) { reports.show(.clearOutput(serial: serial, wait: wait)) }

    func send(_ message: CommMessage) {
        let report = WorkerReport.comm(serial: serial, message)
        // Who takes the front end's messages must not wait until there is room: the next one may be an interrupt.
        if serial < 0 { reports.add(report) } else { reports.show(report) }
    }

    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try PrintCaptures.run(take, body)
    }

    var origin: Int { serial }

    /// The cell that the calling thread or task works for.
    private var serial: Int { Int(PrintCaptures.cell(of: cw_owner())) }
}
