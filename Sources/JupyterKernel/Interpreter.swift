import JupyterWire
package import WorkerProtocol

/// The language behind a kernel: it runs cells.
///
/// The kernel handles what is Jupyter's (counting, history, queueing, the order of messages), the interpreter what is
/// the language's. The kernel's shell thread makes all calls, one at a time, with these exceptions: `willExecute`,
/// `interrupt`, `shutdown` and the calls about comms come from other threads, also during another call.
package protocol Interpreter: AnyObject, Sendable {
    /// The language, for `kernel_info_reply`. Called at any time, from any thread; must return at once.
    var language: LanguageInfo { get }

    /// Prepares the interpreter, after the sockets are bound and before the first request is handled.
    ///
    /// Until it returns, shell requests wait; control requests are answered. Work that can be done while the first
    /// notebook opens should start here and be waited for in `execute`.
    ///
    /// - Parameter output: Takes what belongs to no cell. It may be kept.
    func start(output: any OutputSink)

    /// Runs a cell to its end.
    /// - Parameters:
    ///   - cell: The cell to run.
    ///   - output: Takes everything that the cell shows, from any thread. It may be kept: what a thread shows that
    ///     outlives its cell still belongs to that cell.
    func execute(_ cell: Cell, output: any OutputSink) -> CellOutcome

    /// Announces a cell that waits in the queue, so that it can be compiled while another one runs. It may never be
    /// executed. Called on the sockets' thread: must return at once.
    func willExecute(_ code: String)

    /// Evaluates one of a request's `user_expressions`, after its cell has run without an error.
    func evaluate(_ expression: String) -> Result<MimeBundle, CellError>

    /// The variables that cells have declared, for a front end's panel. Called between two cells.
    func variables() -> [Variable]

    /// Whether Return should run this code in a console or continue it.
    func isComplete(_ code: String) -> Completeness

    /// The completions at the cursor.
    func complete(_ code: String, at cursor: String.Index) -> Completions

    /// Documentation of the name at the cursor; `nil` if there is none.
    ///
    /// - Parameter detail: 0 for a summary, 1 for everything.
    func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle?

    /// Stops the cell that is running or about to run. Called on the control thread, only during `execute`, `evaluate`
    /// or `variables`; if that call ends by itself meanwhile, the next cell must not be affected.
    func interrupt()

    /// Stops code that runs without a cell, in response to a comm's message.
    func interruptBackground()

    /// Ends everything that the interpreter has started, promptly; a running `execute` returns `.aborted`. Called once,
    /// from another thread, at any time, also during `start`.
    ///
    /// - Parameter restart: Whether a new kernel will follow.
    func shutdown(restart: Bool)

    /// A front end opened a comm. Called, as `commReceived` is, on the comms' thread, also while a cell runs: must
    /// return soon.
    ///
    /// - Returns: Whether the target is known; if not, the kernel closes the comm again.
    func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool

    /// A front end sent a message to an open comm, or closed it.
    func commReceived(_ message: CommMessage, output: any OutputSink)

    /// A front end's comm message has been handled: its callbacks may run.
    func commHandled()
}

extension Interpreter {
    /// Prepares nothing.
    package func start(output: any OutputSink) {}
    /// Compiles nothing ahead.
    package func willExecute(_ code: String) {}
    /// Fails: this language evaluates no user expressions.
    package func evaluate(_ expression: String) -> Result<MimeBundle, CellError> {
        .failure(CellError(name: "Unsupported", value: "\(language.name) does not evaluate user expressions"))
    }
    /// No variables.
    package func variables() -> [Variable] { [] }
    /// Unknown.
    package func isComplete(_ code: String) -> Completeness { .unknown }
    /// No completions.
    package func complete(_ code: String, at cursor: String.Index) -> Completions {
        Completions(matches: [], range: cursor..<cursor)
    }
    /// No documentation.
    package func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle? { nil }
    /// Stops nothing.
    package func interruptBackground() {}
    /// Ends nothing.
    package func shutdown(restart: Bool) {}
    /// Knows no target.
    package func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool { false }
    /// Runs nothing.
    package func commHandled() {}
    /// Ignores the message.
    package func commReceived(_ message: CommMessage, output: any OutputSink) {}
}

/// A description of a language.
package struct LanguageInfo: Sendable, Hashable {
    /// The language's name, such as `swift`.
    package var name: String
    /// Its version, such as `6.3.1`.
    package var version: String
    /// The MIME type of its source, such as `text/x-swift`.
    package var mimeType: String
    /// The suffix of its files with the dot, such as `.swift`.
    package var fileExtension: String
    /// The name of its highlighting mode in the editor of the front ends.
    package var codeMirrorMode: String
    /// The text that a console shows at its start.
    package var banner: String

    /// Swift, as front ends know it.
    package static func swift(version: String, banner: String) -> LanguageInfo {
        LanguageInfo(
            name: "swift", version: version, mimeType: "text/x-swift", fileExtension: ".swift", codeMirrorMode: "swift",
            banner: banner)
    }
}

/// A cell to run.
package struct Cell: Sendable, Hashable {
    /// The source, as written.
    package var code: String
    /// The number in its `In [n]`. A cell that is not stored in the history has the number of the last one that is.
    package var executionCount: Int
    /// Whether nothing is shown. The kernel drops the output; a result need not even be formatted.
    package var isSilent: Bool
    /// The front end's identifier of the cell (`cellId`), the same when it runs again; `nil` in a console.
    package var id: String?

    /// A cell with the given properties.
    package init(code: String, executionCount: Int, isSilent: Bool = false, id: String? = nil) {
        self.code = code
        self.executionCount = executionCount
        self.isSilent = isSilent
        self.id = id
    }
}

/// How a cell ended.
package enum CellOutcome: Sendable, Hashable {
    /// It finished.
    case ok
    /// It failed; the kernel shows the error.
    case error(CellError)
    /// It was abandoned because the kernel is shutting down.
    case aborted
}

/// Why a cell failed, as a front end shows it.
package struct CellError: Error, Hashable {
    /// The kind of error, such as `ShapeError`.
    package var name: String
    /// The message, in one line.
    package var value: String
    /// The lines that a front end shows instead of name and value; they may contain ANSI colours.
    package var traceback: [String]

    /// An error with the given properties.
    package init(name: String, value: String, traceback: [String] = []) {
        self.name = name
        self.value = value
        self.traceback = traceback
    }
}

/// Whether code can be run as it is.
package enum Completeness: Sendable, Hashable {
    /// It can be run.
    case complete
    /// More must follow; the next line starts with this indentation.
    case incomplete(indent: String)
    /// It is wrong, whatever follows.
    case invalid
    /// It cannot be told.
    case unknown
}

/// The completions at a cursor.
package struct Completions: Sendable, Hashable {
    /// The candidates, the most likely first.
    package var matches: [Completion]
    /// The part of the code that a candidate replaces.
    package var range: Range<String.Index>

    /// Candidates that replace a part of the code.
    package init(matches: [Completion], range: Range<String.Index>) {
        self.matches = matches
        self.range = range
    }
}

/// One candidate of a completion.
package struct Completion: Sendable, Hashable {
    /// The text to insert.
    package var text: String
    /// Its kind, such as `function` or `struct`; a front end shows it as an icon.
    package var kind: String?
    /// Its signature.
    package var signature: String?

    /// A candidate with the given properties.
    package init(_ text: String, kind: String? = nil, signature: String? = nil) {
        self.text = text
        self.kind = kind
        self.signature = signature
    }
}
