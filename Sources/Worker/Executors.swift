import CWorker
@_spi(ExperimentalCustomExecutors) internal import _Concurrency

/// What runs Swift's tasks in place of the run time's own executors: those rest on libdispatch, whose threads a copy of the process
/// cannot start again.
struct Executors: ExecutorFactory {
    static var mainExecutor: any MainExecutor { MainThread.shared }
    static var defaultExecutor: any TaskExecutor { TaskPool.shared }

    /// Takes the place of the run time's executors. Called before anything runs a task.
    static func install() { _createExecutors(factory: Self.self) }

    /// Runs a function while no thread changes the executors' queues.
    static func whileStandingStill<Result>(_ body: () -> Result) -> Result {
        MainThread.shared.state.withLock { _ in TaskPool.shared.state.withLock { _ in body() } }
    }

    /// Makes a copy of the process go on with the tasks that were waiting when it was made.
    ///
    /// - Returns: Whether its dispatch queues are lost: libdispatch had threads of its own, which the copy has not. It then ends a
    ///   program that uses them, and here the cell that does.
    static func restart() -> Bool {
        let lostDispatchQueues = isDispatchInUse()
        prepareDispatchInChild()
        MainThread.shared.restart()
        TaskPool.shared.restart()
        return lostDispatchQueues
    }
}

extension UnownedSerialExecutor {
    /// The executor of code that is isolated to no actor.
    static var generic: UnownedSerialExecutor { unsafe unsafeBitCast((0, 0) as (Int, Int), to: Self.self) }
}

extension UnownedJob {
    /// The cell that the job belongs to.
    var owner: Int64 { cw_job_owner(unsafe unsafeBitCast(self, to: UnsafeRawPointer.self)) }
}

/// Whether libdispatch has started threads.
@_silgen_name("_dispatch_is_multithreaded") func isDispatchInUse() -> Bool

/// Makes the calling thread that of the main queue; queues that were in use trap from now on.
@_silgen_name("dispatch_atfork_child") private func prepareDispatchInChild()
