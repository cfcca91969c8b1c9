import Cells
import JupyterWire
import Synchronization
import WorkerProtocol

/// Sends the compiler's diagnostics of a cell while it is being written.
///
/// A front end opens a comm with this target and sends `{"serial": 1, "code": "let a ="}`. The reply is
/// `{"serial": 1, "diagnostics": [{"start": 7, "end": 8, "message": "…"}]}`, with positions in code points.
final class LiveDiagnostics: Sendable {
    /// The target of the comms.
    static let target = "swiftlet.diagnostics"

    private let comms = Mutex<Set<String>>([])

    /// Accepts a comm that is opened with this target.
    ///
    /// - Returns: Whether it has this target.
    func open(_ message: CommMessage) -> Bool {
        guard message.kind == .open(target: Self.target) else { return false }
        comms.withLock { _ = $0.insert(message.id) }
        return true
    }

    /// Answers a message to one of these comms.
    ///
    /// - Parameter find: Compiles a cell and returns its diagnostics.
    /// - Returns: Whether the message belongs to one of them.
    func receive(_ message: CommMessage, output: any OutputSink, find: (String) -> [Diagnostic]) -> Bool {
        guard comms.withLock({ $0.contains(message.id) }) else { return false }
        if message.kind == .close {
            comms.withLock { _ = $0.remove(message.id) }
        } else if case let question = message.dataObject, let code = question["code"]?.string {
            let diagnostics = find(code).map { diagnostic -> JSON in
                let range = diagnostic.range(in: code)
                let places = [range.lowerBound, range.upperBound].map { place in
                    JSON.int(code.codePointOffset(of: code.utf8.index(code.startIndex, offsetBy: place)))
                }
                let message = ([diagnostic.message] + diagnostic.hints).joined(separator: "\n")
                return ["start": places[0], "end": places[1], "message": .string(message)]
            }
            let serial = question["serial"] ?? 0
            let answer: JSON = ["serial": serial, "diagnostics": .array(diagnostics)]
            output.send(CommMessage(.message, id: message.id, data: answer.description))
        }
        return true
    }
}
