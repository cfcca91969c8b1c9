/// What a kernel asks of the process that runs its cells.
package enum WorkerRequest: Codable, Sendable, Equatable {
    /// Make a snapshot of the process, which waits on the socket that comes with this.
    case snapshot
    /// Load a cell and run it. Reports about it carry the serial number.
    case run(serial: Int, object: String, entryPoint: String)
    /// Ask the running cell to stop: at a step boundary, or, if it has none, soon.
    case interrupt(serial: Int)
    /// The answer to ``WorkerReport/input(serial:prompt:)``; `nil` if there is none to be had.
    case input(String?)
    /// A front end's message for a widget, with a negative number of its own.
    case comm(number: Int, CommMessage)
    /// Run the code that widgets have waiting, as a job with a serial number of its own.
    case runCallbacks(serial: Int)
    /// Show in an area for output why code that was to show something there has failed.
    case callbackFailed(output: String, name: String, message: String, traceback: [String])
}
