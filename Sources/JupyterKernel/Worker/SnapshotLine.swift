import CWorker
import Cells
import Glibc
import Processes

/// The socket on which a snapshot of the worker waits. A snapshot lives as long as its line.
final class SnapshotLine: Sendable {
    private let descriptor: Int32
    /// The number of the cell before which the snapshot was made; `nil` if no cell has run since.
    let cell: Int?

    private init(descriptor: Int32, cell: Int?) {
        self.descriptor = descriptor
        self.cell = cell
    }

    /// Dismisses the snapshot, unless it has taken over. A line that is closed without a word tells it that the kernel
    /// is gone.
    deinit {
        cw_send(descriptor, [0], 1, nil, 0)
        close(descriptor)
    }

    /// A line, and the descriptor of the snapshot's end, which the caller passes on and closes.
    static func make(cell: Int?) throws(CompilationError) -> (line: SnapshotLine, other: Int32) {
        var ends: [Int32] = [-1, -1]
        guard cw_socket_pair(&ends) == 0 else { throw CompilationError(SystemError("socketpair")) }
        return (SnapshotLine(descriptor: ends[0], cell: cell), ends[1])
    }

    /// Lets the snapshot take over as the worker.
    ///
    /// - Parameter descriptors: Its channel, standard output, standard error, and the line for its own snapshot.
    /// - Returns: Whether the snapshot is alive.
    func takeOver(with descriptors: [Int32]) -> Bool {
        cw_send(descriptor, [0], 1, descriptors, Int32(descriptors.count)) == 1
    }
}
