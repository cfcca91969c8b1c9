import CWorker
import Cells
import Dispatch
import Glibc
import Notebook
import Synchronization
import Tensors

/// The process that loads and runs cells, one after another, each on a thread of its own.
///
/// It speaks to the kernel through a ``MessageChannel``. What cells print through `print` or C's streams goes there as well; what is
/// written to the descriptors 1 and 2, also by programs that a cell starts, goes through pipes. The main thread serves the main queue,
/// so that code for the main actor runs.
package final class WorkerProcess: Sendable {
    /// The descriptor of the channel to the kernel.
    package static let channelDescriptor: Int32 = 3

    /// A cell's stack: eight times the usual, and address space only until it is used.
    private static let stackSize = 64 << 20

    /// The cell that is running.
    private struct Running {
        var serial: Int
        var thread: pthread_t
    }

    private let channel: MessageChannel
    private let reports: ReportQueue
    private let running = Mutex<Running?>(nil)
    private let reportPipe: Pipe
    private let input: StandardInput

    private init() throws {
        channel = MessageChannel(descriptor: Self.channelDescriptor)
        reports = ReportQueue(channel: channel)
        reportPipe = try Pipe()
        input = StandardInput(reports: reports)
    }

    /// The one worker of this process.
    nonisolated(unsafe) static private(set) var current: WorkerProcess?

    /// Serves the kernel until it closes the channel.
    package static func run() throws -> Never {
        let worker = try WorkerProcess()
        current = worker
        worker.reports.redirectOutput()
        cw_note_jobs()
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        cw_install_handlers(worker.reportPipe.writing)
        cw_watch_throws()
        cw_watch_uncaught_errors { box in
            guard let box else { return }
            let error = unsafeBitCast(box, to: (any Error).self)
            WorkerProcess.current?.report(error, frames: Backtrace.ofThrow(box), kind: .thrown)
        }
        worker.input.install()
        Tensors.Failure.handler = { worker.fail(with: $0, frames: Backtrace.here(), kind: .library) }
        Interruption.handler = {
            if let serial = worker.runningSerial, cw_current_serial() == Int64(serial) { worker.stopHere() }
        }
        FrontEnd.connect(to: KernelConnection(reports: worker.reports))
        worker.reports.serve()
        startThread { worker.serve() }
        startThread { worker.watch() }
        worker.reports.add(.ready)
        dispatchMain()
    }

    private func serve() {
        while let request = channel.receive(WorkerRequest.self) {
            switch request {
            case .run(let serial, let object, let entryPoint): start(serial, object: object, entryPoint: entryPoint)
            case .interrupt(let serial): startThread { self.stop(serial) }
            case .input(let line): input.answer(line)
            }
        }
        _exit(0)
    }

    // MARK: Running

    private final class Job {
        let worker: WorkerProcess
        let serial: Int
        let object: String
        let entryPoint: String

        init(worker: WorkerProcess, serial: Int, object: String, entryPoint: String) {
            self.worker = worker
            self.serial = serial
            self.object = object
            self.entryPoint = entryPoint
        }
    }

    private func start(_ serial: Int, object: String, entryPoint: String) {
        Interruption.clear()
        let job = Unmanaged.passRetained(Job(worker: self, serial: serial, object: object, entryPoint: entryPoint))
        running.withLock { running in
            var thread = pthread_t()
            let code = cw_start_thread(
                &thread, Int64(serial), Self.stackSize,
                { argument in
                    let job = Unmanaged<Job>.fromOpaque(argument!).takeRetainedValue()
                    job.worker.run(job)
                }, job.toOpaque())
            if code == 0 {
                running = Running(serial: serial, thread: thread)
            } else {
                job.release()
                reports.add(
                    .failed(
                        serial: serial,
                        .init(kind: .notLoaded, name: "NotStarted", message: String(cString: strerror(code)))))
            }
        }
    }

    private func run(_ job: Job) {
        typealias EntryPoint = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Int32
        // The starter holds this until it has noted the thread.
        running.withLock { _ in }
        guard let handle = cw_load(job.object), let symbol = dlsym(handle, job.entryPoint) else {
            end(
                job.serial,
                with: .failed(
                    serial: job.serial, .init(kind: .notLoaded, name: "NotLoaded", message: String(cString: dlerror())))
            )
            return
        }
        cw_replace_conformances(handle, String(job.entryPoint.dropLast("_main".count)))
        _ = unsafeBitCast(symbol, to: EntryPoint.self)(0, nil)
        end(job.serial, with: .finished(serial: job.serial))
    }

    /// Reports how a cell ended, unless that was already reported.
    private func end(_ serial: Int, with report: WorkerReport) {
        let isFirst = running.withLock { running in
            guard running?.serial == serial else { return false }
            running = nil
            return true
        }
        cw_flush_output()
        if isFirst { reports.add(report) }
    }

    /// The serial number of the running cell, from whatever thread works for it.
    var runningSerial: Int? { running.withLock { $0?.serial } }

    // MARK: Failing

    /// Reports an error of the running cell, or of a thread that an earlier one has left behind.
    func report(_ error: any Error, frames: [UInt], kind: WorkerReport.Failure.Kind) {
        guard let serial = runningSerial, isOf(serial, owner: cw_owner()) else {
            cw_print_error("an error in the background: \(error)")
            return
        }
        end(
            serial,
            with: .failed(serial: serial, WorkerReport.Failure(error, kind: kind, frames: Backtrace.frames(frames))))
    }

    /// Reports an error and ends the calling thread's work for good: everything else lives on.
    private func fail(with error: any Error, frames: [UInt], kind: WorkerReport.Failure.Kind) -> Never {
        report(error, frames: frames, kind: kind)
        cw_park()
    }

    /// Stops the running cell at the place where the calling thread, its own, is waiting.
    func stopHere() -> Never {
        let frames = Backtrace.frames(Backtrace.here())
        if let serial = runningSerial { end(serial, with: .failed(serial: serial, .stopped(at: frames))) }
        cw_park()
    }

    /// Whether what a thread does is the business of the running cell; of one that works for no cell, it is.
    private func isOf(_ serial: Int, owner: Int64) -> Bool { owner == 0 || owner == Int64(serial) }

    /// Waits for what the signal handlers report.
    private func watch() {
        while true {
            var event = cw_event()
            guard read(reportPipe.reading, &event, MemoryLayout<cw_event>.size) == MemoryLayout<cw_event>.size else {
                continue
            }
            report(event)
        }
    }

    private func report(_ event: cw_event) {
        let failure = WorkerReport.Failure(event)
        // A thread that a cell started may trap too: that cell is told, with an error while it runs and with a line afterwards.
        guard let serial = event.serial != 0 ? Int(event.serial) : runningSerial, isOf(serial, owner: event.owner)
        else {
            let before = cw_set_owner(event.owner)
            defer { cw_set_owner(before) }
            cw_print_error("a background thread stopped: \(failure.message)")
            return
        }
        end(serial, with: .failed(serial: serial, failure))
    }

    // MARK: Stopping

    /// Stops a cell: at its next step boundary if it has any, and else wherever it holds no locks.
    private func stop(_ serial: Int) {
        guard runningSerial == serial else { return }
        Interruption.request()
        input.giveUp()
        func waitForEnd(_ duration: Duration, every step: Duration, _ attempt: (pthread_t) -> Void = { _ in }) -> Bool {
            let end = ContinuousClock.now + duration
            while ContinuousClock.now < end {
                let thread: pthread_t? = running.withLock { running in
                    guard let running, running.serial == serial else { return nil }
                    attempt(running.thread)
                    return running.thread
                }
                if thread == nil { return true }
                usleep(UInt32(step / .microseconds(1)))
            }
            return false
        }
        // A training loop that is between two boundaries takes the request back when it has granted it.
        repeat {
            if waitForEnd(.milliseconds(800), every: .milliseconds(5)) { return }
        } while Interruption.isDeferred
        if waitForEnd(.seconds(1), every: .milliseconds(1), { cw_request_stop($0, false) }) { return }
        if waitForEnd(.seconds(1), every: .milliseconds(5), { cw_request_stop($0, true) }) { return }
        if runningSerial == serial { reports.add(.unstoppable(serial: serial)) }
    }
}

/// Starts a thread of the worker's own.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}
