/// A remark on a cell that runs but may not do what was meant: of the library, or a warning of the compiler.
package struct WorkerNote: Codable, Sendable, Equatable {
    /// What was seen and what to do about it, in one line.
    package var message: String
    /// The line of the cell, if the compiler says so.
    package var line: Int?
    /// The call stack, innermost frame first.
    package var frames: [WorkerReport.Failure.Frame]
    /// The index of the top-level statement that was running.
    package var statement: Int?

    package init(
        _ message: String, line: Int? = nil, frames: [WorkerReport.Failure.Frame] = [], statement: Int? = nil
    ) {
        self.message = message
        self.line = line
        self.frames = frames
        self.statement = statement
    }
}
