package import Processes

/// The reason why a cell did not run.
package enum CompilationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cell does not compile.
    case diagnosed([Diagnostic])
    /// The toolchain is incomplete or missing.
    case noToolchain(String)
    /// A tool failed, and not because of the cell: a full disk, a missing module, a crash.
    case toolFailed(tool: String, message: String)
    /// The compilation was cancelled.
    case interrupted

    /// A call to the operating system failed.
    package init(_ error: SystemError) { self = .toolFailed(tool: error.call, message: error.message) }

    /// The error as text for a terminal.
    package var description: String {
        switch self {
        case .diagnosed(let diagnostics): diagnostics.map(\.rendering).joined(separator: "\n")
        case .noToolchain(let message): message
        case .toolFailed(let tool, let message): "\(tool) failed: \(message)"
        case .interrupted: "interrupted"
        }
    }
}
