import CWorker
import Glibc
import Synchronization

/// A child process that inherits only the file descriptors that it is given, and neither sockets nor pipes of other
/// children.
package final class Subprocess: Sendable {
    package let identifier: Int32
    private let status = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program's path and its arguments.
    ///   - environment: Changes to this process's environment.
    ///   - descriptors: The descriptors of this process that become the child's descriptors 0, 1, 2, …; -1 is
    ///     `/dev/null`.
    package init(
        _ arguments: [String], environment: [String: String] = [:], descriptors: [Int32]
    ) throws(CompilationError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A source among the child's descriptor numbers would be overwritten before it is duplicated: move it first.
        let first = Int32(64)
        for (index, descriptor) in descriptors.enumerated() where descriptor >= 0 {
            posix_spawn_file_actions_adddup2(&actions, descriptor, first + Int32(index))
        }
        for (index, descriptor) in descriptors.enumerated() {
            if descriptor >= 0 {
                posix_spawn_file_actions_adddup2(&actions, first + Int32(index), Int32(index))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(index), "/dev/null", O_RDWR, 0)
            }
        }
        cw_close_from(&actions, Int32(descriptors.count))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Its own process group: Ctrl-C in the terminal is for the server and the kernel.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)

        var variables = Subprocess.environment
        variables.merge(environment) { $1 }
        var identifier: Int32 = 0
        let code = withCStrings(arguments) { argv in
            withCStrings(variables.map { "\($0)=\($1)" }) { envp in
                posix_spawn(&identifier, arguments[0], &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else {
            throw .toolFailed(tool: arguments[0], message: String(cString: strerror(code)))
        }
        self.identifier = identifier
    }

    /// A process that a child started and that this process adopted when the child ended.
    package init(adopting identifier: Int32) { self.identifier = identifier }

    /// Waits for the end and returns the exit status, or the negative number of the signal that ended the process.
    @discardableResult
    package func wait() -> Int32 {
        if let known = status.withLock({ $0 }) { return known }
        var raw: Int32 = 0
        while waitpid(identifier, &raw, 0) < 0 {
            if errno != EINTR { return status.withLock { $0 ?? -1 } }
        }
        let signal = raw & 0x7f
        let result = signal == 0 ? (raw >> 8) & 0xff : -signal
        status.withLock { $0 = result }
        return result
    }

    package func send(_ signal: Int32) {
        if status.withLock({ $0 }) == nil { kill(identifier, signal) }
    }

    /// Runs a program to its end; returns its status and what it printed to standard output and standard error.
    package static func run(
        _ arguments: [String], whileRunning register: (Subprocess?) -> Void = { _ in }
    ) throws(CompilationError) -> (status: Int32, output: String) {
        let pipe = try Pipe()
        let process: Subprocess
        do {
            defer { pipe.closeWriting() }
            process = try Subprocess(arguments, descriptors: [-1, pipe.writing, pipe.writing])
        }
        register(process)
        let output = pipe.readToEnd()
        let status = process.wait()
        register(nil)
        return (status, output)
    }

    private static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return result
    }
}

/// A pipe whose ends no child inherits.
package final class Pipe: Sendable {
    package let reading: Int32
    package let writing: Int32
    private let isWritingOpen = Mutex(true)

    package init() throws(CompilationError) {
        var ends: [Int32] = [-1, -1]
        guard cw_pipe(&ends) == 0 else {
            throw .toolFailed(tool: "pipe", message: String(cString: strerror(errno)))
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        closeWriting()
    }

    package func closeWriting() {
        isWritingOpen.withLock { isOpen in
            if isOpen { close(writing) }
            isOpen = false
        }
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

/// Calls a function with a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
