package import JupyterWire
package import WorkerProtocol

/// The destination of a cell's output.
///
/// Every function may be called from any thread, also after the cell has ended: the output belongs to the cell for
/// which the sink was made. Messages are sent in the order of the calls.
package protocol OutputSink: AnyObject, Sendable {
    /// Sends printed text. Chunks may be cut anywhere, also within a character. The text is sent after some
    /// milliseconds, together with what is printed meanwhile. Waits when a cell prints much faster than front ends can
    /// receive.
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream)

    /// Shows a value.
    ///
    /// - Parameter id: The identifier under which `update` may change it later.
    func display(_ bundle: MimeBundle, id: String?)

    /// Changes a value that was shown before, wherever it was shown.
    func update(_ bundle: MimeBundle, id: String)

    /// Shows the value of the cell, `Out [n]`.
    func result(_ bundle: MimeBundle)

    /// Removes what the cell has shown; with `wait`, only when new output follows, which avoids flicker.
    func clearOutput(wait: Bool)

    /// Shows text in the front end's pager when the cell has ended.
    func page(_ bundle: MimeBundle)

    /// Puts text into a new cell below this one (in a console, at the next prompt) when the cell has ended.
    func setNextInput(_ text: String)

    /// Adds to the metadata of the cell's reply, under the kernel's name.
    func note(metadata: [String: JSON])

    /// Sends a comm message to the front ends.
    func send(_ message: CommMessage)

    /// Waits until everything has been sent that was printed and shown so far.
    func drain()

    /// Work continues for the sink's request, although it has been handled.
    func workGoesOn()

    /// The work that continued has ended.
    func workEnded()

    /// Asks the user for a line and waits for it.
    ///
    /// - Throws: `InputError` if the front end does not allow it, or the cell is interrupted while it waits.
    func input(prompt: String, isPassword: Bool) throws(InputError) -> String
}

/// Why there is no input.
package enum InputError: Error, Hashable, CustomStringConvertible {
    /// The front end does not allow questions.
    case notAllowed
    /// The cell was interrupted, or the kernel is shutting down.
    case interrupted

    /// The error in one line.
    package var description: String {
        switch self {
        case .notAllowed: "this front end does not allow input"
        case .interrupted: "interrupted while waiting for input"
        }
    }
}
