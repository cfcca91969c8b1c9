import Foundation
import Synchronization

/// Code of cells that is to run because of a widget.
///
/// A front end may move a slider at any time, also while a cell trains a network. The slider's value changes at once; the code that
/// watches it waits here until whoever runs cells can run it safely.
package enum WidgetCallbacks {
    /// One piece of code that is to run.
    package struct Callback: Sendable {
        /// The cell that asked for it, as the connection to the front end numbers them.
        package let origin: Int
        /// Where it shows what it prints; `nil` for the output of its cell.
        package let output: Output?
        /// What it watches: a second request for the same, while the first is still waiting, is one with it.
        let subject: String?
        private let body: @Sendable () throws -> Void

        init(origin: Int, output: Output?, subject: String?, body: @escaping @Sendable () throws -> Void) {
            self.origin = origin
            self.output = output
            self.subject = subject
            self.body = body
        }

        /// Runs the code on this thread.
        package func run() throws {
            guard let output else { return try body() }
            try output.capture(replacing: true) { try body() }
        }
    }

    private static let waiting = Mutex<[Callback]>([])
    private static let scheduler = Mutex<(@Sendable () -> Void)?>(nil)

    /// Has somebody called whenever there is something to run, who then runs what ``next()`` answers.
    package static func schedule(with call: (@Sendable () -> Void)?) { scheduler.withLock { $0 = call } }

    /// Takes what is to run next.
    package static func next() -> Callback? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Whether there is something to run.
    package static var isWaiting: Bool { waiting.withLock { !$0.isEmpty } }

    /// Has code run: soon, or, in an ordinary program, now.
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
