import CWorker
import Glibc
import Tensors

/// A copy of this process that stands still, with all its memory as it was, and goes on in its place when the process has died.
enum Snapshot {
    /// Makes a snapshot, which lives until the kernel closes the other end of the line. No threads of the worker's own are at work
    /// meanwhile, so that none of their locks is held in the copy.
    ///
    /// - Returns: Why there is none, or `nil`.
    static func make(line: Int32) -> String? {
        let code = Executors.whileStandingStill {
            var actions = cw_snapshot_actions(
                shrink: { BufferPool.discardFreeContents() }, take_over: { Snapshot.takeOver(line: $0) })
            return cw_make_snapshot(line, &actions)
        }
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// Goes on as the worker. Of the process's threads only the calling one is left.
    private static func takeOver(line: Int32) -> Never {
        let lostDispatchQueues = Executors.restart()
        Interruption.reset()
        // The new worker may die before its first cell: what it comes back from is what it is now.
        _ = make(line: line)
        close(line)
        WorkerProcess.current!.takeOver(lostDispatchQueues: lostDispatchQueues)
    }
}
