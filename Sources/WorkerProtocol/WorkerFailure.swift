extension WorkerReport {
    /// Why a cell failed.
    package struct Failure: Codable, Sendable, Equatable {
        /// How the cell failed.
        package enum Kind: String, Codable, Sendable {
            /// An error was thrown and not caught.
            case thrown
            /// A library function was called with invalid arguments.
            case library
            /// The code trapped: index out of range, overflow, `fatalError`.
            case trapped
            /// Calls were nested too deeply.
            case stackOverflow
            /// The cell was stopped on request.
            case stopped
            /// The cell was asked to stop and ran to its end, though a training in it ended early.
            case interrupted
            /// The cell could not be loaded or started.
            case notLoaded
        }

        /// An address in the code, in the form that debug information uses.
        package struct Frame: Codable, Sendable, Equatable {
            /// The path of the shared object.
            package var object: String
            /// The address relative to the object's start.
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

        /// How the cell failed.
        package var kind: Kind
        /// The type of the error: `ShapeError`.
        package var name: String
        /// Where it happened: the layer, such as `lenet › conv2d_1`, or the operation.
        package var subject: String?
        /// The line that the error itself names, such as the layer's.
        package var place: Place?
        /// What went wrong.
        package var message: String
        /// The call stack, innermost frame first.
        package var frames: [Frame]
        /// The index of the top-level statement that was running; all before it had finished.
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
