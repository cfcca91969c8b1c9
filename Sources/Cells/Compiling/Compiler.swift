import Foundation
import Glibc
import Synchronization

/// Compiles cells into shared objects.
package final class Compiler: Sendable {
    package let toolchain: Toolchain
    package let library: Library?
    /// The folder of the cells' sources, modules and objects.
    package let folder: String
    /// Identifies everything besides its text that a cell's object depends on: the toolchain, this program and the
    /// library's modules.
    let identity: String
    private let libraryArguments: [String]
    /// The compiler's cache of C modules. It is the user's, so that the next session finds it.
    private let moduleCache: Mutex<String>

    /// A compiler with its own build folder, which only the user can read.
    ///
    /// - Parameters:
    ///   - library: The modules that cells may import besides those of the toolchain.
    ///   - folder: An existing folder; `nil` for a new one among the temporary files.
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
        moduleCache = Mutex(Self.moduleCacheFolder ?? self.folder + "/modules")
        libraryArguments = toolchain.libraryNames.map { "-l\($0)" }
        identity = Self.identity(of: [toolchain.compiler, toolchain.linker, "/proc/self/exe"] + (library?.files ?? []))
    }

    /// The folder of all kernels' build folders.
    package static var temporaryFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }

    private static let folderPrefix = "swiftlet-"

    /// Removes the folders of kernels that were killed: each is named after a process that no longer exists.
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

    private static var moduleCacheFolder: String? {
        guard let folder = CacheFolder.named("modules") else { return nil }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return access(folder, W_OK) == 0 ? folder : nil
    }

    /// Identifies the contents of files by their paths, sizes and times of modification: some are too large to be read
    /// each time.
    private static func identity(of paths: [String]) -> String {
        let descriptions = paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return path }
            return "\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
        return ContentKey(of: descriptions).description
    }

    /// How long the compiler looks for the types of an expression before it gives up.
    ///
    /// A mistake in an expression can occupy it for minutes.
    package enum Effort: Sendable {
        /// Some tenths of a second: many times what the longest of the course's formulas takes.
        case quick
        /// Half of that, to try what may be wrong.
        case trial
        /// Ten seconds.
        case thorough

        fileprivate var arguments: [String] {
            switch self {
            // The number of attempts: on each computer, the same expressions compile.
            case .quick: ["-solver-scope-threshold=60000"]
            case .trial: ["-solver-scope-threshold=30000"]
            case .thorough: ["-solver-expression-time-threshold=10"]
            }
        }
    }

    /// Compiles a cell's text and links it.
    ///
    /// - Parameters:
    ///   - text: The complete Swift source, with its imports.
    ///   - module: The name of its module.
    ///   - options: Additional arguments for the compiler.
    ///   - libraries: Shared objects that are loaded with the cell.
    ///   - effort: How long it looks for the types of an expression.
    ///   - task: The task that can cancel the work.
    /// - Returns: The durations of compiling and linking, and the compiler's warnings.
    package func compile(
        _ text: String, module: String, options: [String] = [], libraries: [String] = [],
        effort: Effort = .thorough, task: BuildTask = BuildTask()
    ) throws(CompilationError) -> (phases: Phases, warnings: [Diagnostic]) {
        let output = output(module: module)
        try write(text, to: output.source)
        var phases = Phases()
        let clock = ContinuousClock()
        let start = clock.now
        var messages: String
        do {
            messages = try run(
                frontend(output, options: options + effort.arguments), tool: "the Swift compiler", task: task)
        } catch {
            guard case .toolFailed(_, let message) = error, leaveModuleCache(for: message) else { throw error }
            messages = try run(
                frontend(output, options: options + effort.arguments), tool: "the Swift compiler", task: task)
        }
        let compiled = clock.now
        try run(link(output, libraries), tool: "the linker", task: task)
        phases.compile = start.duration(to: compiled)
        phases.link = compiled.duration(to: clock.now)
        return (phases, Diagnostic.parse(messages).filter { $0.severity == .warning })
    }

    /// Type-checks a cell's text without building it.
    ///
    /// - Parameter purpose: Distinguishes the files of texts that are checked at the same time.
    func check(
        _ text: String, for purpose: String = "draft", module: String, options: [String], effort: Effort = .quick,
        task: BuildTask
    ) throws(CompilationError) {
        let source = output(module: module + "-" + purpose).source
        try write(text, to: source)
        let arguments = [toolchain.compiler, "-typecheck", "-primary-file", source, "-module-name", module]
        let options = messageArguments + languageArguments + options + effort.arguments
        try run(arguments + options, tool: "the Swift compiler", task: task)
    }

    /// Type-checks a cell's text, which has no mistakes, and returns the warnings.
    func warnings(
        _ text: String, module: String, options: [String], task: BuildTask
    ) throws(CompilationError) -> [Diagnostic] {
        let source = output(module: module + "-bare").source
        try write(text, to: source)
        let arguments = [toolchain.compiler, "-typecheck", "-primary-file", source, "-module-name", module]
        let (status, output) = try task.run(
            arguments + messageArguments + languageArguments + options
                + Effort.quick.arguments)
        guard status == 0 else { throw .toolFailed(tool: "the Swift compiler", message: output) }
        return Diagnostic.parse(output).filter { $0.severity == .warning }
    }

    /// Switches to a module cache of this session if the user's cannot be written, on a full disk for instance.
    ///
    /// - Returns: Whether another attempt may succeed.
    private func leaveModuleCache(for message: String) -> Bool {
        let own = folder + "/modules"
        return moduleCache.withLock { path in
            guard path != own, message.contains(path) else { return false }
            path = own
            return true
        }
    }

    /// The files of a cell.
    func output(module: String) -> BuildOutput { BuildOutput(folder: folder, module: module) }

    /// Removes the build folder.
    package func removeFolder() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func frontend(_ output: BuildOutput, options: [String]) -> [String] {
        [
            toolchain.compiler, "-c", "-primary-file", output.source, "-module-name", output.module,
            "-emit-module-path", output.swiftModule, "-emit-module-doc-path", output.swiftDocumentation,
            "-entry-point-function-name", output.module + "_main", "-o", output.machineCode, "-O", "-g",
            // This pass of Swift 6.3 removes bounds checks that are not redundant: `l[i] + l[i + 1]` reads past the
            // end.
            "-Xllvm", "-sil-disable-pass=bcopts",
            // This one removes loops that compute nothing, also those that never end.
            "-Xllvm", "-sil-disable-pass=dce",
            // Callers are found by following frame pointers.
            "-Xcc", "-fno-omit-frame-pointer",
            // No paths of this session's folder: another session may load the module from the cache.
            "-no-serialize-debugging-options",
        ] + messageArguments + languageArguments + options
    }

    /// The arguments that determine the messages and their format.
    private var messageArguments: [String] {
        [
            "-debug-diagnostic-names", "-diagnostic-style", "llvm", "-typo-correction-limit", "10",
            "-in-process-plugin-server-path", toolchain.root + "/lib/swift/host/libSwiftInProcPluginServer.so",
        ]
    }

    /// The arguments that determine the meaning of a cell's text, for the compiler and for tools that analyse it.
    var languageArguments: [String] {
        [
            "-enable-testing", "-swift-version", "5", "-enable-upcoming-feature", "MemberImportVisibility",
            "-enable-bare-slash-regex", "-module-cache-path", moduleCache.withLock { $0 }, "-I", folder,
            "-plugin-path", toolchain.root + "/lib/swift/host/plugins",
        ] + (library?.arguments ?? [])
    }

    private func link(_ output: BuildOutput, _ libraries: [String]) -> [String] {
        [
            // swiftrt.o registers the object's types and conformances with the runtime.
            toolchain.linker, "-shared", toolchain.libraries + "/x86_64/swiftrt.o", output.machineCode, "-o",
            output.object, "-L", toolchain.libraries, "-rpath",
            toolchain.libraries,
        ] + libraries + ["--as-needed"] + libraryArguments
    }

    /// Runs a tool, and returns what it says.
    @discardableResult
    private func run(_ arguments: [String], tool: String, task: BuildTask) throws(CompilationError) -> String {
        let (status, output) = try task.run(arguments)
        guard status != 0 else { return output }
        let errors = Diagnostic.parse(output).filter {
            $0.severity == .error && (!$0.file.hasPrefix("/") || $0.file.hasPrefix(folder))
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
