import Processes

/// A value that one thread waits for and another one provides, exactly once.
final class OneShot<Value: Sendable>: Sendable {
    private let value = Monitor<Value?>(nil)

    /// Provides the value.
    func resolve(_ result: Value) {
        value.withLock { value in
            precondition(value == nil, "a one-shot was resolved twice")
            value = result
        }
    }

    /// Waits for the value.
    func wait() -> Value { value.wait { $0 } }

    /// Waits for the value for some seconds; `nil` if it does not come.
    func wait(seconds: Double) -> Value? { value.wait(seconds: seconds) { $0 } }
}
