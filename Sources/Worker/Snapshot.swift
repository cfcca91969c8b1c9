import CWorker
import Glibc
import Tensors

/// A stopped copy of this process, with all of its memory, which takes over if the process dies.
enum Snapshot {
    /// Makes a snapshot, which lives until the kernel closes the other end of the line. The executors' threads stand
    /// still meanwhile, so that none of their locks is held in the copy.
    ///
    /// - Returns: An error message, or `nil` if the snapshot was made.
    static func make(line: Int32) -> String? {
        let code = Executors.whileStandingStill {
            var actions = cw_snapshot_actions(
                shrink: { BufferPool.discardFreeContents() }, take_over: { Snapshot.takeOver(line: $0) })
            return cw_make_snapshot(line, &actions)
        }
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// Takes over as the worker. Of the process's threads only the calling one exists.
    private static func takeOver(line: Int32) -> Never {
        let lostDispatchQueues = Executors.restart()
        Interruption.reset()
        // The new worker may die before its first cell: it then comes back as it is now.
        _ = make(line: line)
        close(line)
        WorkerProcess.current!.takeOver(lostDispatchQueues: lostDispatchQueues)
    }
}
