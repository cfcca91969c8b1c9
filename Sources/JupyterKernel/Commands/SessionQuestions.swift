import Cells
import Foundation
import JupyterWire
import Synchronization
import WorkerProtocol

/// Queries the worker with hidden cells, which are not in the history and invisible to later cells.
final class SessionQuestions: Sendable {
    /// The compiled cell that describes the variables, valid while they are the same.
    private struct Description {
        var variables: [CellSession.Variable]
        /// The variables that can be read.
        var described: [CellSession.Variable]
        var cell: CellSession.CompiledCell?
    }

    /// How long, in seconds, describing the variables may take: a description may never end.
    private static let patience = 3.0
    /// How many descriptions may fail before the remaining ones are given up.
    private static let attempts = 3

    private let cells: CellSession
    private let worker: WorkerSession
    private let symbolizer: Symbolizer
    private let output = Mutex<(any OutputSink)?>(nil)
    private let description = Mutex<Description?>(nil)

    init(cells: CellSession, worker: WorkerSession, symbolizer: Symbolizer) {
        self.cells = cells
        self.worker = worker
        self.symbolizer = symbolizer
    }

    /// A new cell begins: later output, and what expressions print that are evaluated for it, goes to its output.
    func beginCell(output: any OutputSink) {
        self.output.withLock { $0 = output }
        worker.beginCell(output: output)
    }

    /// Evaluates an expression. Its side effects remain.
    func evaluate(_ expression: String) -> Result<MimeBundle, CellError> {
        guard ParsedCell(expression, name: "expression").isExpression else {
            return .failure(
                CellError(
                    name: "NotAnExpression", value: "only an expression has a value, not a statement: \(expression)"))
        }
        let captured = CapturedOutput(base: output.withLock { $0 })
        do throws(CompilationError) {
            switch try run(try cells.compile(question: expression), captured) {
            case .finished: return .success(captured.results.last ?? .text("()"))
            case .failed(let failure, let fatalError):
                let trace = symbolizer.trace(failure.frames)
                return .failure(
                    CellError(failure, trace: trace, fatalError: fatalError, source: expression, cell: "expression"))
            case .died, .shutDown:
                return .failure(
                    CellError(name: "ProcessEnded", value: "the expression ended the process that runs the cells"))
            }
        } catch {
            return .failure(CellError(error))
        }
    }

    /// The arrays in a line of a cell's top-level code, and their indices: "list has 3 elements: 0..<3".
    func arrays(at trace: Symbolizer.Trace) -> String? {
        // In a function, a name may be another variable's.
        guard let line = trace.lines.first, line.function == nil,
            let text = cells.source(of: line.cell)?.split(separator: "\n", omittingEmptySubsequences: false)
                .dropFirst(line.line - 1).first
        else { return nil }
        let indexed = Set(text.matches(of: /(?:^|[^.\w])(\w+)\[/).map { String($0.output.1) })
        let arrays = cells.variables.filter { variable in
            indexed.contains(variable.name)
                && variable.qualifiedType.contains(/^Swift\.(Array|ArraySlice|ContiguousArray)</)
        }
        let sizes = arrays.compactMap { array -> String? in
            let name = array.name
            guard case .success(let bundle) = evaluate("(`\(name)`.startIndex, `\(name)`.endIndex)"),
                let found = bundle.plainText?.firstMatch(of: /^\((\d+), (\d+)\)$/)?.output,
                let first = Int(found.1), let end = Int(found.2)
            else { return nil }
            let count = end - first
            return count == 0
                ? "\(name) is empty" : "\(name) has \(count) element\(count == 1 ? "" : "s"): \(first)..<\(end)"
        }
        return sizes.isEmpty ? nil : sizes.joined(separator: "; ")
    }

    /// The variables of all cells, with summaries of their values where they can be described.
    func variables() -> [(variable: CellSession.Variable, summary: ValueSummary?)] {
        let variables = cells.variables
        var found: [String: ValueSummary] = [:]
        for _ in 0..<Self.attempts {
            guard let description = description(of: variables), let cell = description.cell else { break }
            let captured = CapturedOutput()
            let limit = DispatchWorkItem { self.worker.interrupt() }
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: limit)
            let ending = try? run(cell, captured)
            limit.cancel()
            for summary in captured.results.compactMap(Self.summary) { found[summary.name] = summary }
            guard case .failed = ending else { break }
            // The first variable without a summary is the one that failed.
            guard let bad = description.described.firstIndex(where: { found[$0.name] == nil }) else { break }
            var described = description.described
            described.remove(at: bad)
            self.description.withLock { $0 = Description(variables: variables, described: described, cell: nil) }
        }
        return variables.map { ($0, found[$0.name]) }
    }

    private static func summary(_ bundle: MimeBundle) -> ValueSummary? {
        guard case .text(let text)? = bundle.contents[ValueSummary.mimeType] else { return nil }
        return try? JSONDecoder().decode(ValueSummary.self, from: Data(text.utf8))
    }

    /// Imports and loads modules.
    ///
    /// - Returns: Why that failed, or `nil`.
    func check(_ modules: [String]) throws(CompilationError) -> String? {
        let cell = try cells.compile(question: modules.map { "import \($0)" }.joined(separator: "; "))
        switch try run(cell, CapturedOutput()) {
        case .finished: return nil
        case .failed(let failure, let fatalError): return fatalError?.message ?? failure.message
        case .died, .shutDown: return "the process that runs the cells has ended"
        }
    }

    private func run(
        _ cell: CellSession.CompiledCell, _ captured: CapturedOutput
    ) throws(CompilationError) -> WorkerJob.Ending {
        worker.beginCell(output: captured)
        defer { if let output = output.withLock({ $0 }) { worker.beginCell(output: output) } }
        return try worker.run(object: cell.object, entryPoint: cell.entryPoint, as: .question)
    }

    // MARK: Describing variables

    /// The cell that describes the variables. Those that the compiler rejects are left out.
    private func description(of variables: [CellSession.Variable]) -> Description? {
        var description = self.description.withLock { $0 } ?? Description(variables: [], described: [])
        if description.variables != variables { description = Description(variables: variables, described: variables) }
        while description.cell == nil, !description.described.isEmpty {
            do throws(CompilationError) {
                description.cell = try cells.compile(question: Self.source(describing: description.described))
            } catch {
                guard case .diagnosed(let mistakes) = error else { return nil }
                let unreadable = Set(mistakes.map(\.line))
                let readable = description.described.enumerated().filter { !unreadable.contains($0.offset + 2) }
                guard readable.count < description.described.count else { return nil }
                description.described = readable.map(\.element)
            }
        }
        self.description.withLock { $0 = description }
        return description
    }

    /// The source of that cell: from the second line on, one line for each variable.
    private static func source(describing variables: [CellSession.Variable]) -> String {
        let function = WorkerFunction.describe
        let lines = variables.map { "\(function.name)(\"\($0.name)\", `\($0.name)`)" }
        return ([function.declaration] + lines).joined(separator: "\n")
    }
}

extension Variable {
    /// An element of a variable, as a panel shows it.
    init(_ summary: ValueSummary) {
        self.init(
            name: summary.name, type: summary.type, value: summary.text, children: summary.parts.map(Variable.init))
    }
}
