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
        /// What the callback observes: it replaces a pending callback with the same subject.
        let subject: String?
        private let body: @Sendable () throws -> Void

        init(origin: Int, output: Output?, subject: String?, body: @escaping @Sendable () throws -> Void) {
            self.origin = origin
            self.output = output
            self.subject = subject
            self.body = body
        }

        /// Runs the callback on this thread.
        package func run() throws {
            guard let output else { return try body() }
            try output.capture(replacing: true) { try body() }
        }
    }

    private static let waiting = Mutex<[Callback]>([])
    private static let scheduler = Mutex<(@Sendable () -> Void)?>(nil)

    /// Sets the function that is called when callbacks are pending; it drains them with ``next()``.
    package static func schedule(with call: (@Sendable () -> Void)?) { scheduler.withLock { $0 = call } }

    /// Removes and returns the next callback.
    package static func next() -> Callback? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Whether callbacks are pending.
    package static var isWaiting: Bool { waiting.withLock { !$0.isEmpty } }

    /// Schedules a callback; in an ordinary program, runs it at once.
    static func post(_ callback: Callback) {
        guard let call = scheduler.withLock({ $0 }) else {
            do {
                try callback.run()
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
            }
            return
        }
        waiting.withLock { waiting in
            if callback.subject != nil { waiting.removeAll { $0.subject == callback.subject } }
            waiting.append(callback)
        }
        call()
    }
}
