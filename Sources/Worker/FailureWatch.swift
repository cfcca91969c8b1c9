import CWorker
import Glibc
package import Processes
import Tensors
package import WorkerProtocol

/// Reports the failures of a cell that runs without a kernel, in this process and on this thread.
package enum FailureWatch {
    /// Has a function called, on another thread, when the calling thread or one that it has started fails. It should
    /// end the process: what failed does not go on.
    package static func begin(_ report: @escaping @Sendable (WorkerReport.Failure) -> Void) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard cw_pipe(&ends) == 0 else { throw SystemError("pipe") }
        let (reading, writing) = (ends[0], ends[1])
        handler = report
        cw_adopt_thread(1)
        cw_install_handlers(writing)
        cw_watch_throws()
        cw_watch_uncaught_errors { FailureWatch.thrown($0) }
        cw_watch_failed_tries { box, file, length, line in
            WorkerReport.Failure(triedBy: box, file, length, line).map(FailureWatch.end)
        }
        Tensors.Failure.handler = { FailureWatch.end(with: $0, frames: Backtrace.here(), kind: .library) }
        startThread {
            while true {
                var event = cw_event()
                guard read(reading, &event, MemoryLayout<cw_event>.size) == MemoryLayout<cw_event>.size else {
                    continue
                }
                if event.kind == CW_ENDING {
                    cw_acknowledge_event()
                } else {
                    handler?(WorkerReport.Failure(event))
                }
            }
        }
    }

    private nonisolated(unsafe) static var handler: (@Sendable (WorkerReport.Failure) -> Void)?

    private static func thrown(_ box: UnsafeRawPointer?) {
        guard let box else { return }
        let error = unsafeBitCast(box, to: (any Error).self)
        end(with: error, frames: Backtrace.ofThrow(box), kind: .thrown)
    }

    private static func end(with error: any Error, frames: [UInt], kind: WorkerReport.Failure.Kind) -> Never {
        end(with: WorkerReport.Failure(error, kind: kind, frames: Backtrace.frames(frames)))
    }

    private static func end(with failure: WorkerReport.Failure) -> Never {
        startThread { handler?(failure) }
        cw_park()
    }
}
