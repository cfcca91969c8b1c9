import Foundation
import Synchronization

/// The cells that were run in this session and in earlier ones.
package final class History: Sendable {
    /// A cell that was run.
    package struct Entry: Sendable, Hashable {
        /// The number of its session.
        package let session: Int
        /// The number in its `In [n]`.
        package let line: Int
        /// Its source.
        package let input: String
        /// Its value as plain text.
        package let output: String?
    }

    private struct Cell {
        var line: Int
        var input: String
        var output: String?
    }

    /// The cells of this session. They need no file.
    private let cells = Mutex<[Cell]>([])
    private let file: HistoryFile?

    /// The history of a new session.
    /// - Parameters:
    ///   - file: Where sessions are kept; `nil` keeps this one in memory only.
    ///   - note: Takes a line about a file that cannot be used.
    package init(file: String?, note: @escaping @Sendable (String) -> Void = { _ in }) {
        self.file = file.map { HistoryFile(path: $0, note: note) }
    }

    /// The file of a user's history, in the folder of the XDG Base Directory specification.
    package static var defaultFile: String {
        let environment = ProcessInfo.processInfo.environment
        // The specification says to ignore a relative path.
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (data ?? NSHomeDirectory() + "/.local/share") + "/swiftlet/history.sqlite"
    }

    /// The number of this session.
    package var session: Int { file?.session ?? 1 }

    /// The last cells that were run, in order, those of earlier sessions first.
    package func tail(_ count: Int) -> [Entry] {
        let own = entries().suffix(max(0, count))
        return Array((file?.newest(count - own.count) ?? []).reversed() + own)
    }

    /// The cells with these numbers of a session. 0 is this one, -1 the one before.
    package func range(session: Int = 0, lines: Range<Int> = 0..<Int.max) -> [Entry] {
        let number = session > 0 ? session : self.session.saturatingAdd(session)
        guard session != 0, number != self.session else { return entries().filter { lines.contains($0.line) } }
        return file?.cells(session: number, lines: lines) ?? []
    }

    /// The last cells whose whole text matches a pattern, in order; `*` stands for any text, `?` for any character.
    /// - Parameter isUnique: Whether of equal cells only the last one counts.
    package func search(_ pattern: String, isUnique: Bool = false, limit: Int = .max) -> [Entry] {
        let glob = Glob(pattern)
        let seen = Mutex<Set<String>>([])
        let isWanted: @Sendable (Entry) -> Bool = { entry in
            glob.matches(entry.input) && (!isUnique || seen.withLock { $0.insert(entry.input).inserted })
        }
        var own: [Entry] = []
        for entry in entries().reversed() where own.count < limit && isWanted(entry) { own.append(entry) }
        let earlier = file?.newest(limit - own.count, where: isWanted) ?? []
        return (own + earlier).reversed()
    }

    /// Records a cell that was run with a number, and its value as plain text.
    package func record(line: Int, input: String, output: String?) {
        cells.withLock { $0.append(Cell(line: line, input: input, output: output)) }
        file?.append(line: line, input: input, output: output)
    }

    /// Waits until everything is in the file.
    package func flush() { file?.flush() }

    private func entries() -> [Entry] {
        let cells = cells.withLock { $0 }
        // A session gets its number when it runs its first cell.
        guard !cells.isEmpty else { return [] }
        let session = session
        return cells.map { Entry(session: session, line: $0.line, input: $0.input, output: $0.output) }
    }
}

extension Int {
    /// The sum, clamped to the range of `Int`.
    fileprivate func saturatingAdd(_ other: Int) -> Int {
        let (sum, isOverflow) = addingReportingOverflow(other)
        return isOverflow ? (other < 0 ? .min : .max) : sum
    }
}
