import ArgumentParser
import Cells
import Foundation
import JupyterKernel

/// Checks everything the kernel needs, and reports what is missing.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check everything the kernel needs.")

    func run() throws {
        var isHealthy = true
        func check(_ what: String, _ test: () throws -> String) {
            do {
                print("✓ \(what): \(try test())")
            } catch {
                isHealthy = false
                print("✗ \(what): \(error)")
            }
        }
        check("Swiftlet") { "version \(Kernel.version), \(Setup.program)" }
        check("Swift toolchain") { try Setup().toolchain.root + ", version " + Setup().version }
        check("library") { try Setup().library.modules }
        check("compiling a cell") {
            let setup = try Setup()
            let compiler = try Compiler(toolchain: setup.toolchain, library: setup.library)
            defer { compiler.removeFolder() }
            let time = try ContinuousClock().measure {
                _ = try CellSession(compiler: compiler).compile("import Swiftlet\n1 + 1", number: 1)
            }
            return "\(time.formatted(.units(allowed: [.milliseconds])))"
        }
        check("build folder") {
            let folder = Compiler.temporaryFolder
            guard access(folder, W_OK) == 0 else {
                throw ValidationError("\(folder) is not writable: set TMPDIR to a folder that is")
            }
            return folder
        }
        check("cache of compiled cells") {
            guard let cache = CellCache.user() else { return "disabled: no folder found that only you can write to" }
            let (cells, bytes) = cache.size
            return "\(cache.folder), \(cells) cells in \(bytes.formatted(.byteCount(style: .file)))"
        }
        if !isHealthy { throw ExitCode.failure }
    }
}
