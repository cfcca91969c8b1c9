import Glibc
import Synchronization

/// The services of the front end, the program that shows a cell's output.
///
/// The worker, which runs the cells, connects to Jupyter. In an ordinary program there is no connection, and output
/// goes to the terminal.
public protocol FrontEndConnection: Sendable {
    /// Shows a bundle. With an identifier, it can be replaced later.
    func display(_ bundle: MimeBundle, identifier: String?)
    /// Replaces every display with this identifier.
    func update(_ bundle: MimeBundle, identifier: String)
    /// Shows the value of a cell's last expression.
    func result(_ bundle: MimeBundle)
    /// Removes the cell's output: at once, or, if `wait` is true, when the next output comes.
    func clearOutput(wait: Bool)
    /// Sends a message to an object at the front end, such as a slider.
    func send(_ message: CommMessage)
    /// Asks the user for a line; `nil` if there is nobody to ask.
    func input(prompt: String, isPassword: Bool) -> String?
    /// The number of the cell for which this thread runs; 0 for none.
    var origin: Int { get }
    /// Runs code, and passes the text that it prints to a function, with the name of the stream, `stdout` or `stderr`.
    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result
}

extension FrontEndConnection {
    /// Ignores the message.
    public func send(_ message: CommMessage) {}
    /// Asks in the terminal.
    public func input(prompt: String, isPassword: Bool) -> String? {
        if isPassword { return getpass(prompt).map { String(cString: $0) } }
        print(prompt, terminator: "")
        return readLine()
    }
    /// No cell.
    public var origin: Int { 0 }
    /// Runs the code without capturing its output.
    public func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try body()
    }
}

/// The program that shows a cell's output: JupyterLab or another notebook, or a terminal.
public enum FrontEnd {
    private static let installed = Mutex<(any FrontEndConnection)?>(nil)

    /// Runs code whose result is only shown. The worker gives it random numbers of its own.
    package nonisolated(unsafe) static var aside: @Sendable (_ body: () -> Void) -> Void = { $0() }

    /// The connection of the current task, which precedes that of the process.
    @TaskLocal package static var taskConnection: (any FrontEndConnection)?

    /// Whether output goes to a notebook. It is false in a terminal, where displays are text.
    public static var isNotebook: Bool { taskConnection != nil || installed.withLock { $0 != nil } }

    /// Sends all further output through a connection, or, for `nil`, to the terminal.
    public static func connect(to connection: (any FrontEndConnection)?) {
        installed.withLock { $0 = connection }
    }

    /// The connection in use.
    package static var connection: any FrontEndConnection {
        taskConnection ?? installed.withLock { $0 } ?? Terminal()
    }
}

/// The connection outside a notebook: prints the plain text form on standard output.
struct Terminal: FrontEndConnection {
    func display(_ bundle: MimeBundle, identifier: String?) {
        if let text = bundle.plainText { print(text) }
    }

    func update(_ bundle: MimeBundle, identifier: String) { display(bundle, identifier: identifier) }
    func result(_ bundle: MimeBundle) { display(bundle, identifier: nil) }
    func clearOutput(wait: Bool) {}
}
