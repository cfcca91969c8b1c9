import Synchronization

/// The pieces of code that watch a widget.
final class Handlers<Body>: @unchecked Sendable {
    private struct Handler {
        var number: Int
        /// What the code belongs to, if that is more than this widget.
        var subject: String?
        var origin: Int
        var output: Output?
        var body: Body
    }

    private let handlers = Mutex<[Handler]>([])

    /// Adds code of the cell that runs now.
    func add(subject: String? = nil, output: Output? = nil, _ body: Body) {
        let origin = FrontEnd.connection.origin
        let box = UncheckedBox(value: body)
        handlers.withLock {
            $0.append(Handler(number: $0.count, subject: subject, origin: origin, output: output, body: box.value))
        }
    }

    /// Has all of it run.
    ///
    /// - Parameters:
    ///   - subject: What it watches: of several runs that wait, only one is needed. `nil` if each counts.
    ///   - run: Runs one.
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

/// Code of cells goes from thread to thread, never to two at once.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value
}
