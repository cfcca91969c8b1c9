import JupyterWire
import Processes
import Synchronization
import WorkerProtocol

/// The comms, channels between objects here and at the front ends, and the requests about them.
///
/// Who opened a comm does not matter, both sides know it by name. Requests are handled one after the other on a thread of
/// their own, also while a cell runs: a slider moves while a network trains.
final class Comms: Sendable {
    private let interpreter: any Interpreter
    private let session: Session
    private let outbox: Outbox
    private let activity: Activity
    private let standardInput: StandardInput
    private let queue = RequestQueue()
    private let isStarted = Monitor(false)
    /// The open comms and their targets.
    private let targets = Mutex<[String: String]>([:])

    init(
        interpreter: any Interpreter, session: Session, outbox: Outbox, activity: Activity, standardInput: StandardInput
    ) {
        self.interpreter = interpreter
        self.session = session
        self.outbox = outbox
        self.activity = activity
        self.standardInput = standardInput
    }

    /// Whether a message on the shell socket is for `receive`.
    static func handles(_ type: String) -> Bool {
        ["comm_open", "comm_msg", "comm_close", "comm_info_request"].contains(type)
    }

    /// Takes what has arrived. Called on the sockets' thread.
    func receive(_ message: Message) { queue.append(.request(message)) }

    /// Says that the interpreter is ready for requests.
    func start() { isStarted.withLock { $0 = true } }

    /// Handles requests, once the interpreter is ready for them, until `close`.
    func run() {
        isStarted.wait { $0 ? () : nil }
        while case .request(let message)? = queue.next() {
            let request = Request(
                message: message, channel: .shell, session: session, outbox: outbox, activity: activity)
            request.handled { handle(request) }
            interpreter.commHandled()
        }
    }

    /// Ends `run` after the request that is being handled.
    func close() {
        queue.close()
        start()
    }

    /// Notes what a message from here or there does to its comm.
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
        let output = CellOutput(request: request, outbox: outbox, comms: self, standardInput: standardInput)
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
