import Glibc
import Synchronization

/// The work of the toolchain's programs on one cell, which can be given up from any thread.
package final class BuildTask: Sendable {
    private struct State {
        var process: Subprocess?
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let niceness: Int32

    /// - Parameter niceness: How much the programs stand back for others, as `nice` counts it.
    package init(niceness: Int32 = 0) { self.niceness = niceness }

    /// Ends the program that is running, and lets no further one start.
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
