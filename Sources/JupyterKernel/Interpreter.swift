import JupyterWire
package import WorkerProtocol

/// The language behind a kernel: whatever runs cells.
///
/// Everything Jupyter's is the kernel's (counting, history, queueing, the order of messages); everything the language's
/// is here. The kernel's shell thread makes all calls, one at a time, but for these: `willExecute`, `interrupt`,
/// `shutdown` and those about comms come from other threads, also while a call is running.
package protocol Interpreter: AnyObject, Sendable {
    /// What the language is called, for `kernel_info_reply`. Asked at any time, from any thread; answer at once.
    var language: LanguageInfo { get }

    /// Gets ready, after the sockets are bound and before the first request is handled.
    ///
    /// Until it returns, shell requests wait; control requests are answered. Whatever can be done while the first
    /// notebook opens is best started here and waited for in `execute`.
    /// - Parameter output: For what belongs to no cell. It may be kept.
    func start(output: any OutputSink)

    /// Runs a cell to its end.
    /// - Parameters:
    ///   - cell: What to run.
    ///   - output: Takes everything that the cell shows, from any thread. It may be kept: what a thread that outlives
    ///     its cell shows still belongs to that cell.
    func execute(_ cell: Cell, output: any OutputSink) -> CellOutcome

    /// Says that a cell waits in the queue, so that it can be compiled while another one runs. It may never be
    /// executed. Called on the thread that serves the sockets: return at once.
    func willExecute(_ code: String)

    /// Evaluates one of a request's `user_expressions`, after its cell ran without an error.
    func evaluate(_ expression: String) -> Result<MimeBundle, CellError>

    /// The variables that cells have left, for a front end's panel; asked between two cells.
    func variables() -> [Variable]

    /// Whether Return in a console should run this code or continue it.
    func isComplete(_ code: String) -> Completeness

    /// What could stand at the cursor.
    func complete(_ code: String, at cursor: String.Index) -> Completions

    /// What is known about the name at the cursor; `nil` for nothing.
    /// - Parameter detail: 0 for what it is, 1 for everything.
    func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle?

    /// Makes the cell that is running, or just about to, end soon. Called on the control thread, only while `execute`,
    /// `evaluate` or `variables` is under way; if that ends by itself meanwhile, the next cell must not be affected.
    func interrupt()

    /// Makes what runs without a cell, because of a comm's message, end soon.
    func interruptBackground()

    /// Ends everything the interpreter started, promptly; a running `execute` returns `.aborted`. Called once, from
    /// another thread, at any time: also while `start` is under way.
    /// - Parameter restart: Whether a new kernel will follow.
    func shutdown(restart: Bool)

    /// A front end opened a comm. Called, as `commReceived` is, on the comms' thread, also while a cell runs: return
    /// soon.
    /// - Returns: Whether anybody here knows the target; if not, the kernel closes the comm again.
    func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool

    /// A front end sent a message to an open comm, or closed it.
    func commReceived(_ message: CommMessage, output: any OutputSink)

    /// A front end's comm message was handled to its end: what it brings about may begin.
    func commHandled()
}

extension Interpreter {
    /// Nothing to get ready.
    package func start(output: any OutputSink) {}
    /// Nothing is compiled early.
    package func willExecute(_ code: String) {}
    /// An error that says so: this language evaluates no user expressions.
    package func evaluate(_ expression: String) -> Result<MimeBundle, CellError> {
        .failure(CellError(name: "Unsupported", value: "\(language.name) does not evaluate user expressions"))
    }
    /// None.
    package func variables() -> [Variable] { [] }
    /// Not known.
    package func isComplete(_ code: String) -> Completeness { .unknown }
    /// No completions.
    package func complete(_ code: String, at cursor: String.Index) -> Completions {
        Completions(matches: [], range: cursor..<cursor)
    }
    /// Nothing is known.
    package func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle? { nil }
    /// Nothing runs without a cell.
    package func interruptBackground() {}
    /// Nothing to end.
    package func shutdown(restart: Bool) {}
    /// No targets.
    package func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool { false }
    /// It brings nothing about.
    package func commHandled() {}
    /// Nobody listens.
    package func commReceived(_ message: CommMessage, output: any OutputSink) {}
}

/// What a language tells about itself.
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
    /// What a console shows first.
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
    /// What is to be run, as written.
    package var code: String
    /// The number in its `In [n]`. Cells outside of history have the number of the last one inside.
    package var executionCount: Int
    /// Whether nothing is to be shown. The kernel drops output by itself; a result need not even be formatted.
    package var isSilent: Bool
    /// The front end's name for the cell (`cellId`), the same when it runs again; `nil` in a console.
    package var id: String?

    /// A cell of these parts.
    package init(code: String, executionCount: Int, isSilent: Bool = false, id: String? = nil) {
        self.code = code
        self.executionCount = executionCount
        self.isSilent = isSilent
        self.id = id
    }
}

/// How a cell ended.
package enum CellOutcome: Sendable, Hashable {
    /// It ran to its end.
    case ok
    /// It failed; the kernel shows the error.
    case error(CellError)
    /// It was given up because the kernel shuts down.
    case aborted
}

/// Why a cell failed, as a front end shows it.
package struct CellError: Error, Hashable {
    /// The kind of error, such as `ShapeError`.
    package var name: String
    /// What happened, in a line.
    package var value: String
    /// Lines for a person, which may have ANSI colours. A front end shows them instead of name and value.
    package var traceback: [String]

    /// An error of these parts.
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
    /// More must follow; the next line starts with this indent.
    case incomplete(indent: String)
    /// Nothing that follows can make it right.
    case invalid
    /// Nobody knows.
    case unknown
}

/// What could stand at a cursor.
package struct Completions: Sendable, Hashable {
    /// The candidates, the likeliest first.
    package var matches: [Completion]
    /// The part of the code that a candidate replaces.
    package var range: Range<String.Index>

    /// Candidates for a part of the code.
    package init(matches: [Completion], range: Range<String.Index>) {
        self.matches = matches
        self.range = range
    }
}

/// One candidate of a completion.
package struct Completion: Sendable, Hashable {
    /// The text to insert.
    package var text: String
    /// What it is, such as `function` or `struct`; a front end shows it as an icon.
    package var kind: String?
    /// Its signature.
    package var signature: String?

    /// A candidate of these parts.
    package init(_ text: String, kind: String? = nil, signature: String? = nil) {
        self.text = text
        self.kind = kind
        self.signature = signature
    }
}
