package import WorkerProtocol

/// Finds the lines of cells for addresses, from their debug information.
package struct Symbolizer: Sendable {
    package struct Line: Sendable, Equatable {
        /// "cell 4".
        package var cell: String
        package var line: Int
        package var column: Int
        /// The demangled name of the function; `nil` for top-level code.
        package var function: String?

        package init(cell: String, line: Int, column: Int, function: String?) {
            self.cell = cell
            self.line = line
            self.column = column
            self.function = function
        }

        /// The cell and the line.
        package var place: WorkerReport.Failure.Place { .init(cell: cell, line: line) }
    }

    /// The calls that led to a trap, and its reason.
    package struct Trace: Sendable, Equatable {
        /// The lines, innermost first.
        /// The lines, innermost first.
        package var lines: [Line] = []
        /// "Index out of range": the reason that optimised code keeps only in its debug information.
        package var reason: String?
        /// Whether the top-level code's line is unknown: the optimiser merges calls that never return, and the merged
        /// call has no line.
        package var lacksStatement = false

        package init() {}

        /// The trace with lines that its debug information lacks.
        ///
        /// - Parameters:
        ///   - innermost: The line in the runtime's message.
        ///   - cell: The name of the cell that ran: "cell 4".
        ///   - statement: The lines of the top-level statement that was running.
        package func completed(
            innermost: WorkerReport.Failure.Place?, cell: String = "", statement: ClosedRange<Int>? = nil
        ) -> Trace {
            var trace = self
            if let innermost, !lines.contains(where: { $0.place == innermost }) {
                trace.lines.insert(Line(cell: innermost.cell, line: innermost.line, column: 1, function: nil), at: 0)
            }
            guard let statement, lacksStatement || trace.lines.isEmpty else { return trace }
            if let last = trace.lines.last, last.cell == cell, statement.contains(last.line) { return trace }
            trace.lines.append(Line(cell: cell, line: statement.lowerBound, column: 1, function: nil))
            return trace
        }
    }

    private let tool: String
    private let folder: String

    /// A symbolizer for the cells in a build folder.
    package init(toolchain: Toolchain, folder: String) {
        tool = toolchain.symbolizer
        self.folder = folder
    }

    /// The lines of cells among some frames; frames of libraries are left out.
    package func trace(_ frames: [WorkerReport.Failure.Frame]) -> Trace {
        let own = frames.filter { $0.object.hasPrefix(folder + "/") }.prefix(32)
        guard !own.isEmpty else { return Trace() }
        let addresses = own.map { "\"\($0.object)\" 0x\(String($0.offset, radix: 16))" }
        guard let (status, output) = try? Subprocess.run([tool, "--inlines", "--demangle"] + addresses), status == 0
        else {
            return Trace()
        }
        return Self.parse(output)
    }

    /// "g()" for "$s5Cell21gyyKF".
    static func demangled(_ name: String) -> String {
        guard let full = Demangler.text(of: name) else { return name }
        let end =
            [" throws", " async", " -> ", " in "].compactMap { full.firstRange(of: $0)?.lowerBound }.min()
            ?? full.endIndex
        let module = /Cell\d+(_\d+)?\./
        return String(full[..<end]).replacing(module, with: "")
    }

    /// Parses pairs of lines, a function and its location; locations outside of cells are skipped.
    package static func parse(_ output: String) -> Trace {
        var trace = Trace()
        let lines = output.split(separator: "\n").map(String.init)
        var index = 0
        while index + 1 < lines.count {
            let (function, place) = (lines[index], lines[index + 1])
            index += 2
            let failure = "Swift runtime failure: "
            if trace.lines.isEmpty, trace.reason == nil, function.hasPrefix(failure) {
                trace.reason = String(function.dropFirst(failure.count))
            }
            let parts = place.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 3, let line = Int(parts[parts.count - 2]), line > 0,
                let column = Int(parts[parts.count - 1])
            else {
                trace.lacksStatement = trace.lacksStatement || function.hasSuffix("_main")
                continue
            }
            let file = parts.dropLast(2).joined(separator: ":")
            let cell = String(file.split(separator: "/").last ?? "")
            guard cell.hasPrefix("cell ") else { continue }
            let isTopLevel =
                function.hasSuffix("_main") || function.contains("__swiftletBody")
                || function.hasPrefix("Swift runtime failure")
            let found = Line(
                cell: cell, line: line, column: column, function: isTopLevel ? nil : Self.demangled(function))
            if trace.lines.last?.cell != found.cell || trace.lines.last?.line != found.line {
                trace.lines.append(found)
            }
        }
        return trace
    }
}
