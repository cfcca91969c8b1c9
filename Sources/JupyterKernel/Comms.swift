import JupyterWire
import Synchronization

/// The open comms: who opened them does not matter, both sides know them by name.
final class Comms: Sendable {
    private let targets = Mutex<[String: String]>([:])

    /// Whether a comm is open.
    func isOpen(_ id: String) -> Bool { targets.withLock { $0[id] != nil } }

    /// Notes what a message does to its comm.
    func note(_ message: CommMessage) {
        targets.withLock { targets in
            switch message.kind {
            case .open(let target): targets[message.id] = target
            case .message: break
            case .close: targets[message.id] = nil
            }
        }
    }

    /// The content of a `comm_info_reply`: all open comms, or those of one target.
    func info(target: String?) -> JSON {
        let open = targets.withLock { $0 }.filter { target == nil || $0.value == target }
        return Content.ok(["comms": .object(open.mapValues { ["target_name": .string($0)] })])
    }
}
