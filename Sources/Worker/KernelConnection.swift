import CWorker
import Notebook
import WorkerProtocol

/// Sends a cell's output to the kernel.
struct KernelConnection: FrontEndConnection {
    let reports: ReportQueue

    func display(_ bundle: MimeBundle, identifier: String?) {
        reports.show(.display(serial: serial, bundle, identifier: identifier))
    }

    func update(_ bundle: MimeBundle, identifier: String) {
        reports.show(.update(serial: serial, bundle, identifier: identifier))
    }

    func result(_ bundle: MimeBundle) { reports.show(.result(serial: serial, bundle)) }

    func clearOutput(wait: Bool) { reports.show(.clearOutput(serial: serial, wait: wait)) }

    func send(_ message: CommMessage) {
        let report = WorkerReport.comm(serial: serial, message)
        // The thread that receives the front end's messages must not wait for room: the next may be an interrupt.
        if serial < 0 { reports.add(report) } else { reports.show(report) }
    }

    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try PrintCaptures.run(take, body)
    }

    func input(prompt: String, isPassword: Bool) -> String? {
        WorkerProcess.current?.input.ask(prompt: prompt, isPassword: isPassword)
    }

    var origin: Int { serial }

    /// The serial number of the cell for which the calling thread or task works.
    private var serial: Int { Int(PrintCaptures.cell(of: cw_owner())) }
}
