import JupyterWire
import Synchronization

/// Handles the requests of the shell socket, except those about comms, in order on its own thread.
final class Shell: Sendable {
    /// The state that requests share. Only the shell's thread uses it; the lock satisfies the compiler.
    private struct State {
        var executionCount = 0
        /// Whether the queued cells are aborted because a cell has failed.
        var isAborting = false
    }

    /// How many cells have arrived and not ended, and whether one of them is running and was interrupted.
    private struct Progress {
        var waiting = 0
        var isExecuting = false
        var wasInterrupted = false
    }

    private let connection: ConnectionFile
    private let interpreter: any Interpreter
    private let responder: Responder
    private let comms: Comms
    private let inspector: Inspector
    private let history: History
    private let standardInput: StandardInput
    private let queue = RequestQueue()
    private let state = Mutex(State())
    private let progress = Mutex(Progress())
    private let shutdown: @Sendable (Request) -> Void

    /// - Parameter shutdown: Answers a `shutdown_request`, which old clients send here.
    init(
        connection: ConnectionFile, interpreter: any Interpreter, responder: Responder, comms: Comms,
        inspector: Inspector, history: History, standardInput: StandardInput,
        shutdown: @escaping @Sendable (Request) -> Void
    ) {
        self.connection = connection
        self.interpreter = interpreter
        self.responder = responder
        self.comms = comms
        self.inspector = inspector
        self.history = history
        self.standardInput = standardInput
        self.shutdown = shutdown
    }

    /// Queues an item. Called on the sockets' thread.
    func receive(_ item: RequestQueue.Item) {
        if case .request(let message) = item, message.type == "execute_request" {
            let mustWait = progress.withLock { progress in
                progress.waiting += 1
                return progress.waiting > 1
            }
            if mustWait, let code = message.content["code"]?.string { interpreter.willExecute(code) }
        }
        queue.append(item)
    }

    /// Queues a request of the control socket that needs the interpreter, unless a cell runs or waits, which may take
    /// hours.
    ///
    /// - Returns: Whether it was queued.
    func inspect(_ message: Message) -> Bool {
        progress.withLock { progress in
            guard progress.waiting == 0 else { return false }
            queue.append(.inspection(message))
            return true
        }
    }

    /// Handles requests until `close`.
    func run() {
        // The kernel may have been shut down already.
        guard queue.isOpen else { return }
        interpreter.start(output: output(for: nil))
        comms.start()
        while let item = queue.next() {
            switch item {
            case .settled: state.withLock { $0.isAborting = false }
            case .request(let message): responder.handle(message, on: .shell, handle)
            case .inspection(let message):
                responder.handle(message, on: .control) { request in
                    request.reply(executing { inspector.reply(to: request.content, mayAsk: true) })
                }
            }
        }
    }

    /// Ends `run` after the current request.
    func close() { queue.close() }

    /// Interrupts the running cell or, if there is none, widget callbacks.
    func interrupt() {
        let isExecuting = progress.withLock { progress in
            if progress.isExecuting { progress.wasInterrupted = true }
            return progress.isExecuting
        }
        guard isExecuting else { return interpreter.interruptBackground() }
        standardInput.interrupt()
        interpreter.interrupt()
    }

    /// Runs a body that an interrupt may end.
    private func executing<Result>(_ body: () -> Result) -> Result {
        progress.withLock { ($0.isExecuting, $0.wasInterrupted) = (true, false) }
        defer { progress.withLock { $0.isExecuting = false } }
        return body()
    }

    private func handle(_ request: Request) {
        switch request.message.type {
        case "kernel_info_request": request.reply(interpreter.language.kernelInfo)
        case "connect_request": connect(request)
        case "execute_request": executeOrAbort(request)
        case "is_complete_request": isComplete(request)
        case "complete_request": complete(request)
        case "inspect_request": inspect(request)
        case "history_request": request.reply(history.reply(to: request.content))
        case "shutdown_request": shutdown(request)
        default: break
        }
    }

    private func output(
        for request: Request?, executionCount: Int = 0, isSilent: Bool = false, allowsInput: Bool = false
    ) -> CellOutput {
        CellOutput(
            request: request, executionCount: executionCount, isSilent: isSilent, allowsInput: allowsInput,
            outbox: responder.outbox, comms: comms, standardInput: standardInput)
    }
}

// MARK: Running cells

extension Shell {
    private func executeOrAbort(_ request: Request) {
        defer { progress.withLock { $0.waiting -= 1 } }
        if state.withLock({ $0.isAborting }) {
            request.replyAborted()
        } else if let code = request.content["code"]?.string {
            execute(code, request)
        } else {
            request.replyMissing("code")
        }
    }

    private func execute(_ code: String, _ request: Request) {
        let started = Session.timestamp()
        let isSilent = request.content["silent"]?.bool ?? false
        let isStored = !isSilent && request.content["store_history"]?.bool ?? true
        let count = state.withLock { state in
            if isStored { state.executionCount += 1 }
            return state.executionCount
        }
        if !isSilent { request.publish("execute_input", Content.executeInput(code: code, executionCount: count)) }

        let output = output(
            for: request, executionCount: count, isSilent: isSilent,
            allowsInput: request.content["allow_stdin"]?.bool ?? true)
        let cell = Cell(
            code: code, executionCount: count, isSilent: isSilent, id: request.message.metadata["cellId"]?.string)
        let outcome = executing { interpreter.execute(cell, output: output) }
        let wasInterrupted = progress.withLock { $0.wasInterrupted }
        inspector.forget()
        output.end()

        if isStored { history.record(line: count, input: code, output: output.resultText) }
        let reply: JSON
        switch outcome {
        case .ok:
            // The interrupt came too late for this cell, and in time for those behind it.
            if wasInterrupted { abortQueued() }
            reply = Content.ok([
                "execution_count": .int(count), "payload": output.payload,
                "user_expressions": userExpressions(request.content["user_expressions"]?.object ?? [:]),
            ])
        case .error(let error):
            if request.content["stop_on_error"]?.bool ?? true { abortQueued() }
            if !isSilent {
                request.publish(
                    "error", Content.error(name: error.name, value: error.value, traceback: error.traceback))
            }
            reply = Content.failure(
                name: error.name, value: error.value, traceback: error.traceback,
                members: ["execution_count": .int(count), "payload": output.payload, "user_expressions": [:]])
        case .aborted: return request.replyAborted()
        }
        var metadata: [String: JSON] = ["started": .string(started)]
        metadata["swiftlet"] = output.metadata
        request.reply(reply, metadata: .object(metadata))
    }

    /// Aborts the cells that have arrived, and no later one: a cell sent after the error was seen is meant to run.
    private func abortQueued() {
        state.withLock { $0.isAborting = true }
        responder.outbox.requestSettling()
    }

    private func userExpressions(_ expressions: [String: JSON]) -> JSON {
        .object(
            expressions.mapValues { expression in
                guard let expression = expression.string else {
                    return Content.failure(name: "BadRequest", value: "a user expression must be a string")
                }
                switch executing({ interpreter.evaluate(expression) }) {
                case .success(let bundle):
                    return Content.ok(["data": bundle.data, "metadata": bundle.metadata])
                case .failure(let error):
                    return Content.failure(name: error.name, value: error.value, traceback: error.traceback)
                }
            })
    }
}

// MARK: Questions about code

extension Shell {
    private func isComplete(_ request: Request) {
        guard let code = request.content["code"]?.string else { return request.replyMissing("code") }
        switch interpreter.isComplete(code) {
        case .complete: request.reply(["status": "complete"])
        case .incomplete(let indent): request.reply(["status": "incomplete", "indent": .string(indent)])
        case .invalid: request.reply(["status": "invalid"])
        case .unknown: request.reply(["status": "unknown"])
        }
    }

    private func complete(_ request: Request) {
        guard let code = request.content["code"]?.string else { return request.replyMissing("code") }
        let completions = interpreter.complete(code, at: cursor(in: code, request))
        let start = JSON.int(code.codePointOffset(of: completions.range.lowerBound))
        let end = JSON.int(code.codePointOffset(of: completions.range.upperBound))
        let types = completions.matches.map { match -> JSON in
            var type: [String: JSON] = ["text": .string(match.text), "start": start, "end": end]
            type["type"] = match.kind.map(JSON.string)
            type["signature"] = match.signature.map(JSON.string)
            return .object(type)
        }
        request.reply(
            Content.ok([
                "matches": .array(completions.matches.map { .string($0.text) }), "cursor_start": start,
                "cursor_end": end, "metadata": types.isEmpty ? [:] : ["_jupyter_types_experimental": .array(types)],
            ]))
    }

    private func inspect(_ request: Request) {
        guard let code = request.content["code"]?.string else { return request.replyMissing("code") }
        let found = interpreter.inspect(
            code, at: cursor(in: code, request), detail: request.content["detail_level"]?.int ?? 0)
        request.reply(
            Content.ok([
                "found": .bool(found != nil), "data": found?.data ?? [:], "metadata": found?.metadata ?? [:],
            ]))
    }

    private func cursor(in code: String, _ request: Request) -> String.Index {
        request.content["cursor_pos"]?.int.map(code.index(atCodePoint:)) ?? code.endIndex
    }
}

// MARK: Everything else

extension Shell {
    private func connect(_ request: Request) {
        let ports = connection.ports.map { (channel, port) in (channel.rawValue + "_port", JSON.int(port)) }
        request.reply(Content.ok(Dictionary(uniqueKeysWithValues: ports)))
    }
}
