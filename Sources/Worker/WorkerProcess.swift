import CWorker
import Dispatch
import Glibc
import Notebook
import Processes
import Synchronization
import Tensors
import WorkerProtocol

/// The process that loads and runs cells, one after another, each on a separate thread.
///
/// It exchanges messages with the kernel through a ``MessageChannel``. Text that cells print through `print` or C's
/// streams goes there as well; bytes written to descriptors 1 and 2, also by programs that a cell starts, go through
/// pipes. The main thread runs the jobs of the main actor.
package final class WorkerProcess: Sendable {
    /// The descriptor of the channel to the kernel.
    package static let channelDescriptor: Int32 = 3
    /// The descriptor of the pipe through which failing threads tell the kernel.
    package static let alarmDescriptor: Int32 = 4

    /// The size of a cell's stack: eight times the usual. Memory is used only as the stack grows.
    fileprivate static let stackSize = 64 << 20

    /// The running cell, or another job of the kernel.
    struct Running {
        var serial: Int
        var thread: pthread_t
        /// The callback that runs while the job's thread pauses.
        var callback: PauseCallback?
    }

    private let channel: MessageChannel
    let reports: ReportQueue
    let running = Mutex<Running?>(nil)
    /// The request to stop that is being served.
    let stopping = Stopping()
    /// The pipe through which signal handlers report.
    private let events: (reading: Int32, writing: Int32)
    let input: StandardInput

    private init(channel: MessageChannel, reports: ReportQueue) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard cw_pipe(&ends) == 0 else { throw SystemError("pipe") }
        events = (ends[0], ends[1])
        self.channel = channel
        self.reports = reports
        input = StandardInput(reports: reports)
    }

    /// The process's only worker.
    nonisolated(unsafe) static private(set) var current: WorkerProcess?

    /// Serves the kernel until it closes the channel.
    package static func run() -> Never {
        Executors.install()
        cw_prepare_for_snapshots(channelDescriptor, alarmDescriptor)
        let channel = MessageChannel(descriptor: channelDescriptor)
        let reports = ReportQueue(channel: channel)
        reports.redirectOutput()
        cw_note_jobs()
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        cw_watch_throws()
        cw_watch_uncaught_errors { box in
            guard let box else { return }
            let error = unsafeBitCast(box, to: (any Error).self)
            WorkerProcess.current?.report(error, frames: Backtrace.ofThrow(box), kind: .thrown)
            // The compiled code does not expect to go on: what follows it is something else.
            cw_park()
        }
        cw_watch_failed_tries { box, file, length, line in
            guard let worker = WorkerProcess.current,
                let failure = WorkerReport.Failure(triedBy: box, file, length, line)
            else { return }
            if let serial = worker.job(ofThread: cw_current_serial(), owner: cw_owner()) {
                worker.end(serial, with: .failed(serial: serial, failure))
            }
            worker.parkThread()
        }
        Tensors.Failure.handler = { WorkerProcess.current!.fail(with: $0, frames: Backtrace.here(), kind: .library) }
        CellNotes.install { WorkerProcess.current!.reports.show(.note(serial: $1, $0)) }
        Interruption.handler = { WorkerProcess.current!.stopIfMeant(before: "\($0)") }
        Interruption.grantHandler = { WorkerProcess.current!.noteGrant() }
        begin(channel: channel, reports: reports, lostDispatchQueues: false)
    }

    /// Continues as a snapshot that takes over.
    func takeOver(lostDispatchQueues: Bool) -> Never {
        Self.begin(channel: channel, reports: reports, lostDispatchQueues: lostDispatchQueues)
    }

    /// Starts to serve the kernel, with no cell running.
    private static func begin(channel: MessageChannel, reports: ReportQueue, lostDispatchQueues: Bool) -> Never {
        guard let worker = try? WorkerProcess(channel: channel, reports: reports) else { _exit(1) }
        current = worker
        cw_install_handlers(worker.events.writing)
        let needed = [
            channelDescriptor, alarmDescriptor, worker.events.reading, worker.events.writing, MainThread.shared.wakeup,
        ]
        cw_guard_descriptors(needed, Int32(needed.count))
        worker.input.install()
        FrontEnd.connect(to: KernelConnection(reports: worker.reports))
        worker.installCallbacks()
        worker.reports.serve()
        startThread { worker.serve() }
        startThread { worker.watch() }
        worker.reports.add(.ready(process: getpid(), lostDispatchQueues: lostDispatchQueues))
        worker.reports.add(.openComms(OpenWidgets.ids))
        // A snapshot's widgets have their earlier states, while front ends may show later ones.
        OpenWidgets.refresh()
        MainThread.shared.serve()
    }

    private func serve() {
        while let request = channel.receive(WorkerRequest.self) {
            switch request {
            case .snapshot: makeSnapshot()
            case .run(let serial, let object, let entryPoint):
                start(serial) { self.run(object, entryPoint: entryPoint, serial: serial) }
            case .runCallbacks(let serial): start(serial) { self.runCallbacks(serial: serial) }
            case .notes(let serial, let notes):
                if Notes.isEnabled { for note in notes { reports.add(.note(serial: serial, note)) } }
            case .interrupt(serial: 0): startThread { self.stopBackground() }
            case .interrupt(let serial): startThread { self.stop(serial) }
            case .input(let line): input.answer(line)
            case .comm(let number, let comm): receive(comm, number: number)
            case .callbackFailed(let output, let name, let message, let traceback):
                OpenWidgets.output(output)?.fail(name: name, message: message, traceback: traceback)
            }
        }
        cw_end_with_kernel()
    }

    private func makeSnapshot() {
        guard let line = channel.takeDescriptor() else { return }
        let error = Snapshot.make(line: line)
        close(line)
        reports.add(.snapshot(error: error))
    }

    // MARK: Running

    /// Runs a job on a new thread.
    ///
    /// - Parameter body: The job; returns how it ended.
    private func start(_ serial: Int, _ body: @escaping @Sendable () -> WorkerReport) {
        Interruption.begin()
        stopping.begin(serial)
        currentStatement.store(0, ordering: .relaxed)
        running.withLock { running in
            do throws(SystemError) {
                let thread = try startCellThread(serial: serial) {
                    // The starter holds the lock until it has recorded the thread.
                    self.running.withLock { _ in }
                    self.end(serial, with: body())
                }
                running = Running(serial: serial, thread: thread)
            } catch {
                reports.add(
                    .failed(serial: serial, .init(kind: .notLoaded, name: "NotStarted", message: error.message)))
            }
        }
    }

    /// Loads a cell and runs it.
    private func run(_ object: String, entryPoint: String, serial: Int) -> WorkerReport {
        typealias EntryPoint = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32
        // What damaged memory does here leaves the loader or the runtime locked.
        cw_begin_critical()
        guard let handle = cw_load(object), let symbol = dlsym(handle, entryPoint) else {
            defer { cw_end_critical() }
            return .failed(
                serial: serial, .init(kind: .notLoaded, name: "NotLoaded", message: String(cString: dlerror())))
        }
        cw_replace_conformances(handle, String(entryPoint.dropLast("_main".count)))
        cw_end_critical()
        _ = unsafeBitCast(symbol, to: EntryPoint.self)(0, nil)
        return stopping.report(ofFinished: serial)
    }

    /// Reports how a job ended, unless that was reported already.
    func end(_ serial: Int, with report: WorkerReport) {
        cw_flush_output()
        var report = report
        // Nobody waits for a callback that another one replaces.
        if case .failed = report, !WidgetCallbacks.ended(serial) { report = .finished(serial: serial) }
        let ended: DispatchSemaphore? = running.withLock { running in
            if running?.serial == serial {
                running = nil
                reports.add(report.atCurrentStatement)
            } else if let callback = running?.callback, callback.serial == serial {
                running?.callback = nil
                guard callback.isOwn, case .failed(_, let failure) = report, let cell = running?.serial else {
                    stopping.endDismissal(of: serial)
                    reports.add(report)
                    return callback.ended
                }
                running = nil
                reports.add(.finished(serial: serial))
                reports.add(WorkerReport.failed(serial: cell, failure).atCurrentStatement)
            }
            return nil
        }
        ended?.signal()
    }

    /// The serial number of the running cell.
    var runningSerial: Int? { running.withLock { $0?.serial } }

    // MARK: Failing

    /// Reports an error of the job for which the calling thread works; the job may have ended long ago.
    func report(_ error: any Error, frames: [UInt], kind: WorkerReport.Failure.Kind) {
        guard let serial = job(ofThread: cw_current_serial(), owner: cw_owner()) else {
            cw_print_error("an error in the background: \(ErrorText.sentence(of: error))")
            return
        }
        end(
            serial,
            with: .failed(serial: serial, WorkerReport.Failure(error, kind: kind, frames: Backtrace.frames(frames))))
    }

    /// Reports an error and parks the calling thread; everything else goes on.
    private func fail(with error: any Error, frames: [UInt], kind: WorkerReport.Failure.Kind) -> Never {
        report(error, frames: frames, kind: kind)
        parkThread()
    }

    /// Parks the calling thread for good. A thread that works for all cells is replaced.
    func parkThread() -> Never {
        replace(cw_current_serial())
        cw_park()
    }

    private func replace(_ thread: Int64) {
        if thread == Int64(CW_TASK_THREAD) { TaskPool.shared.replaceThread() }
        if thread == Int64(CW_MAIN_THREAD) { MainThread.shared.replaceThread() }
    }

    /// The job for which a thread works: its own, or, for other threads, the running one, if that or no job started the
    /// thread.
    private func job(ofThread serial: Int64, owner: Int64) -> Int? {
        if serial > 0 { return Int(serial) }
        guard let serial = runningSerial, owner == 0 || owner == Int64(serial) else { return nil }
        return serial
    }

    /// Handles the reports of the signal handlers.
    private func watch() {
        while true {
            var event = cw_event()
            guard read(events.reading, &event, MemoryLayout<cw_event>.size) == MemoryLayout<cw_event>.size else {
                continue
            }
            // If the failed thread holds the loader's locks, this waits for ever, and the kernel ends the process.
            cw_probe_loader()
            report(event)
            if event.kind != CW_ENDING { cw_failure_handled(event.number) }
        }
    }

    private func report(_ event: cw_event) {
        if event.kind == CW_ENDING {
            reports.add(.ending(Backtrace.frames(of: event)))
            cw_acknowledge_event()
            return
        }
        if event.kind == CW_TRAPPED, !hasRoomForAnotherCell() {
            // What a parked thread holds is never freed. The snapshot, which does not hold it, can go on better.
            reports.add(.ending(Backtrace.frames(of: event)))
            cw_end_by(SIGKILL)
        }
        let failure = WorkerReport.Failure(event)
        replace(event.serial)
        // A thread that a cell started may trap too: it makes the cell fail, or, after its end, prints a line under it.
        guard let serial = job(ofThread: event.serial, owner: event.owner) else {
            // Its cell has said that it was stopped.
            if event.kind == CW_STOPPED { return }
            let before = cw_set_owner(event.owner)
            defer { cw_set_owner(before) }
            cw_print_error("a background thread stopped: \(failure.message)")
            return
        }
        end(serial, with: .failed(serial: serial, failure))
    }

    /// Whether there is address space for two more stacks of cells.
    private func hasRoomForAnotherCell() -> Bool {
        let size = 2 * Self.stackSize
        let room = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard room != MAP_FAILED else { return false }
        munmap(room, size)
        return true
    }
}

extension WorkerReport {
    /// A failure with the statement in which it happened; other reports unchanged.
    fileprivate var atCurrentStatement: WorkerReport {
        guard case .failed(let serial, var failure) = self else { return self }
        failure.statement = currentStatement.load(ordering: .relaxed)
        return .failed(serial: serial, failure)
    }
}

/// Starts a thread for the code of cells: it may trap or be stopped without harm to other threads.
func startCellThread(serial: Int, _ body: @escaping @Sendable () -> Void) throws(SystemError) -> pthread_t {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(body))
    let code = cw_start_thread(
        &thread, Int64(serial), WorkerProcess.stackSize,
        { Unmanaged<ThreadBody>.fromOpaque($0!).takeRetainedValue().body() }, box.toOpaque())
    guard code == 0 else {
        box.release()
        throw SystemError("pthread_create", code: code)
    }
    return thread
}

/// Starts a thread for the worker's own code.
func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(body))
    pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}

private final class ThreadBody {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
