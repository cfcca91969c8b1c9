import ArgumentParser
import CWorker
import Cells
import Foundation
import Glibc
import JupyterKernel
import Synchronization
import Worker

/// Compiles and runs a Swift file as if it were a cell.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Compile a Swift file as a cell, with the library, and run it in the terminal.")

    @Argument(help: "The Swift file.")
    var file: String

    func run() throws {
        let source: String
        do {
            source = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ValidationError("cannot read \(file): \(error.localizedDescription)")
        }
        let setup = try Setup()
        let compiler = try Compiler(toolchain: setup.toolchain, library: setup.library)
        defer { compiler.removeFolder() }
        let name = URL(filePath: file).lastPathComponent
        let script = Script(source)
        for note in script.notes { cw_print_error("note: \(note)") }
        let cell: CellSession.CompiledCell
        do throws(CompilationError) {
            cell = try CellSession(compiler: compiler, cache: .user()).compile(script.swift, number: 1)
        } catch {
            Self.end(with: CellError(error), in: name)
        }
        typealias EntryPoint = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32
        guard let handle = cw_load(cell.object), let symbol = dlsym(handle, cell.entryPoint) else {
            throw ValidationError(String(cString: dlerror()))
        }
        // What was printed before a failure has been written by then, to a pipe as well.
        cw_print_lines_at_once()
        let symbolizer = Symbolizer(toolchain: setup.toolchain, folder: compiler.folder)
        try FailureWatch.begin { failure in
            let statement = cell.lines(ofStatement: failure.statement)
            let trace = symbolizer.trace(failure.frames).completed(
                innermost: nil, cell: "cell 1", statement: failure.frames.isEmpty ? statement : nil)
            cw_flush_output()
            compiler.removeFolder()
            Self.end(with: CellError(failure, trace: trace, source: cell.source, cell: "cell 1"), in: name)
        }
        showNotes(of: cell, with: symbolizer)
        let status = unsafeBitCast(symbol, to: EntryPoint.self)(0, nil)
        if status != 0 { throw ExitCode(status) }
    }

    /// Prints the compiler's notes now, and the library's as they come.
    private func showNotes(of cell: CellSession.CompiledCell, with symbolizer: Symbolizer) {
        for note in cell.notes { cw_print_error("note: line \(note.line ?? 1): \(note.message)") }
        let shown = Mutex<Set<String>>([])
        CellNotes.install { note, _ in
            let line =
                symbolizer.trace(note.frames).lines.first?.line
                ?? note.statement.flatMap { cell.lines(ofStatement: $0)?.lowerBound }
            let text = "note: " + (line.map { "line \($0): " } ?? "") + note.message
            // The optimizer may have made several calls of one line.
            if shown.withLock({ $0.insert(text).inserted }) { cw_print_error(text) }
        }
    }

    /// Prints an error as a notebook shows it, and ends the process.
    private static func end(with error: CellError, in file: String) -> Never {
        let text = error.traceback.joined(separator: "\n").replacing("cell 1, line", with: "\(file), line")
        let escapes = /\u{1B}\[[0-9;]*m/
        cw_print_error(isatty(STDERR_FILENO) == 1 ? text : text.replacing(escapes, with: ""))
        _exit(EXIT_FAILURE)
    }
}

/// A file of Swift, perhaps one that was exported from a notebook.
private struct Script {
    /// Its Swift: other lines are comments, so that each keeps its number.
    let swift: String
    /// What is left out.
    private(set) var notes: [String] = []

    init(_ source: String) {
        var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines[0].hasPrefix("#!") { lines[0] = "//" + lines[0] }
        for (index, line) in lines.enumerated() where line.starts(with: /[%!][A-Za-z]/) {
            lines[index] = "//" + line
            notes.append("line \(index + 1) is left out, since commands are for notebooks: \(line)")
        }
        swift = lines.joined(separator: "\n")
    }
}
