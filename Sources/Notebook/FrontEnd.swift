import Synchronization

/// What a running cell may ask of the program that shows its output.
///
/// The process that runs cells installs one that talks to Jupyter. Without one, in an ordinary program, output goes to the terminal.
public protocol FrontEndConnection: Sendable {
    /// Shows a bundle. With an identifier, the output can be replaced later.
    func display(_ bundle: MimeBundle, identifier: String?)
    /// Replaces every output that was shown under an identifier.
    func update(_ bundle: MimeBundle, identifier: String)
    /// Shows the value of a cell's last expression.
    func result(_ bundle: MimeBundle)
    /// Removes the cell's output: at once, or, if `wait` is set, when the next output comes.
    func clearOutput(wait: Bool)
    /// Sends a message to an object at the front end, such as a slider.
    func send(_ message: CommMessage)
    /// The number of the cell that runs on this thread; 0 for none.
    var origin: Int { get }
    /// Runs code, and hands over what it prints on this thread: text, and the stream's name, `stdout` or `stderr`.
    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result
}

extension FrontEndConnection {
    /// There are no such objects.
    public func send(_ message: CommMessage) {}
    /// Cells are not numbered.
    public var origin: Int { 0 }
    /// What is printed goes where it always goes.
    public func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try body()
    }
}

/// The program that shows a cell's output: JupyterLab or another notebook, or a terminal.
public enum FrontEnd {
    private static let installed = Mutex<(any FrontEndConnection)?>(nil)

    /// The connection of the current task alone, before the one of the whole process.
    @TaskLocal package static var taskConnection: (any FrontEndConnection)?

    /// Whether output goes to a notebook. In a terminal, it is `false`, and displays fall back to text.
    public static var isNotebook: Bool { taskConnection != nil || installed.withLock { $0 != nil } }

    /// Sends all further output through a connection; `nil` brings the terminal back.
    public static func connect(to connection: (any FrontEndConnection)?) {
        installed.withLock { $0 = connection }
    }

    /// The connection in use.
    package static var connection: any FrontEndConnection {
        taskConnection ?? installed.withLock { $0 } ?? Terminal()
    }
}

/// The fallback outside a notebook: the plain text form, on standard output.
struct Terminal: FrontEndConnection {
    func display(_ bundle: MimeBundle, identifier: String?) {
        if let text = bundle.plainText { print(text) }
    }

    func update(_ bundle: MimeBundle, identifier: String) { display(bundle, identifier: identifier) }
    func result(_ bundle: MimeBundle) { display(bundle, identifier: nil) }
    func clearOutput(wait: Bool) {}
}
