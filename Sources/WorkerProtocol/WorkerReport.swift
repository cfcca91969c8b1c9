package import Foundation

/// What the worker, the process that runs the cells, reports to the kernel.
///
/// Output names the cell to which it belongs by its serial number: the cell that started the thread or task, however
/// long ago. Output that belongs to no cell has the number 0.
package enum WorkerReport: Codable, Sendable, Equatable {
    /// The worker is ready for cells: it was started, or it is a snapshot that took over.
    case ready(process: Int32, lostDispatchQueues: Bool)
    /// A snapshot was made, or could not be made for a reason.
    case snapshot(error: String?)
    /// The process is about to end, because the code at these frames ended it.
    case ending([Failure.Frame])
    /// Printed text, which may be split anywhere, even within a character. If the pipes of descriptors 1 and 2 were
    /// empty when it was printed, it comes before what they hold by now.
    case printed(serial: Int, StandardStream, Data, pipesWereEmpty: Bool)
    /// Shows a value; with an identifier, it can be updated.
    case display(serial: Int, MimeBundle, identifier: String?)
    /// Replaces the value that was shown under an identifier.
    case update(serial: Int, MimeBundle, identifier: String)
    /// The value of the cell's last expression.
    case result(serial: Int, MimeBundle)
    /// A remark on the cell, for its reader.
    case note(serial: Int, WorkerNote)
    /// Removes the cell's output: at once, or when the next output comes.
    case clearOutput(serial: Int, wait: Bool)
    /// The cell reads a line from standard input, or asks for a password.
    case input(serial: Int, prompt: String, isPassword: Bool)
    /// The cell ran to its end.
    case finished(serial: Int)
    /// The cell failed. What it did before that remains.
    case failed(serial: Int, Failure)
    /// The cell was asked to stop, and will do so at the end of its current step.
    case stopping(serial: Int)
    /// The cell was asked to stop, and cannot be stopped without ending the process.
    case unstoppable(serial: Int)

    /// A widget's message to the front ends, sent by a cell or in answer to the front end's message with this number.
    case comm(serial: Int, CommMessage)
    /// A front end's message was handled, and the widget's immediate answers were sent.
    case commTaken(number: Int)
    /// The comms that are open when the worker starts.
    case openComms(Set<String>)
    /// A widget's callbacks are pending.
    case callbacksWait
    /// A job now runs a callback of the cell `origin`; its output goes to the cell's output or to an output widget.
    case callback(serial: Int, origin: Int, output: String?)
}
