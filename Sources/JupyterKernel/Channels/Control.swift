import JupyterWire

/// Handles the requests of the control socket, which are answered while a cell runs.
final class Control: Sendable {
    private let interpreter: any Interpreter
    private let responder: Responder
    private let shell: Shell
    private let inspector: Inspector
    private let usage = ProcessUsage()
    private let queue = RequestQueue()
    private let shutdown: @Sendable (Request) -> Void

    init(
        interpreter: any Interpreter, responder: Responder, shell: Shell, inspector: Inspector,
        shutdown: @escaping @Sendable (Request) -> Void
    ) {
        self.interpreter = interpreter
        self.responder = responder
        self.shell = shell
        self.inspector = inspector
        self.shutdown = shutdown
    }

    /// Queues a request. Called on the sockets' thread.
    func receive(_ message: Message) { queue.append(.request(message)) }

    /// Handles requests until `close`.
    func run() {
        while case .request(let message)? = queue.next() {
            if message.type == "debug_request", inspector.needsInterpreter(message), shell.inspect(message) { continue }
            responder.handle(message, on: .control, handle)
        }
    }

    /// Ends `run` after the current request.
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
