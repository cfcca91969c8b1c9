import JupyterWire
import Processes
import Synchronization
import WorkerProtocol

/// Handles the requests about comms, the channels between objects in the kernel and at the front ends.
///
/// Both sides know a comm by its identifier, whichever opened it. Requests are handled in order on their own thread,
/// also while a cell runs: a slider can be moved while a network trains.
final class Comms: Sendable {
    private let interpreter: any Interpreter
    private let responder: Responder
    private let standardInput: StandardInput
    private let queue = RequestQueue()
    private let isStarted = Monitor(false)
    /// The open comms and their targets.
    private let targets = Mutex<[String: String]>([:])

    init(interpreter: any Interpreter, responder: Responder, standardInput: StandardInput) {
        self.interpreter = interpreter
        self.responder = responder
        self.standardInput = standardInput
    }

    /// Whether a message on the shell socket is for `receive`.
    static func handles(_ type: String) -> Bool {
        ["comm_open", "comm_msg", "comm_close", "comm_info_request"].contains(type)
    }

    /// Queues a request. Called on the sockets' thread.
    func receive(_ message: Message) { queue.append(.request(message)) }

    /// Starts handling requests: the interpreter is ready.
    func start() { isStarted.withLock { $0 = true } }

    /// Handles requests, from `start` until `close`.
    func run() {
        isStarted.wait { $0 ? () : nil }
        while case .request(let message)? = queue.next() {
            responder.handle(message, on: .shell, handle)
            interpreter.commHandled()
        }
    }

    /// Ends `run` after the current request.
    func close() {
        queue.close()
        start()
    }

    /// Records that a message from either side opens or closes its comm.
    func note(_ message: CommMessage) {
        targets.withLock { targets in
            switch message.kind {
            case .open(let target): targets[message.id] = target
            case .message: break
            case .close: targets[message.id] = nil
            }
        }
    }

    private func handle(_ request: Request) {
        guard let message = CommMessage(request.message) else {
            if request.message.type == "comm_info_request" {
                request.reply(info(target: request.content["target_name"]?.string))
            }
            return
        }
        let output = CellOutput(request: request, outbox: responder.outbox, comms: self, standardInput: standardInput)
        switch message.kind {
        case .open:
            note(message)
            if !interpreter.commOpened(message, output: output) { output.send(CommMessage(.close, id: message.id)) }
        case .message, .close:
            guard targets.withLock({ $0[message.id] != nil }) else { return }
            note(message)
            interpreter.commReceived(message, output: output)
        }
        output.end()
    }

    /// The content of a `comm_info_reply`: all open comms, or those of one target.
    private func info(target: String?) -> JSON {
        let open = targets.withLock { $0 }.filter { target == nil || $0.value == target }
        return Content.ok(["comms": .object(open.mapValues { ["target_name": .string($0)] })])
    }
}
