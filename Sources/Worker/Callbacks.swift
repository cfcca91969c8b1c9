import CWorker
import Dispatch
import Glibc
import Notebook
import Synchronization
import Tensors
import WorkerProtocol

/// Code that watches a widget and runs while a cell pauses.
struct PauseCallback {
    let serial: Int
    let thread: pthread_t
    /// Signalled when it has ended.
    let ended: DispatchSemaphore

    /// Such code is numbered from here on; the kernel's jobs have smaller numbers.
    static let lastSerial = Atomic<Int>(1 << 40)
}

/// Widgets: what front ends say to them, and the code that watches them.
///
/// While a cell runs, such code runs when the cell's training pauses between two steps, which it does when there is something to run.
/// The code has a thread of its own, for which the cell's waits: a trap in it costs the cell nothing. While no cell runs, the kernel
/// has it run as a job like a cell.
extension WorkerProcess {
    /// Has the training that runs, and the kernel, called whenever there is something to run.
    func installCallbacks() {
        WidgetCallbacks.schedule { [reports] in
            StepBoundary.request()
            reports.add(.callbacksWait)
        }
        StepBoundary.handler = { WorkerProcess.current?.pause() }
    }

    /// Takes what a front end says.
    func receive(_ comm: CommMessage, number: Int) {
        let before = cw_set_owner(Int64(number))
        OpenWidgets.receive(comm)
        _ = cw_set_owner(before)
        reports.add(.commTaken(number: number))
    }

    /// Runs what waits on the calling thread, until something fails: what waits behind that has not been run.
    func runCallbacks(serial: Int) -> WorkerReport {
        while let callback = WidgetCallbacks.next() {
            reports.add(.callback(serial: serial, origin: callback.origin, output: callback.output?.id))
            let before = cw_set_owner(Int64(callback.origin))
            defer { _ = cw_set_owner(before) }
            do {
                try callback.run()
                cw_flush_output()
            } catch {
                // Without `as`, the error inside the box would be meant.
                let frames = Backtrace.ofThrow(unsafeBitCast(error as any Error, to: UnsafeRawPointer.self))
                return .failed(
                    serial: serial, WorkerReport.Failure(error, kind: .thrown, frames: Backtrace.frames(frames)))
            }
        }
        return .finished(serial: serial)
    }

    /// Runs what waits, while the calling thread, which trains, waits. What fails ends its thread; the rest gets another.
    private func pause() {
        let serial = Int(cw_current_serial())
        guard runningSerial == serial else {
            // Another thread trains as well. It is not its turn.
            return StepBoundary.request()
        }
        while WidgetCallbacks.isWaiting {
            let number = PauseCallback.lastSerial.wrappingAdd(1, ordering: .relaxed).newValue
            let ended = DispatchSemaphore(value: 0)
            let isStarted = running.withLock { running in
                guard
                    let thread = try? startCellThread(
                        serial: number,
                        {
                            // The starter holds this until it has noted the thread.
                            self.running.withLock { _ in }
                            self.end(number, with: self.runCallbacks(serial: number))
                        })
                else { return false }
                running?.callback = PauseCallback(serial: number, thread: thread, ended: ended)
                return true
            }
            guard isStarted else { return }
            ended.wait()
        }
    }
}
