import Dispatch
import Glibc
import JupyterKernel
import JupyterWire
import Synchronization
import Testing
import WorkerProtocol

/// An interpreter whose cells are Swift closures.
final class MockInterpreter: Interpreter {
    typealias Program = @Sendable (_ output: any OutputSink, _ interpreter: MockInterpreter) -> CellOutcome

    let language = LanguageInfo.swift(version: "6.3", banner: "A mock")
    private let programs: [String: Program]
    private let interruption = DispatchSemaphore(value: 0)
    private let isRunning = DispatchSemaphore(value: 0)
    private let log = Mutex<[String]>([])

    /// Cells by their code; any other cell does nothing.
    init(_ programs: [String: Program] = [:]) { self.programs = programs }

    /// What the interpreter was told beside running cells.
    var calls: [String] { log.withLock { $0 } }

    func note(_ call: String) { log.withLock { $0.append(call) } }

    /// Waits until a cell waits for an interrupt.
    func waitUntilRunning() { isRunning.wait() }

    /// Waits until the interpreter was told something.
    func waitUntilTold(_ call: String) throws {
        for _ in 0..<Client.patience where !calls.contains(call) { usleep(1000) }
        try #require(calls.contains(call))
    }

    /// A cell that runs until it is interrupted.
    static let endless: Program = { _, interpreter in
        interpreter.isRunning.signal()
        interpreter.interruption.wait()
        return .error(CellError(name: "Interrupted", value: "by you"))
    }

    static let failing: Program = { _, _ in
        .error(CellError(name: "ShapeError", value: "2 is not 3", traceback: ["line 1", "line 2"]))
    }

    func start(output: any OutputSink) { note("start") }

    func execute(_ cell: Cell, output: any OutputSink) -> CellOutcome {
        note("execute \(cell.code) [\(cell.executionCount)]\(cell.isSilent ? " silent" : "")")
        return programs[cell.code]?(output, self) ?? .ok
    }

    func willExecute(_ code: String) { note("will execute \(code)") }

    func evaluate(_ expression: String) -> Result<MimeBundle, CellError> {
        expression == "1 + 1" ? .success(.text("2")) : .failure(CellError(name: "CompileError", value: expression))
    }

    func variables() -> [Variable] {
        note("variables")
        let points = [Variable(name: "[0]", type: "Int", value: "7"), Variable(name: "[1]", type: "Int", value: "8")]
        return [
            Variable(name: "points", type: "[Int]", value: "[7, 8]", children: points),
            Variable(name: "1 + 1", type: "Int", value: "2"),
        ]
    }

    func isComplete(_ code: String) -> Completeness {
        switch code {
        case "complete": .complete
        case "if {": .incomplete(indent: "    ")
        case ")": .invalid
        default: .unknown
        }
    }

    func complete(_ code: String, at cursor: String.Index) -> Completions {
        let start = code[..<cursor].lastIndex(of: " ").map(code.index(after:)) ?? code.startIndex
        let matches = [Completion("print", kind: "function", signature: "(Any...)"), Completion("precondition")]
        return Completions(matches: matches.filter { $0.text.hasPrefix(code[start..<cursor]) }, range: start..<cursor)
    }

    func inspect(_ code: String, at cursor: String.Index, detail: Int) -> MimeBundle? {
        code.isEmpty ? nil : .text("\(code[..<cursor])|\(code[cursor...]) \(detail)")
    }

    func interrupt() {
        note("interrupt")
        interruption.signal()
    }

    func shutdown(restart: Bool) {
        note("shutdown \(restart)")
        interruption.signal()
    }

    func commOpened(_ message: CommMessage, output: any OutputSink) -> Bool {
        guard message.kind == .open(target: "known") else { return false }
        note("opened \(message.id)")
        return true
    }

    func commReceived(_ message: CommMessage, output: any OutputSink) {
        note("\(message.type) \(message.id) \(message.data) \(message.buffers.map(Array.init))")
        if message.kind == .message {
            output.send(CommMessage(.message, id: message.id, data: "{\"echo\":\(message.data)}"))
        }
    }
}
