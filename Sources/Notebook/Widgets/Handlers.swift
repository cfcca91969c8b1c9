import Synchronization

/// The callbacks of a widget.
final class Handlers<Body>: @unchecked Sendable {
    private struct Handler {
        var number: Int
        /// What the callback belongs to, if that is more than this widget.
        var subject: String?
        var origin: Int
        var output: Output?
        var body: Body
    }

    private let handlers = Mutex<[Handler]>([])

    /// Adds a callback of the running cell.
    func add(subject: String? = nil, output: Output? = nil, _ body: Body) {
        let origin = FrontEnd.connection.origin
        let box = UncheckedBox(value: body)
        handlers.withLock {
            $0.append(Handler(number: $0.count, subject: subject, origin: origin, output: output, body: box.value))
        }
    }

    /// Schedules all callbacks.
    ///
    /// - Parameters:
    ///   - subject: What the callbacks observe: of several pending calls for a subject only the last one runs. `nil` if
    ///     each counts.
    ///   - run: Runs a callback.
    func post(subject: String?, _ run: @escaping (Body) throws -> Void) {
        for handler in handlers.withLock({ UncheckedBox(value: $0) }).value {
            let box = UncheckedBox(value: { try run(handler.body) })
            WidgetCallbacks.post(
                .init(
                    origin: handler.origin, output: handler.output,
                    subject: handler.subject ?? subject.map { "\($0) \(handler.number)" }
                ) { try box.value() })
        }
    }
}

/// A value that passes from thread to thread, and is never used by two at once.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value
}
