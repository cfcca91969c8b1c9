import WorkerProtocol

/// What the run time prints when it ends a program: `cell 4:3: Fatal error: Precondition failed`.
struct FatalError: Equatable, Sendable {
    /// What went wrong.
    var message: String
    /// The line of a cell that it names, if it names one.
    var place: WorkerReport.Failure.Place?
}

/// Takes out of standard error what the run time prints when it traps: the error message says it.
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

    /// The message that was taken out since the last call.
    mutating func take() -> FatalError? {
        defer { held = nil }
        return held
    }

    /// The line in "cell 4:3: " or, with the name of the cell's module, "Cell4/cell 4:3: ".
    private static func place(_ text: String) -> WorkerReport.Failure.Place? {
        guard let match = text.wholeMatch(of: #/(?:\w+\/)?cell (\d+):(\d+): /#), let line = Int(match.2)
        else { return nil }
        return .init(cell: "cell \(match.1)", line: line)
    }
}
