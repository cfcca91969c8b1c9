import WorkerProtocol

/// What the worker does for the kernel, one at a time.
struct WorkerJob {
    /// Why the worker is asked.
    enum Kind {
        /// A student runs a cell.
        case cell
        /// The kernel itself asks, through code that nobody sees.
        case question
        /// Widgets have callbacks waiting.
        case callbacks
    }

    /// How a job ended.
    enum Ending {
        case finished
        case failed(WorkerReport.Failure, fatalError: FatalError?)
        case died(WorkerDeath)
        case shutDown
    }

    /// The number that the worker's reports carry.
    let serial: Int
    let kind: Kind
    /// When an interrupted job last showed that it is stopping; `nil` while it has not been interrupted.
    var lastSign: ContinuousClock.Instant?
}
