import Foundation
import Synchronization

/// The pending callbacks of widgets.
///
/// A slider may be moved at any time, even while a cell trains a network. Its value changes at once; its callbacks wait
/// here until the worker can run them safely.
package enum WidgetCallbacks {
    /// A pending callback.
    package struct Callback: Sendable {
        /// The number of the cell that added it.
        package let origin: Int
        /// The widget that shows its output; `nil` for the output of its cell.
        package let output: Output?
        /// What the callback observes: it replaces a pending callback with the same subject, and ends a running one.
        let subject: String?
        /// Whether its output replaces what its widget shows.
        package let replaces: Bool
        private let body: @Sendable () throws -> Void

        init(
            origin: Int, output: Output?, subject: String?, replaces: Bool = true,
            body: @escaping @Sendable () throws -> Void
        ) {
            self.origin = origin
            self.output = output
            self.subject = subject
            self.replaces = replaces
            self.body = body
        }

        /// Runs the callback as a part of whatever this thread does.
        package func perform() throws {
            guard let output else { return try body() }
            try output.capture(replacing: replaces) { try body() }
        }
    }

    /// A callback that runs on a thread of the worker.
    fileprivate struct Running {
        var callback: Callback
        /// The number of the job, or thread, that runs it.
        var serial: Int
        var isWanted = true
    }

    fileprivate struct State {
        var waiting: [Callback] = []
        var running: [Running] = []
    }

    private static let state = Mutex(State())
    private static let scheduler = Mutex<(@Sendable () -> Void)?>(nil)
    private static let replacer = Mutex<(@Sendable (_ serial: Int) -> Void)?>(nil)

    /// Sets the function that is called when callbacks are pending; it drains them with ``runNext(for:_:)``.
    package static func schedule(with call: (@Sendable () -> Void)?) { scheduler.withLock { $0 = call } }

    /// Sets the function that is called when a running callback is no longer wanted: its subject has changed, and a new
    /// one is pending. It should end the callback that the job runs.
    package static func replace(with call: (@Sendable (_ serial: Int) -> Void)?) { replacer.withLock { $0 = call } }

    /// Whether callbacks are pending.
    package static var isWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Runs the next callback on this thread.
    ///
    /// - Parameters:
    ///   - serial: The number of the job that runs it.
    ///   - body: Called with the callback, which it performs.
    /// - Returns: Whether the callback is still wanted, since its subject has not changed meanwhile; `nil` if none was
    ///   pending. An error of one that is not wanted is dropped.
    package static func runNext(for serial: Int, _ body: (Callback) throws -> Void) throws -> Bool? {
        let next = state.withLock { state -> Callback? in
            guard !state.waiting.isEmpty else { return nil }
            let callback = state.waiting.removeFirst()
            state.running.append(Running(callback: callback, serial: serial))
            return callback
        }
        guard let next else { return nil }
        // An error that is not caught here keeps the line at which it was thrown.
        do { try body(next) } catch  where !ended(serial) { return false }
        return ended(serial)
    }

    /// Notes that the callback that a job ran has ended, by itself or because its thread was stopped.
    ///
    /// - Returns: Whether it was wanted until then.
    @discardableResult
    package static func ended(_ serial: Int) -> Bool {
        state.withLock { state in
            guard let index = state.running.firstIndex(where: { $0.serial == serial }) else { return true }
            return state.running.remove(at: index).isWanted
        }
    }

    /// Runs code as a callback that belongs to the running cell, and waits for its end and for that of whatever
    /// replaces it meanwhile; in an ordinary program, simply runs it.
    static func perform(_ callback: Callback) throws {
        guard let performer = performer.withLock({ $0 }), performer.isOnCell() else { return try callback.perform() }
        state.withLock { $0.waiting.insert(callback, at: 0) }
        performer.run()
    }

    private static let performer = Mutex<(isOnCell: @Sendable () -> Bool, run: @Sendable () -> Void)?>(nil)

    /// Sets the functions that tell whether the calling thread is a cell's, and that run the pending callbacks while
    /// this thread waits.
    package static func perform(on isOnCell: @escaping @Sendable () -> Bool, _ run: @escaping @Sendable () -> Void) {
        performer.withLock { $0 = (isOnCell, run) }
    }

    /// Schedules a callback; in an ordinary program, runs it at once.
    static func post(_ callback: Callback) {
        guard let call = scheduler.withLock({ $0 }) else {
            do {
                try callback.perform()
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
            }
            return
        }
        let dismissed = state.withLock { state -> [Running] in
            state.waiting.removeAll { $0.subject != nil && $0.subject == callback.subject }
            state.waiting.append(callback)
            return state.dismiss(callback.subject)
        }
        for running in dismissed { replacer.withLock { $0 }?(running.serial) }
        call()
    }
}

extension WidgetCallbacks.State {
    /// Notes that running callbacks with a subject are not wanted any more, if they show results in widgets: these are
    /// out of date. Others may change variables, and run to their ends.
    fileprivate mutating func dismiss(_ subject: String?) -> [WidgetCallbacks.Running] {
        var dismissed: [WidgetCallbacks.Running] = []
        for index in running.indices where running[index].isWanted {
            guard let subject, running[index].callback.subject == subject, let output = running[index].callback.output
            else { continue }
            running[index].isWanted = false
            output.dismissRun()
            dismissed.append(running[index])
        }
        return dismissed
    }
}
