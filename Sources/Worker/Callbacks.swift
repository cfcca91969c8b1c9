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
    /// Whether it is the cell's own code: its failure is the cell's.
    let isOwn: Bool

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
        WidgetCallbacks.replace { WorkerProcess.current?.dismissCallback(of: $0) }
        WidgetCallbacks.perform {
            WorkerProcess.current.map { $0.runningSerial == Int(cw_current_serial()) } ?? false
        } _: {
            WorkerProcess.current?.pause(forOwn: true)
        }
        FrontEnd.aside = { body in Random.asideFromTraining { body() } }
        Interruption.unwantedHandler = {
            WorkerProcess.current?.stopping.isDismissed(Int(cw_current_serial())) ?? false
        }
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
        func run(_ callback: WidgetCallbacks.Callback) throws {
            reports.add(.callback(serial: serial, origin: callback.origin, output: callback.output?.id))
            let before = cw_set_owner(Int64(callback.origin))
            defer { _ = cw_set_owner(before) }
            try Random.asideFromTraining(unless: !callback.replaces) { try callback.perform() }
            cw_flush_output()
        }
        do {
            // The thread of one that is not wanted was asked to stop; what replaces it has a thread of its own.
            while try WidgetCallbacks.runNext(for: serial, run) == true {}
        } catch {
            // Without `as`, the cast would unwrap the error's box.
            let frames = Backtrace.ofThrow(unsafeBitCast(error as any Error, to: UnsafeRawPointer.self))
            return .failed(
                serial: serial, WorkerReport.Failure(error, kind: .thrown, frames: Backtrace.frames(frames)))
        }
        return .finished(serial: serial)
    }

    /// Runs the pending callbacks while the calling thread waits, which trains a network or runs a cell's interaction.
    /// The end of a callback's thread, by a failure or since it was replaced, leaves the others pending: they run on a
    /// new thread.
    private func pause(forOwn isOwn: Bool = false) {
        let serial = Int(cw_current_serial())
        guard runningSerial == serial else {
            // Another thread trains as well: the callbacks run on the cell's own.
            return StepBoundary.request()
        }
        var isFirst = isOwn
        // A job that is about to end leaves the pending ones to the next: a request to stop that is meant for its own
        // training would meet theirs.
        while WidgetCallbacks.isWaiting, !stopping.isDismissed(serial) {
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
                running?.callback = PauseCallback(serial: number, thread: thread, ended: ended, isOwn: isFirst)
                return true
            }
            guard isStarted else { return }
            while ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
                // Its failure has ended the cell.
                if runningSerial != serial { cw_park() }
            }
            isFirst = false
            // The callback's own training may have granted the cell's request.
            if stopping.concerns(serial) { Interruption.request() }
        }
        // A cell whose interaction was stopped does not go on.
        if isOwn, stopping.concerns(serial) { Interruption.check(before: "go on") }
    }

    /// Ends the callback that a job runs, which a pending one is to replace.
    private func dismissCallback(of serial: Int) {
        if stopping.dismiss(serial) { startThread { self.stopDismissed(serial) } }
    }
}
