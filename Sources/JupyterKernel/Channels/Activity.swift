import JupyterWire
import Synchronization

/// The kernel's status as front ends show it: `busy` before each request and `idle` after it.
///
/// A request that is handled while a cell runs, such as a widget's message or a control request, ends with its own
/// `idle`. Some front ends would then show an idle kernel; so `busy` is published for the cell again.
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
