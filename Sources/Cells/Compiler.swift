import Foundation
import Glibc
import Synchronization

/// Compiles cells into shared objects.
package final class Compiler: Sendable {
    package let toolchain: Toolchain
    package let library: Library?
    /// Where everything is written: the cells' sources, modules and objects.
    package let folder: String
    private let running = Mutex<Subprocess?>(nil)
    private let isInterrupted = Mutex(false)
    private let libraryArguments: [String]
    /// Where the compiler keeps what it read from C headers. It is the user's, so that the next session finds it.
    private let moduleCache: String

    /// A compiler with a build folder of its own, which only the user can read.
    ///
    /// - Parameters:
    ///   - library: What cells may import besides the toolchain's own modules.
    ///   - folder: An existing folder; by default a new one for temporary files.
    package init(toolchain: Toolchain, library: Library?, folder: String? = nil) throws(CompilationError) {
        self.toolchain = toolchain
        self.library = library
        if let folder {
            self.folder = folder
        } else {
            let parent = Self.temporaryFolder
            let template = "\(parent)/\(Self.folderPrefix)\(getpid())-XXXXXX"
            guard let made = template.withMutableCopy({ mkdtemp($0).map { String(cString: $0) } })
            else {
                throw .toolFailed(
                    tool: "the cells' build folder", message: "\(parent): \(String(cString: strerror(errno)))")
            }
            self.folder = made
        }
        moduleCache = Self.cacheFolder ?? self.folder + "/modules"
        libraryArguments = toolchain.libraryNames.map { "-l\($0)" }
    }

    /// Where the build folders of all kernels are.
    package static var temporaryFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }

    private static let folderPrefix = "swiftlet-"

    /// Removes what kernels left behind that were killed: folders named after processes that are gone.
    package static func removeAbandonedFolders() {
        let parent = temporaryFolder
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where name.hasPrefix(folderPrefix) {
            let parts = name.dropFirst(folderPrefix.count).split(separator: "-")
            guard parts.count == 2, let process = Int32(parts[0]), kill(process, 0) != 0, errno == ESRCH else {
                continue
            }
            try? FileManager.default.removeItem(atPath: parent + "/" + name)
        }
    }

    private static var cacheFolder: String? {
        let environment = ProcessInfo.processInfo.environment
        guard let base = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map({ $0 + "/.cache" }) else {
            return nil
        }
        let folder = base + "/swiftlet/modules"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return access(folder, W_OK) == 0 ? folder : nil
    }

    /// Compiles a cell's text and links it.
    ///
    /// - Parameters:
    ///   - text: The complete Swift source, with its imports.
    ///   - module: The name of the module that it becomes.
    ///   - options: More arguments for the compiler.
    /// - Returns: The path of the shared object.
    package func compile(_ text: String, module: String, options: [String] = []) throws(CompilationError) -> String {
        isInterrupted.withLock { $0 = false }
        let base = "\(folder)/\(module)"
        try write(text, to: base + ".swift")
        try run(frontend(base: base, module: module, options: options), tool: "the Swift compiler")
        try run(link(base: base), tool: "the linker")
        return base + ".so"
    }

    /// Gives up the compilation that is under way, if one is.
    package func interrupt() {
        isInterrupted.withLock { $0 = true }
        running.withLock { $0?.send(SIGKILL) }
    }

    /// Removes the build folder.
    package func removeFolder() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func frontend(base: String, module: String, options: [String]) -> [String] {
        [
            toolchain.compiler, "-c", "-primary-file", base + ".swift", "-module-name", module,
            "-emit-module-path", base + ".swiftmodule", "-entry-point-function-name", module + "_main", "-o",
            base + ".o", "-O", "-g", "-suppress-warnings", "-diagnostic-style", "llvm", "-typo-correction-limit", "10",
            "-in-process-plugin-server-path", toolchain.root + "/lib/swift/host/libSwiftInProcPluginServer.so",
        ] + languageArguments + options
    }

    /// The arguments that say what a cell's text means, for the compiler and for tools that look at the text.
    var languageArguments: [String] {
        [
            "-enable-testing", "-swift-version", "5", "-enable-upcoming-feature", "MemberImportVisibility",
            "-enable-bare-slash-regex", "-module-cache-path", moduleCache, "-I", folder,
            "-plugin-path", toolchain.root + "/lib/swift/host/plugins",
        ] + (library?.arguments ?? [])
    }

    private func link(base: String) -> [String] {
        [
            // swiftrt.o tells the run time which types and conformances the object has.
            toolchain.linker, "-shared", toolchain.libraries + "/x86_64/swiftrt.o", base + ".o", "-o", base + ".so",
            "-L", toolchain.libraries, "-rpath",
            toolchain.libraries, "--as-needed",
        ] + libraryArguments
    }

    private func run(_ arguments: [String], tool: String) throws(CompilationError) {
        let (status, output) = try Subprocess.run(arguments) { process in running.withLock { $0 = process } }
        guard status != 0 else { return }
        if isInterrupted.withLock({ $0 }) { throw .interrupted }
        let errors = Diagnostic.parse(output).filter {
            $0.severity == .error && ($0.file.hasPrefix("cell ") || $0.file.hasPrefix(folder))
        }
        if !errors.isEmpty { throw .diagnosed(errors) }
        throw .toolFailed(tool: tool, message: output.isEmpty ? "it ended with status \(status)" : output)
    }

    private func write(_ text: String, to path: String) throws(CompilationError) {
        func fail() -> CompilationError {
            .toolFailed(tool: "the cells' build folder", message: "\(folder): \(String(cString: strerror(errno)))")
        }
        guard let file = fopen(path, "w") else { throw fail() }
        let isWritten = fputs(text, file) >= 0
        guard fclose(file) == 0, isWritten else { throw fail() }
    }
}

extension String {
    /// Calls a function with a C string that it may change.
    fileprivate func withMutableCopy<Result>(_ body: (UnsafeMutablePointer<CChar>) -> Result) -> Result {
        let copy = strdup(self)!
        defer { free(copy) }
        return body(copy)
    }
}
