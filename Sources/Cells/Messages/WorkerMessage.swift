package import Foundation

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
    case comm(number: Int, WorkerComm)
    /// Run the code that widgets have waiting, as a job with a serial number of its own.
    case runCallbacks(serial: Int)
    /// Show in an area for output why code that was to show something there has failed.
    case callbackFailed(output: String, name: String, message: String, traceback: [String])
}

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
    case printed(serial: Int, Stream, Data, pipesWereEmpty: Bool)
    /// Shows something; with an identifier, it can be updated.
    case display(serial: Int, Output, identifier: String?)
    case update(serial: Int, Output, identifier: String)
    /// The value of the cell's last expression.
    case result(serial: Int, Output)
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
    case comm(serial: Int, WorkerComm)
    /// A front end's message was taken, and all that the widget says at once was said.
    case commTaken(number: Int)
    /// The comms that are open as the worker begins.
    case openComms(Set<String>)
    /// A widget has code waiting that is to run.
    case callbacksWait
    /// A job now runs code for the cell `origin`; what it prints goes to the cell's output or to an area.
    case callback(serial: Int, origin: Int, output: String?)

    /// What text is printed to; the raw value is the stream's usual name.
    package enum Stream: String, Codable, Sendable {
        case stdout, stderr
    }

    /// A value in several forms, by MIME type.
    package struct Output: Codable, Sendable, Equatable {
        package enum Content: Codable, Sendable, Equatable {
            case text(String)
            case binary(Data)
            case json(String)
        }

        package var contents: [String: Content]
        /// Width and height in CSS pixels, by MIME type.
        package var sizes: [String: [Int]]

        package init(contents: [String: Content], sizes: [String: [Int]] = [:]) {
            self.contents = contents
            self.sizes = sizes
        }
    }

    /// Why a cell failed.
    package struct Failure: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            /// An error was thrown and not caught.
            case thrown
            /// A library function was asked for the impossible.
            case library
            /// The code trapped: index out of range, overflow, `fatalError`.
            case trapped
            case stackOverflow
            /// It was stopped on request.
            case stopped
            /// It could not be loaded.
            case notLoaded
        }

        /// An address in the code, as the debug information counts it.
        package struct Frame: Codable, Sendable, Equatable {
            package var object: String
            package var offset: UInt

            package init(object: String, offset: UInt) {
                self.object = object
                self.offset = offset
            }
        }

        /// A line of a cell.
        package struct Place: Codable, Sendable, Equatable, CustomStringConvertible {
            /// "cell 4".
            package var cell: String
            package var line: Int

            package init(cell: String, line: Int) {
                self.cell = cell
                self.line = line
            }

            package var description: String { "\(cell), line \(line)" }
        }

        package var kind: Kind
        /// The type of the error: `ShapeError`.
        package var name: String
        /// What it was about: the layer `lenet › conv2d_1`, the operation.
        package var subject: String?
        /// The line that the error itself names, such as that of a layer.
        package var place: Place?
        package var message: String
        /// Where it happened, innermost first.
        package var frames: [Frame]
        /// The index of the top-level statement that the cell was at. Those before it were finished.
        package var statement = 0

        package init(
            kind: Kind, name: String, subject: String? = nil, place: Place? = nil, message: String,
            frames: [Frame] = []
        ) {
            self.kind = kind
            self.name = name
            self.subject = subject
            self.place = place
            self.message = message
            self.frames = frames
        }
    }
}
