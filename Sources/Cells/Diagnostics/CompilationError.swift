package import Processes

/// What kept a cell from running.
package enum CompilationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cell does not compile.
    case diagnosed([Diagnostic])
    /// The toolchain is incomplete or gone.
    case noToolchain(String)
    /// A tool failed for a reason that is not the cell's: a full disk, a missing module, a crash.
    case toolFailed(tool: String, message: String)
    /// The cell was given up while it was compiled.
    case interrupted

    /// A call to the operating system failed.
    package init(_ error: SystemError) { self = .toolFailed(tool: error.call, message: error.message) }

    /// The error as a terminal shows it.
    package var description: String {
        switch self {
        case .diagnosed(let diagnostics): diagnostics.map(\.rendering).joined(separator: "\n")
        case .noToolchain(let message): message
        case .toolFailed(let tool, let message): "\(tool) failed: \(message)"
        case .interrupted: "interrupted"
        }
    }
}
