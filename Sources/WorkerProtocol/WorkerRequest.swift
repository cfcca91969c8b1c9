/// What the kernel asks of the worker, the process that runs the cells.
package enum WorkerRequest: Codable, Sendable, Equatable {
    /// Make a snapshot of the process, which waits on the socket that accompanies this request.
    case snapshot
    /// Load a cell and run it. Reports about it carry the serial number.
    case run(serial: Int, object: String, entryPoint: String)
    /// Show the compiler's remarks on the cell that comes next, unless notes are disabled.
    case notes(serial: Int, [WorkerNote])
    /// Stop the running cell: at its next step boundary, or, if it has none, soon. 0 means what cells have started and
    /// still runs after their ends.
    case interrupt(serial: Int)
    /// The answer to ``WorkerReport/input(serial:prompt:isPassword:)``; `nil` for the end of input.
    case input(String?)
    /// A front end's message for a widget, with a unique negative number.
    case comm(number: Int, CommMessage)
    /// Run the pending callbacks of widgets, as a job with its own serial number.
    case runCallbacks(serial: Int)
    /// Show, in the output widget `output`, why the callback that writes there failed.
    case callbackFailed(output: String, name: String, message: String, traceback: [String])
}
