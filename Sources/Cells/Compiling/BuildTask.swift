import Glibc
import Synchronization

/// The toolchain's work on one cell, which any thread can cancel.
package final class BuildTask: Sendable {
    private struct State {
        var process: Subprocess?
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let niceness: Int32

    /// - Parameter niceness: The programs' niceness, as of `nice`.
    package init(niceness: Int32 = 0) { self.niceness = niceness }

    /// Ends the running program and starts no further one.
    package func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.process?.send(SIGKILL)
        }
    }

    /// Runs a program to its end.
    func run(_ arguments: [String]) throws(CompilationError) -> (status: Int32, output: String) {
        if state.withLock({ $0.isCancelled }) { throw .interrupted }
        let result = try Subprocess.run(arguments) { process in
            if let process, niceness != 0 {
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process.identifier), niceness)
            }
            state.withLock { state in
                state.process = process
                if state.isCancelled { process?.send(SIGKILL) }
            }
        }
        if state.withLock({ $0.isCancelled }) { throw .interrupted }
        return result
    }
}
