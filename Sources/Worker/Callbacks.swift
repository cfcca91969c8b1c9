import CWorker
import Dispatch
import Glibc
import Notebook
import Synchronization
import Tensors
import WorkerProtocol

/// A widget's callback that runs while a cell pauses.
struct PauseCallback {
    let serial: Int
    let thread: pthread_t
    /// Signalled when the callback has ended.
    let ended: DispatchSemaphore

    /// The serial number of the last such callback; the kernel's jobs have smaller numbers.
    static let lastSerial = Atomic<Int>(1 << 40)
}

/// Widgets: the messages of front ends, and callbacks.
///
/// While a cell trains a network, callbacks run between two steps of the training. They run on a separate thread, for
/// which the cell's thread waits, so that a trap in a callback does not end the cell. While no cell runs, the kernel
/// runs callbacks as a job of their own.
extension WorkerProcess {
    /// Notifies the running training and the kernel whenever callbacks are pending.
    func installCallbacks() {
        WidgetCallbacks.schedule { [reports] in
            StepBoundary.request()
            reports.add(.callbacksWait)
        }
        StepBoundary.handler = { WorkerProcess.current?.pause() }
    }

    /// Handles a front end's message.
    func receive(_ comm: CommMessage, number: Int) {
        let before = cw_set_owner(Int64(number))
        OpenWidgets.receive(comm)
        _ = cw_set_owner(before)
        reports.add(.commTaken(number: number))
    }

    /// Runs the pending callbacks on the calling thread, up to the first that fails; those after it remain pending.
    func runCallbacks(serial: Int) -> WorkerReport {
        while let callback = WidgetCallbacks.next() {
            reports.add(.callback(serial: serial, origin: callback.origin, output: callback.output?.id))
            let before = cw_set_owner(Int64(callback.origin))
            defer { _ = cw_set_owner(before) }
            do {
                try callback.run()
                cw_flush_output()
            } catch {
                // Without `as`, the cast would unwrap the error's box.
                let frames = Backtrace.ofThrow(unsafeBitCast(error as any Error, to: UnsafeRawPointer.self))
                return .failed(
                    serial: serial, WorkerReport.Failure(error, kind: .thrown, frames: Backtrace.frames(frames)))
            }
        }
        return .finished(serial: serial)
    }

    /// Runs the pending callbacks while the calling thread, which trains a network, waits. A failure ends the
    /// callbacks' thread; the remaining ones run on a new thread.
    private func pause() {
        let serial = Int(cw_current_serial())
        guard runningSerial == serial else {
            // Another thread trains as well: the callbacks run on the cell's own.
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
                            // The starter holds the lock until it has recorded the thread.
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
