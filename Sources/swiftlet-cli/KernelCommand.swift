import ArgumentParser
import Cells
import Foundation
import JupyterKernel
import JupyterWire

/// Serves one notebook. Jupyter starts this command.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serve a notebook (Jupyter calls this).")

    @Argument(help: "Jupyter's connection file.")
    var connectionFile: String

    func run() throws {
        let connection = try ConnectionFile(path: connectionFile)
        let setup = try Setup()
        let compiler = try Compiler(toolchain: setup.toolchain, library: setup.library)
        let interpreter = SwiftInterpreter(
            compiler: compiler, cache: .user(), version: setup.version, workerCommand: [Setup.program, "worker"],
            languageServiceCommand: [Setup.program, "language-service"])
        defer { compiler.removeFolder() }
        let history = History(file: History.defaultFile) { note in
            FileHandle.standardError.write(Data("swiftlet: \(note)\n".utf8))
        }
        let kernel = try Kernel(connection: connection, interpreter: interpreter, history: history)
        SignalWatch.start(for: [SIGINT, SIGTERM, SIGHUP]) { $0 == SIGINT ? kernel.interrupt() : kernel.shutDown() }
        kernel.run()
    }
}

/// The locations of this program, its library and its toolchain.
struct Setup {
    /// This program's path.
    static let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "swiftlet"

    /// The folder of the package from which this program was built, if it still exists.
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    let toolchain: Toolchain
    let library: Library

    init() throws {
        toolchain = try Toolchain.current()
        library = try Library.current(packageRoot: Self.packageRoot)
    }

    /// The compiler's version: "6.3.1".
    var version: String {
        let output = (try? Subprocess.run([toolchain.compiler, "--version"]).output) ?? ""
        let words = output.split { $0.isWhitespace }
        guard let index = words.firstIndex(of: "version"), index + 1 < words.count else { return "unknown" }
        return String(words[index + 1])
    }
}
