package import JupyterWire
package import WorkerProtocol

/// Where a cell's output goes.
///
/// Every function may be called from any thread, also after the cell has ended: what is shown belongs to the cell the
/// sink was made for. Messages leave in the order of the calls.
package protocol OutputSink: AnyObject, Sendable {
    /// Text that was printed, in chunks cut anywhere, also within a character. It leaves after some milliseconds,
    /// together with what was printed meanwhile. Waits when a cell prints much faster than front ends take it.
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream)

    /// Shows a value.
    /// - Parameter id: The name under which an `update` may change it later.
    func display(_ bundle: MimeBundle, id: String?)

    /// Changes a value shown before, wherever it was shown.
    func update(_ bundle: MimeBundle, id: String)

    /// The value of the cell: `Out [n]`.
    func result(_ bundle: MimeBundle)

    /// Removes what the cell has shown so far; with `wait` not before something new comes, which avoids flicker.
    func clearOutput(wait: Bool)

    /// Shows text beside the notebook (in a console: in a pager) when the cell has ended.
    func page(_ bundle: MimeBundle)

    /// Puts text into a cell below this one (in a console: behind the next prompt) when the cell has ended.
    func setNextInput(_ text: String)

    /// Adds to what the reply to the cell's request says in its metadata, under the kernel's own name.
    func note(metadata: [String: JSON])

    /// Opens, speaks to or closes a comm at the front ends.
    func send(_ message: CommMessage)

    /// Waits until everything has left that was printed and shown by now.
    func drain()

    /// Says that work goes on for the request that the sink was made for, which was handled already.
    func workGoesOn()

    /// Says that the work that went on has ended.
    func workEnded()

    /// Asks the person in front for a line and waits for it.
    /// - Throws: `InputError` if there is nobody to ask, or the cell is interrupted while it waits.
    func input(prompt: String, isPassword: Bool) throws(InputError) -> String
}

/// Why a question was not answered.
package enum InputError: Error, Hashable, CustomStringConvertible {
    /// The front end that runs the cell cannot ask anybody.
    case notAllowed
    /// The cell was interrupted, or the kernel shuts down.
    case interrupted

    /// A line for a person.
    package var description: String {
        switch self {
        case .notAllowed: "this front end cannot ask for input"
        case .interrupted: "interrupted while waiting for input"
        }
    }
}
