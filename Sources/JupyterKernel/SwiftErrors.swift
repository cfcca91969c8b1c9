package import Cells
package import WorkerProtocol

/// How a cell's failures read in the notebook.
extension CellError {
    /// A cell that did not get to run.
    package init(_ error: CompilationError) {
        switch error {
        case .diagnosed(let diagnostics):
            // What follows from the first mistakes only hides them.
            let shown = diagnostics.prefix(5)
            var lines = shown.map { Self.red("error: ") + $0.rendering }
            if diagnostics.count > shown.count { lines.append("… and \(diagnostics.count - shown.count) more") }
            let first = diagnostics[0]
            self.init(
                name: "CompileError", value: "\(first.file), line \(first.line): \(first.message)",
                traceback: lines.flatMap {
                    $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                })
        case .noToolchain(let message):
            self.init(
                name: "ToolchainError", value: message,
                next: "Run `swiftlet doctor` in a terminal to see what is missing.")
        case .toolFailed(let tool, let message):
            self.init(
                name: "BuildError", value: "\(tool) failed: \(message)",
                next: message.contains("No space left") || message.contains("too large")
                    ? "Free some space, or set TMPDIR to a folder on another disk and restart the kernel. "
                        + "All variables are kept."
                    : "The cell did not run. All variables are kept.")
        case .interrupted:
            self.init(
                name: "Interrupted", value: "the cell was interrupted before it ran", next: "All variables are kept.")
        }
    }

    /// A cell that failed while it ran, with no kernel to read what the runtime printed.
    package init(
        _ failure: WorkerReport.Failure, trace: Symbolizer.Trace, source: String, cell: String
    ) {
        self.init(failure, trace: trace, fatalError: nil, source: source, cell: cell)
        // The last line says what is kept for later cells.
        traceback.removeLast()
    }

    /// A cell that failed while it ran.
    init(
        _ failure: WorkerReport.Failure, trace: Symbolizer.Trace, fatalError: FatalError?, source: String, cell: String,
        explanation: String? = nil
    ) {
        let innermost = trace.lines.first
        let place = failure.place ?? innermost?.place
        var name = failure.name
        var message = failure.message
        if failure.kind == .trapped {
            let reason = fatalError?.message ?? trace.reason
            (name, message) = reason == nil ? ("Trap", message) : ("FatalError", reason ?? message)
        }
        if let explanation { message += ": " + explanation }
        let subject = [failure.subject.map { " in \($0)" }, place.map { " (\($0))" }].compactMap { $0 }.joined()
        var lines = [Self.red(name) + "\(subject): \(message)"]
        var calls = trace.lines.prefix(12).map { (place: $0.place, function: $0.function) }
        // A layer's line, and after it the one that called the network.
        if let named = failure.place, let innermost, named != innermost.place { calls.insert((named, nil), at: 0) }
        for (index, call) in calls.enumerated() {
            let function = call.function.map { " in \($0)" } ?? ""
            if index > 0 || call.function != nil {
                lines.append("  \(index == 0 ? "at" : "called from") \(call.place)\(function)")
            }
            lines += Self.excerpt(at: call.place, of: source, cell: cell)
        }
        if trace.lines.count > 12 { lines.append("  … \(trace.lines.count - 12) more calls") }
        lines.append(Self.faint(Self.consequence(of: failure.kind)))
        self.init(name: name, value: (place.map { "\($0): " } ?? "") + message, traceback: lines)
    }

    /// A cell whose process ended under it.
    init(_ death: WorkerDeath, trace: Symbolizer.Trace, source: String, cell number: Int) {
        let place = trace.lines.first?.place
        let reason = death.reason
        let name = death.wasInterrupted ? "Interrupted" : "ProcessEnded"
        var lines = [Self.red(name) + (place.map { " (\($0))" } ?? "") + ": \(reason)"]
        if let place { lines += Self.excerpt(at: place, of: source, cell: "cell \(number)") }
        lines.append(Self.faint(death.consequence))
        self.init(
            name: name, value: (place.map { "\($0): " } ?? "") + reason, traceback: lines)
    }

    init(name: String, value: String, next: String) {
        self.init(name: name, value: value, traceback: [Self.red(name) + ": \(value)", Self.faint(next)])
    }

    /// The line at a place, if that is in this cell.
    private static func excerpt(at place: WorkerReport.Failure.Place, of source: String, cell: String) -> [String] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        guard place.cell == cell, lines.indices.contains(place.line - 1) else { return [] }
        return ["    \(place.line) | \(lines[place.line - 1])"]
    }

    private static func consequence(of kind: WorkerReport.Failure.Kind) -> String {
        switch kind {
        case .thrown, .library, .trapped, .notLoaded: "Everything that was computed before this line is kept."
        case .stackOverflow: "Everything that was computed before this line is kept."
        case .interrupted:
            "What the cell has computed is kept: a network keeps what it has learned, a history its steps."
        case .stopped: "The cell was stopped where it stood; what it changed until then is kept."
        }
    }

    private static func red(_ text: String) -> String { "\u{1B}[1;31m\(text)\u{1B}[0m" }
    private static func faint(_ text: String) -> String { "\u{1B}[2m\(text)\u{1B}[0m" }
}
