extension WorkerReport {
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
