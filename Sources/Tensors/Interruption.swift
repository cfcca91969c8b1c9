internal import Synchronization

/// A user's wish to stop. Training loops look at it at each step's end, and stop with the model and its history kept.
public enum Interruption {
    private static let flag = Atomic<Bool>(false)

    /// Whether stopping was asked for since the last ``clear()``.
    public static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Asks the running computation to stop.
    public static func request() { flag.store(true, ordering: .relaxed) }

    /// Forgets the wish: it was granted.
    public static func clear() { flag.store(false, ordering: .relaxed) }
}
