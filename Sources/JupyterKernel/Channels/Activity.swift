import JupyterWire
import Synchronization

/// Whether the kernel is at work, as front ends show it: `busy` before each request and `idle` after it.
///
/// What is handled while a cell runs (a widget's message, a question on the control socket) ends with an `idle` of its
/// own. A front end that looks at nothing else would show a kernel at rest; so `busy` is said for the cell once more.
final class Activity: Sendable {
    private let outbox: Outbox
    /// The header of the request that runs a cell.
    private let runningCell = Mutex<JSON?>(nil)

    init(outbox: Outbox) { self.outbox = outbox }

    func begin(_ request: Request) {
        runningCell.withLock { runningCell in
            if request.runsCell { runningCell = request.parent }
            publish(.busy, request.parent)
        }
    }

    func end(_ request: Request) {
        runningCell.withLock { runningCell in
            if request.runsCell { runningCell = nil }
            publish(.idle, request.parent)
            if let runningCell { publish(.busy, runningCell) }
        }
    }

    private func publish(_ state: Content.ExecutionState, _ parent: JSON) {
        outbox.publish("status", Content.status(state), parent: parent)
    }
}
