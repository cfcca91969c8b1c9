import CWorker
import Synchronization
import Tensors
package import WorkerProtocol

/// The library's notes about cells: of each kind one for each line of a cell, and a few in all.
package enum CellNotes {
    /// The number of notes that a cell shows: more are not read.
    private static let limit = 10

    /// What the newest cell that posted has shown.
    private struct Shown {
        var serial: Int64 = 0
        var count = 0
        /// Kinds with the call stacks that posted them, and with the lines of cells in these.
        var keys: Set<Int> = []
    }
    private static let shown = Mutex(Shown())

    /// Shows all further notes through a function. `serial` is the number of the cell to which a note belongs.
    package static func install(_ show: @escaping @Sendable (_ note: WorkerNote, _ serial: Int) -> Void) {
        Notes.handler = { note in
            let serial = PrintCaptures.cell(of: cw_owner())
            guard let frames = newFrames(of: note, serial: serial) else { return }
            let statement = currentStatement.load(ordering: .relaxed)
            show(WorkerNote("\(note)", frames: frames, statement: statement), Int(serial))
        }
    }

    /// The frames of the cells' code that posts a note; `nil` if its line has shown one of the kind.
    ///
    /// A note that is posted again and again is recognized by its return addresses, before they are looked up.
    private static func newFrames(of note: Note, serial: Int64) -> [WorkerReport.Failure.Frame]? {
        let addresses = Backtrace.here().prefix { $0 != 0 }
        func isNew(_ key: Int) -> Bool {
            // A fork may have left the lock taken: better no note than no end.
            shown.withLockIfAvailable { shown in
                if shown.serial != serial { shown = Shown(serial: serial) }
                return shown.count < limit && shown.keys.insert(key).inserted
            } ?? false
        }
        guard isNew(hash(note.kind, addresses.map(Int.init(bitPattern:)))) else { return nil }
        let frames = Backtrace.frames(Array(addresses)).filter(\.isOfCell)
        guard isNew(hash(note.kind, frames.prefix(1).map { Int(bitPattern: $0.offset) } + [-1])) else {
            return nil
        }
        shown.withLockIfAvailable { $0.count += 1 }
        return frames
    }

    private static func hash(_ kind: String, _ numbers: [Int]) -> Int {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(numbers)
        return hasher.finalize()
    }
}

extension WorkerReport.Failure.Frame {
    /// Whether the code is a cell's, whose object is called after its module: `Cell4.so`.
    fileprivate var isOfCell: Bool { object.split(separator: "/").last?.hasPrefix("Cell") == true }
}
