import Glibc
package import JupyterWire
import Processes

/// A Jupyter kernel: it listens at the addresses in a connection file and passes requests to an interpreter.
///
/// It has six threads: one owns the sockets and never waits for anything else, one echoes the heartbeat, one handles
/// shell requests in order, two handle control requests and comms meanwhile, and the one in `run` waits for the end.
package final class Kernel: Sendable {
    /// How long, in seconds, a running cell and outgoing messages may take at shutdown.
    private static let patience = 2.0

    private let interpreter: any Interpreter
    private let context: SocketContext
    private let outbox: Outbox
    private let standardInput: StandardInput
    private let transport: Transport
    private let heartbeat: Heartbeat
    private let shell: Shell
    private let control: Control
    private let comms: Comms
    /// Whether a new kernel will follow; `nil` until the shutdown is requested.
    private let restart: Monitor<Bool?>
    private let history: History

    /// Binds the sockets, so that front ends can connect while the interpreter starts.
    ///
    /// - Parameter history: Records what is run.
    /// - Throws: `SocketError` if an address is in use or is not one of this machine's.
    package init(
        connection: ConnectionFile, interpreter: any Interpreter, history: History = History(file: nil)
    ) throws {
        let session = Session(username: "kernel")
        let restart = Monitor<Bool?>(nil)
        let shutdown: @Sendable (Request) -> Void = { request in
            let isRestart = request.content["restart"]?.bool ?? false
            request.reply(Content.ok(["restart": .bool(isRestart)]))
            restart.withLock { $0 = $0 ?? isRestart }
        }
        self.interpreter = interpreter
        self.restart = restart
        self.history = history
        context = try SocketContext()
        outbox = Outbox(session: session)
        standardInput = StandardInput(session: session, outbox: outbox)
        let responder = Responder(session: session, outbox: outbox)
        comms = Comms(interpreter: interpreter, responder: responder, standardInput: standardInput)
        let inspector = Inspector(interpreter: interpreter)
        shell = Shell(
            connection: connection, interpreter: interpreter, responder: responder, comms: comms, inspector: inspector,
            history: history, standardInput: standardInput, shutdown: shutdown)
        control = Control(
            interpreter: interpreter, responder: responder, shell: shell, inspector: inspector, shutdown: shutdown)

        // Only this user may connect to sockets in the file system.
        let mask = umask(0o077)
        defer { umask(mask) }
        transport = try Transport(connection: connection, context: context, session: session, outbox: outbox)
        heartbeat = try Heartbeat(connection: connection, context: context)
    }

    /// Serves until a front end or ``shutDown()`` ends the kernel, or the server that started it has ended.
    package func run() {
        let receivers = Transport.Receivers(
            shell: { [shell, comms] item in
                if case .request(let message) = item, Comms.handles(message.type) {
                    comms.receive(message)
                } else {
                    shell.receive(item)
                }
            }, control: control.receive, stdin: standardInput.receive)
        let sockets = KernelThread(name: "sockets") { [transport] in transport.run(receivers) }
        let beating = KernelThread(name: "heartbeat") { [heartbeat] in heartbeat.run() }
        let controlling = KernelThread(name: "control") { [control] in control.run() }
        let communicating = KernelThread(name: "comms") { [comms] in comms.run() }
        let running = KernelThread(name: "shell") { [shell] in shell.run() }

        let isRestart = waitForEnd()
        standardInput.close()
        control.close()
        comms.close()
        shell.close()
        interpreter.shutdown(restart: isRestart)
        controlling.join(seconds: Self.patience)
        communicating.join(seconds: Self.patience)
        running.join(seconds: Self.patience)
        outbox.close()
        sockets.join(seconds: Self.patience)
        context.shutDown()
        beating.join(seconds: Self.patience)
        context.terminate()
        history.flush()
    }

    /// Interrupts the running cell, as `interrupt_request` does. For SIGINT.
    package func interrupt() { shell.interrupt() }

    /// Ends the kernel as `shutdown_request` does. For SIGTERM.
    package func shutDown() {
        restart.withLock { $0 = $0 ?? false }
    }

    /// Waits until the shutdown is requested. A kernel ends with the server that started it: nothing else would end it.
    private func waitForEnd() -> Bool {
        let server = getenv("JPY_PARENT_PID").flatMap { Int32(String(cString: $0)) }
        let parent = getppid()
        // The parent is the server or a launcher in between. It may have ended before this line.
        let isOrphan = server != nil && server != 1 && parent == 1
        while !isOrphan, server == nil || parent == getppid() {
            if let isRestart = restart.wait(seconds: 1, until: { $0 }) { return isRestart }
        }
        return false
    }
}
