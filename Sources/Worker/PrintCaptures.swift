import CWorker
import Synchronization

/// Code whose printed text is not output of its cell, but is delivered within this process.
///
/// Such code, with all threads and tasks that it starts, has an owner of its own in the place of the cell.
enum PrintCaptures {
    private struct Capture: Sendable {
        let take: @Sendable (_ text: String, _ stream: String) -> Void
        let outside: Int64
    }

    /// The numbers of such owners begin here; those of cells are smaller.
    private static let first: Int64 = 1 << 41
    private static let last = Atomic<Int64>(first)
    private static let captures = Mutex<[Int64: Capture]>([:])

    /// Runs code on the calling thread, and passes on the text that it prints.
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

    /// Delivers the text that an owner prints, if it is such an owner.
    ///
    /// - Returns: Whether the text was delivered.
    static func take(_ bytes: UnsafeRawBufferPointer, of owner: Int64, stream: String) -> Bool {
        guard owner > first, let capture = captures.withLock({ $0[owner] }) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        // What the runtime prints about a trap becomes part of the kernel's error message.
        guard stream == "stdout" || !text.contains("Fatal error: ") else { return false }
        capture.take(text, stream)
        return true
    }

    /// The cell to which an owner belongs.
    static func cell(of owner: Int64) -> Int64 {
        var owner = owner
        captures.withLock { captures in
            while owner > first, let capture = captures[owner] { owner = capture.outside }
        }
        return owner
    }
}
