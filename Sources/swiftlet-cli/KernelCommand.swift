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
