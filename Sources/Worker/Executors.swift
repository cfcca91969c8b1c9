import CWorker
@_spi(ExperimentalCustomExecutors) internal import _Concurrency

/// The executors of Swift's tasks. They replace the runtime's own, which use libdispatch: its threads cannot be started
/// again in a copy of the process.
struct Executors: ExecutorFactory {
    static var mainExecutor: any MainExecutor { MainThread.shared }
    static var defaultExecutor: any TaskExecutor { TaskPool.shared }

    /// Replaces the runtime's executors. Must be called before the first task.
    static func install() { _createExecutors(factory: Self.self) }

    /// Calls a function while no thread changes the executors' queues.
    static func whileStandingStill<Result>(_ body: () -> Result) -> Result {
        MainThread.shared.state.withLock { _ in TaskPool.shared.state.withLock { _ in body() } }
    }

    /// Resumes, in a copy of the process, the tasks that were waiting when the copy was made.
    ///
    /// - Returns: Whether dispatch queues are lost: libdispatch had threads of its own, which the copy does not have. A
    ///   cell that uses them then traps.
    static func restart() -> Bool {
        let lostDispatchQueues = isDispatchInUse()
        prepareDispatchInChild()
        MainThread.shared.restart()
        TaskPool.shared.restart()
        return lostDispatchQueues
    }
}

extension UnownedSerialExecutor {
    /// The executor of code that is not isolated to an actor.
    static var generic: UnownedSerialExecutor { unsafe unsafeBitCast((0, 0) as (Int, Int), to: Self.self) }
}

extension UnownedJob {
    /// The serial number of the cell to which the job belongs.
    var owner: Int64 { cw_job_owner(unsafe unsafeBitCast(self, to: UnsafeRawPointer.self)) }
}

/// Whether libdispatch has started threads.
@_silgen_name("_dispatch_is_multithreaded") func isDispatchInUse() -> Bool

/// Makes the calling thread the main queue's; queues that were in use trap from now on.
@_silgen_name("dispatch_atfork_child") private func prepareDispatchInChild()
