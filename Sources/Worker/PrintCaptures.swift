import CWorker
import Synchronization

/// Code whose prints are not the output of its cell, but go to somebody in this process.
///
/// Such code works, as the ownership of threads has it, for an owner of its own, and so does all that it starts.
enum PrintCaptures {
    private struct Capture: Sendable {
        let take: @Sendable (_ text: String, _ stream: String) -> Void
        let outside: Int64
    }

    /// Owners of this kind are numbered from here on; cells have smaller numbers.
    private static let first: Int64 = 1 << 41
    private static let last = Atomic<Int64>(first)
    private static let captures = Mutex<[Int64: Capture]>([:])

    /// Runs code on the calling thread, and hands over what it prints.
    static func run<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, _ body: () throws -> Result
    ) rethrows -> Result {
        let owner = last.wrappingAdd(1, ordering: .relaxed).newValue
        let outside = cw_set_owner(owner)
        captures.withLock { $0[owner] = Capture(take: take, outside: outside) }
        defer {
            cw_flush_output()
            _ = cw_set_owner(outside)
            captures.withLock { _ = $0.removeValue(forKey: owner) }
        }
        return try body()
    }

    /// Takes what an owner prints, if it is one of these.
    ///
    /// - Returns: Whether it was taken.
    static func take(_ bytes: UnsafeRawBufferPointer, of owner: Int64, stream: String) -> Bool {
        guard owner > first, let capture = captures.withLock({ $0[owner] }) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        // The kernel puts what the run time says of a trap into the error.
        guard stream == "stdout" || !text.contains("Fatal error: ") else { return false }
        capture.take(text, stream)
        return true
    }

    /// The cell behind an owner.
    static func cell(of owner: Int64) -> Int64 {
        var owner = owner
        captures.withLock { captures in
            while owner > first, let capture = captures[owner] { owner = capture.outside }
        }
        return owner
    }
}
