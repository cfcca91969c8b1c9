import CWorker
import Glibc
import Synchronization
import Tensors
import WorkerProtocol

/// What is to stop in a worker, and what requests to stop have led to.
final class Stopping: Sendable {
    private struct State {
        /// The cell, or other job, that was asked to stop.
        var serial: Int?
        /// The last job that began.
        var last = 0
        /// The jobs that were stopped, and the last of those that were all stopped at once. Their work never goes on.
        var stopped: Set<Int> = []
        var allUpTo = 0
        /// Where a training has granted a request; the job goes on behind it.
        var grant: [WorkerReport.Failure.Frame]?
        /// Whether the job waits for a top-level `await`.
        var isAwaiting = false
        /// The job, or thread, whose callback another one is to replace.
        var dismissed: Int?
    }

    private let state = Mutex(State())

    /// A job begins, which nobody has asked to stop.
    func begin(_ serial: Int) {
        state.withLock { state in
            if let stopped = state.serial { state.stopped.insert(stopped) }
            (state.serial, state.grant, state.isAwaiting, state.dismissed) = (nil, nil, false, nil)
            state.last = serial
        }
    }

    /// A job was asked to stop. One that waits for a task waits for whatever another cell has started.
    func request(_ serial: Int) { state.withLock { $0.serial = serial } }

    /// Everything that cells have started is to stop.
    func requestAll() { state.withLock { $0.allUpTo = $0.last } }

    /// A training has granted the request: the job goes on.
    func grant(at frames: [WorkerReport.Failure.Frame]) {
        state.withLock { ($0.grant, $0.serial) = (frames, nil) }
    }

    /// Whether the job waits for a top-level `await`.
    var isAwaiting: Bool {
        get { state.withLock { $0.isAwaiting } }
        set { state.withLock { $0.isAwaiting = newValue } }
    }

    /// Whether a job is to stop.
    func concerns(_ serial: Int) -> Bool { state.withLock { $0.serial == serial } }

    /// A job's callback is to stop, since another one replaces it.
    ///
    /// - Returns: Whether that is new.
    func dismiss(_ serial: Int) -> Bool {
        state.withLock { state in
            defer { state.dismissed = serial }
            return state.dismissed != serial
        }
    }

    /// Whether a job's callback is to stop since another one replaces it.
    func isDismissed(_ serial: Int) -> Bool { state.withLock { $0.dismissed == serial } }

    /// A callback that was to stop has ended. The request is withdrawn, unless the cell is to stop as well.
    func endDismissal(of serial: Int) {
        state.withLock { state in
            guard state.dismissed == serial else { return }
            state.dismissed = nil
            if state.serial == nil { Interruption.withdraw() }
        }
    }

    /// Whether the work of an owner, as `cw_owner` names it, is to stop.
    func concernsWork(of owner: Int64) -> Bool {
        let cell = Int(PrintCaptures.cell(of: owner))
        guard cell > 0 else { return false }
        return state.withLock { $0.serial == cell || cell <= $0.allUpTo || $0.stopped.contains(cell) }
    }

    /// What the worker reports of a job that ran to its end.
    func report(ofFinished serial: Int) -> WorkerReport {
        let (wasAsked, grant) = state.withLock { ($0.serial == serial, $0.grant) }
        if let grant {
            let message = "the training was stopped after its current step, and the rest of the cell ran"
            return .failed(
                serial: serial, .init(kind: .interrupted, name: "Interrupted", message: message, frames: grant))
        }
        guard wasAsked else { return .finished(serial: serial) }
        let message = "the cell had reached its end when it was about to be stopped"
        return .failed(serial: serial, .init(kind: .interrupted, name: "Interrupted", message: message))
    }
}

/// How work is stopped: a training at its next step, an operation of the library at its beginning, everything else
/// where it holds no locks. Tasks are canceled and programs get a signal first.
extension WorkerProcess {
    /// Records where a training has granted a request to stop, if its cell was meant.
    ///
    /// - Returns: Whether it was.
    func noteGrant() -> Bool {
        let thread = cw_current_serial()
        guard isStopping(thread: thread), !stopping.isDismissed(Int(thread)) else { return false }
        stopping.grant(at: Backtrace.frames(Backtrace.here()))
        return true
    }

    /// Stops the work that the calling thread does, if it is meant.
    func stopIfMeant(before activity: String) {
        // A training before this one was stopped, which was taken for the whole cell.
        if isStopping(thread: cw_current_serial()) || Interruption.isGranted && activity == "train again" {
            stopHere("when it was about to \(activity)")
        }
    }

    /// Whether the calling thread's work is to stop. A thread of a job has the job's number, any other the owner's.
    private func isStopping(thread: Int64) -> Bool {
        guard thread > 0 else { return stopping.concernsWork(of: cw_owner()) }
        let serial = Int(thread)
        if stopping.concerns(serial) || stopping.isDismissed(serial) { return true }
        // An interaction of the cell's runs on a thread of its own.
        let cell = running.withLock { running in
            running?.callback?.serial == serial && running?.callback?.isOwn == true ? running?.serial : nil
        }
        return cell.map(stopping.concerns) ?? false
    }

    /// Stops the running cell where the calling thread is.
    ///
    /// - Parameter occasion: When that is, as in "while it waited for input".
    func stopHere(_ occasion: String) -> Never {
        let frames = Backtrace.frames(Backtrace.here())
        let thread = Int(cw_current_serial())
        let serial = thread > 0 ? thread : Int(PrintCaptures.cell(of: cw_owner()))
        end(serial, with: .failed(serial: serial, .stopped(occasion, at: frames)))
        parkThread()
    }

    /// Stops a job, with all tasks, threads and programs that it has started.
    func stop(_ serial: Int) {
        guard runningSerial == serial else { return }
        stopping.request(serial)
        Interruption.request()
        input.giveUp()
        // A training loop that has granted the request withdraws it, and its cell goes on.
        repeat {
            reports.add(.stopping(serial: serial))
            if !Interruption.isDeferred { cancelWork() }
            if waitForEnd(of: serial, .milliseconds(400), every: .milliseconds(5)) { return stopRest(of: serial) }
            // Training that pauses for a callback waits until the callback has ended.
            if waitForEnd(
                of: serial, .milliseconds(200), every: .milliseconds(1),
                { if let callback = $0.callback { cw_request_stop(callback.thread, true) } })
            {
                return stopRest(of: serial)
            }
        } while Interruption.isDeferred
        guard Interruption.isRequested else { return }
        for isBlocked in [false, true] {
            let isEnded = waitForEnd(of: serial, .milliseconds(500), every: .milliseconds(1)) { running in
                cw_request_stop(running.thread, isBlocked)
                self.requestStopOfThreads(anywhereBlocked: isBlocked)
            }
            if isEnded { return stopRest(of: serial) }
        }
        if runningSerial == serial { reports.add(.unstoppable(serial: serial)) }
    }

    /// Stops a callback that another one is to replace.
    func stopDismissed(_ number: Int) {
        func attempt(_ milliseconds: Int, _ stop: ((pthread_t) -> Void)?) -> Bool {
            for _ in 0..<milliseconds {
                let isRunning = running.withLock { running in
                    guard let running, stopping.isDismissed(number) else { return false }
                    let isCallback = running.callback?.serial == number
                    guard isCallback || running.serial == number else { return false }
                    Interruption.request()
                    stop?(isCallback ? running.callback!.thread : running.thread)
                    return true
                }
                if !isRunning { return true }
                usleep(1000)
            }
            return false
        }
        // A training ends after its step, an operation at its beginning; then the code is stopped where it is.
        while !attempt(300, nil) {
            if attempt(500, { cw_request_stop($0, false) }) || attempt(500, { cw_request_stop($0, true) }) { return }
        }
    }

    /// Stops everything that cells have started and that still runs, while no cell runs.
    func stopBackground() {
        guard runningSerial == nil else { return }
        stopping.requestAll()
        Interruption.request()
        cancelWork()
        finishStopping()
        if runningSerial == nil { Interruption.begin() }
    }

    /// Stops what a cell that has ended has left behind.
    private func stopRest(of serial: Int) {
        let count = finishStopping()
        guard count > 0 else { return }
        let before = cw_set_owner(Int64(serial))
        defer { _ = cw_set_owner(before) }
        cw_print_error(
            (count == 1 ? "1 thread of this cell" : "\(count) threads of this cell")
                + " could not be stopped: what they compute goes on until they return to the cell's own code. "
                + "Restart the kernel to end them.")
    }

    /// Cancels tasks and interrupts programs, as Ctrl-C does.
    private func cancelWork() {
        // A cell that waits for a task waits for whatever another cell has started.
        if stopping.isAwaiting { stopping.requestAll() }
        cw_cancel_tasks(isMeant)
        cw_signal_programs(isMeant, SIGINT)
    }

    /// Stops the threads that are meant; the mildest way first.
    ///
    /// - Returns: How many could not be stopped.
    @discardableResult
    private func finishStopping() -> Int {
        // Canceled tasks may end by themselves, and a program that ignores one signal may heed the next.
        func repeatedly(_ milliseconds: Int, _ attempt: () -> Int) -> Bool {
            for _ in 0..<milliseconds {
                if attempt() == 0 { return true }
                usleep(1000)
            }
            return false
        }
        if repeatedly(200, { Int(cw_count_threads(isMeant, false)) }) { return 0 }
        cw_signal_programs(isMeant, SIGTERM)
        if repeatedly(300, { self.requestStopOfThreads(anywhereBlocked: false) }) { return 0 }
        cw_signal_programs(isMeant, SIGKILL)
        _ = repeatedly(300, { self.requestStopOfThreads(anywhereBlocked: true) })
        return Int(cw_count_threads(isMeant, true))
    }

    @discardableResult
    private func requestStopOfThreads(anywhereBlocked: Bool) -> Int {
        Int(cw_request_stop_of_threads(isMeant, anywhereBlocked))
    }

    /// Waits for a job's end, up to a limit, and makes an attempt to reach it from time to time.
    ///
    /// - Returns: Whether it has ended.
    private func waitForEnd(
        of serial: Int, _ duration: Duration, every step: Duration, _ attempt: (Running) -> Void = { _ in }
    ) -> Bool {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            let isRunning = running.withLock { running in
                guard let running, running.serial == serial else { return false }
                attempt(running)
                return true
            }
            if !isRunning { return true }
            usleep(UInt32(step / .microseconds(1)))
        }
        return false
    }
}

/// Whether the work of an owner is to stop.
private let isMeant: cw_owner_test = { WorkerProcess.current?.stopping.concernsWork(of: $0) ?? false }
