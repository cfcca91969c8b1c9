import Dispatch
import Synchronization

/// Compiles waiting cells while another one runs, one after the other, each on the assumption that those before it
/// succeed.
///
/// Its results are found by key: a cell whose context turns out to be different has another key and is compiled again.
final class CompileAhead: Sendable {
    typealias Outcome = Result<CellSession.CompiledCell, CompilationError>

    /// One cell's compilation, running or done.
    private final class Job: Sendable {
        let task = BuildTask(niceness: 5)
        private let outcome = Mutex<Outcome?>(nil)
        private let ending = DispatchGroup()

        init() { ending.enter() }

        func finish(_ result: Outcome) {
            outcome.withLock { $0 = result }
            ending.leave()
        }

        func wait() -> Outcome {
            ending.wait()
            return outcome.withLock { $0 ?? .failure(.interrupted) }
        }
    }

    private enum Forecast {
        /// Not known before the next cell runs.
        case open
        /// The session when all cells before the first that waits have succeeded, and that one's number.
        case known(SessionState, number: Int)
        /// A cell does not compile: those behind it will not run.
        case blocked
    }

    private struct State {
        /// The sources of waiting cells whose compilation has not begun.
        var waiting: [String] = []
        /// Those whose compilation has begun and that have not run.
        var started: [String] = []
        var forecast = Forecast.open
        var jobs: [ContentKey: Job] = [:]
        var current: Job?
        var isWorking = false
        /// Increases when everything is cancelled: results that were begun before are discarded.
        var generation = 0
    }

    /// The greatest number of cells that are compiled ahead; the first of them may fail.
    private static let limit = 16

    private let builder: CellBuilder
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "compile-ahead")

    init(builder: CellBuilder) { self.builder = builder }

    /// The sources of the cells that have not come to run.
    var waiting: Set<String> { state.withLock { Set($0.started + $0.waiting) } }

    /// Announces a cell that waits behind those announced before.
    func announce(_ source: String) {
        state.withLock { $0.waiting.append(source) }
        work()
    }

    /// Notes that a cell's turn has come; those announced before it will not run.
    func begin(_ source: String) {
        state.withLock { state in
            if let index = state.started.firstIndex(of: source) {
                state.started.removeFirst(index + 1)
            } else if let index = state.waiting.firstIndex(of: source) {
                state.waiting.removeFirst(index + 1)
                state.started = []
            }
        }
    }

    /// The result of a cell's compilation, once it is done; `nil` if it was not begun.
    func take(_ key: ContentKey) -> Outcome? {
        guard let job = state.withLock({ $0.jobs.removeValue(forKey: key) }) else { return nil }
        work()
        return job.wait()
    }

    /// Notes that a cell starts to run, and the session's state if it succeeds.
    func proceed(from session: SessionState, number: Int) {
        state.withLock { state in
            if case .open = state.forecast { state.forecast = .known(session, number: number) }
        }
        work()
    }

    /// Discards all results and the current compilation, whose assumptions no longer hold.
    ///
    /// - Parameter forgetting: Whether the waiting cells are no longer expected to run.
    func cancel(forgetting: Bool = false) {
        let current = state.withLock { state in
            state.waiting = forgetting ? [] : state.started + state.waiting
            state.started = []
            state.forecast = .open
            state.jobs = [:]
            state.generation += 1
            return state.current
        }
        current?.task.cancel()
        _ = current?.wait()
    }

    // MARK: The thread

    private func work() {
        let isIdle = state.withLock { state in
            guard !state.isWorking, !state.waiting.isEmpty, case .known = state.forecast else { return false }
            state.isWorking = true
            return true
        }
        if isIdle { queue.async { while self.compileNext() {} } }
    }

    private func compileNext() -> Bool {
        let next = state.withLock { state -> (source: String, SessionState, number: Int, generation: Int)? in
            guard case .known(let session, let number) = state.forecast, let source = state.waiting.first,
                state.jobs.count < Self.limit
            else {
                state.isWorking = false
                return nil
            }
            return (source, session, number, state.generation)
        }
        guard let (source, session, number, generation) = next else { return false }
        let unit = session.unit(for: source, number: number)
        let key = builder.key(of: unit)
        let job = Job()
        let isWanted = state.withLock { state in
            guard state.generation == generation, state.waiting.first == source else { return false }
            state.started.append(state.waiting.removeFirst())
            state.jobs[key] = job
            state.current = job
            return true
        }
        guard isWanted else { return true }
        let outcome = Outcome { () throws(CompilationError) in try builder.build(unit, key: key, task: job.task) }
        state.withLock { state in
            state.current = nil
            guard state.generation == generation else { return }
            if case .success(let compiled) = outcome {
                var session = session
                session.attempt(compiled)
                session.adopt(compiled)
                state.forecast = .known(session, number: number + 1)
            } else {
                state.forecast = .blocked
            }
        }
        job.finish(outcome)
        return true
    }
}
