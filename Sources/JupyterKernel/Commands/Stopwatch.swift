import Cells
import Glibc
import WorkerProtocol

/// Measures a cell's elapsed time and processor time.
struct Stopwatch {
    private let process: Int32?
    private let start = ContinuousClock.now
    private let startOfWork: Duration?

    /// Starts the watch.
    ///
    /// - Parameter process: The process whose processor time counts, if there is one.
    init(process: Int32?) {
        self.process = process
        startOfWork = process.flatMap(Self.work)
    }

    /// The time since the start.
    var wall: Duration { ContinuousClock.now - start }

    /// A report about a cell that has just ended.
    ///
    /// - Parameter phases: The durations of its phases.
    func report(_ phases: Phases) -> String {
        // Processor time that has decreased is that of another process, which has taken over.
        let work = process.flatMap(Self.work).flatMap { end in startOfWork.map { end - $0 } }
        let wall = phases.run ?? wall
        var text = "wall \(wall.text)"
        if let work, work >= .zero { text += " · CPU \(work.text)" }
        let source = phases.isCached ? " (from the cache)" : phases.isCompiledAhead ? " (while another cell ran)" : ""
        return text
            + "\nparse \(phases.parse.text) · compile \(phases.compile.text) · link \(phases.link.text)\(source)"
            + " · run \(wall.text)\n"
    }

    /// The processor time of all threads of a process so far.
    private static func work(of process: Int32) -> Duration? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
