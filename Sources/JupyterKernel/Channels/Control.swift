import JupyterWire

/// Handles the requests of the control socket: those that must be answered while a cell runs.
final class Control: Sendable {
    private let interpreter: any Interpreter
    private let session: Session
    private let outbox: Outbox
    private let activity: Activity
    private let shell: Shell
    private let inspector: Inspector
    private let usage = ProcessUsage()
    private let queue = RequestQueue()
    private let shutdown: @Sendable (Request) -> Void

    init(
        interpreter: any Interpreter, session: Session, outbox: Outbox, activity: Activity, shell: Shell,
        inspector: Inspector, shutdown: @escaping @Sendable (Request) -> Void
    ) {
        self.interpreter = interpreter
        self.session = session
        self.outbox = outbox
        self.activity = activity
        self.shell = shell
        self.inspector = inspector
        self.shutdown = shutdown
    }

    /// Takes what has arrived. Called on the sockets' thread.
    func receive(_ message: Message) { queue.append(.request(message)) }

    /// Handles requests until the channel is closed.
    func run() {
        while case .request(let message)? = queue.next() {
            if message.type == "debug_request", inspector.needsInterpreter(message), shell.inspect(message) { continue }
            let request = Request(
                message: message, channel: .control, session: session, outbox: outbox, activity: activity)
            request.handled { handle(request) }
        }
    }

    /// Ends `run` after the request that is being handled.
    func close() { queue.close() }

    private func handle(_ request: Request) {
        switch request.message.type {
        case "kernel_info_request": request.reply(interpreter.language.kernelInfo)
        case "interrupt_request":
            shell.interrupt()
            request.reply(Content.ok())
        case "debug_request": request.reply(inspector.reply(to: request.content, mayAsk: false))
        case "usage_request": request.reply(usage.measure())
        case "shutdown_request": shutdown(request)
        default: break
        }
    }
}
