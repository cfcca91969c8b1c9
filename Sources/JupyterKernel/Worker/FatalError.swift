import WorkerProtocol

/// What the Swift runtime prints when code traps: `cell 4:3: Fatal error: Precondition failed`.
struct FatalError: Equatable, Sendable {
    /// What went wrong.
    var message: String
    /// The line of the cell that it names, if any.
    var place: WorkerReport.Failure.Place?
}

/// Removes the runtime's fatal errors from standard error: the cell's error message repeats them.
struct FatalErrorFilter {
    private var held: FatalError?

    /// The part of a chunk that a student should see.
    mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        let mark = Array("Fatal error: ".utf8)
        guard bytes.count >= mark.count, let start = bytes.firstRange(of: mark)?.lowerBound else { return bytes }
        let lineStart = bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        held = FatalError(
            message: String(decoding: bytes[(start + mark.count)..<lineEnd], as: UTF8.self),
            place: Self.place(String(decoding: bytes[lineStart..<start], as: UTF8.self)))
        return Array(bytes[..<lineStart]) + bytes[min(lineEnd + 1, bytes.count)...]
    }

    /// Removes and returns the last error that was filtered out.
    mutating func take() -> FatalError? { held.take() }

    /// The line in `cell 4:3: ` or, with the module of the cell, `Cell4/cell 4:3: `.
    private static func place(_ text: String) -> WorkerReport.Failure.Place? {
        guard let match = text.wholeMatch(of: #/(?:\w+\/)?cell (\d+):(\d+): /#), let line = Int(match.2)
        else { return nil }
        return .init(cell: "cell \(match.1)", line: line)
    }
}
