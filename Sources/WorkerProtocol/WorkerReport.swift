package import Foundation

/// What the process that runs cells reports.
///
/// What is printed or shown names the cell it belongs to, by its serial number: the one that started the thread or task, however long
/// ago. What belongs to no cell has the number 0.
package enum WorkerReport: Codable, Sendable, Equatable {
    /// It is ready for cells: a worker that was started, or a snapshot that took over.
    case ready(process: Int32, lostDispatchQueues: Bool)
    /// It made a snapshot, or it could not, and why.
    case snapshot(error: String?)
    /// The process is about to end, because the code at some frames ended it.
    case ending([Failure.Frame])
    /// Text that was printed, cut anywhere, also within a character. It comes before what is in the pipes of the descriptors 1 and 2 by
    /// now if they were empty then.
    case printed(serial: Int, StandardStream, Data, pipesWereEmpty: Bool)
    /// Shows something; with an identifier, it can be updated.
    case display(serial: Int, MimeBundle, identifier: String?)
    case update(serial: Int, MimeBundle, identifier: String)
    /// The value of the cell's last expression.
    case result(serial: Int, MimeBundle)
    case clearOutput(serial: Int, wait: Bool)
    /// The cell reads a line from standard input.
    case input(serial: Int, prompt: String)
    /// The cell ran to its end.
    case finished(serial: Int)
    /// The cell failed. All it did before that is still there.
    case failed(serial: Int, Failure)
    /// The cell was asked to stop, and will at the end of the step that it is in.
    case stopping(serial: Int)
    /// The cell was asked to stop, and cannot be stopped without ending the process.
    case unstoppable(serial: Int)

    /// A widget's message to the front ends, sent by a cell, or in answer to the message with this number.
    case comm(serial: Int, CommMessage)
    /// A front end's message was taken, and all that the widget says at once was said.
    case commTaken(number: Int)
    /// The comms that are open as the worker begins.
    case openComms(Set<String>)
    /// A widget has code waiting that is to run.
    case callbacksWait
    /// A job now runs code for the cell `origin`; what it prints goes to the cell's output or to an area.
    case callback(serial: Int, origin: Int, output: String?)
}
