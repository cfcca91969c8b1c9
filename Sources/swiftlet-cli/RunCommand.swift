import ArgumentParser
import CWorker
import Cells
import Foundation
import Glibc

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
        let cell = try CellSession(compiler: compiler, cache: .user()).compile(source, number: 1)
        typealias EntryPoint = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32
        guard let handle = cw_load(cell.object), let symbol = dlsym(handle, cell.entryPoint) else {
            throw ValidationError(String(cString: dlerror()))
        }
        cw_watch_uncaught_errors { box in
            guard let box else { return }
            cw_print_error("error: \(unsafeBitCast(box, to: (any Error).self))")
            Glibc.exit(EXIT_FAILURE)  // The code cannot continue.
        }
        let status = unsafeBitCast(symbol, to: EntryPoint.self)(0, nil)
        if status != 0 { throw ExitCode(status) }
    }
}
