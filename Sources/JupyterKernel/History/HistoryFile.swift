import Dispatch
import Foundation
import Glibc
import Processes
import Synchronization

/// The cells of all sessions of a user, in an SQLite file that several kernels share.
///
/// The file is accessed on a dispatch queue, so that no cell waits for a disk. A file that is damaged, not writable or
/// does not respond is given up with one note, and everything else continues.
final class HistoryFile: Sendable {
    /// How long, in seconds, a query may take.
    private static let patience = 2.0

    private struct State {
        /// The number of this session; `nil` until its first cell.
        var session: Int?
        var isOpen = false
        var isGivenUp = false
    }

    private let path: String
    private let note: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "history")
    /// Opened at the first use. Used on the queue only.
    private nonisolated(unsafe) var database: Database?

    /// - Parameter note: Takes the one line that says why nothing is kept.
    init(path: String, note: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.note = note
    }

    /// The number of this session; before its first cell, the next free number.
    var session: Int {
        state.withLock { $0.session } ?? ask { try self.number(in: $0) } ?? 1
    }

    /// Adds a cell to this session.
    func append(line: Int, input: String, output: String?) {
        queue.async {
            self.use { database in
                let session = try self.beginSession(in: database)
                try database.run(
                    "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?)",
                    [.integer(session), .integer(line), .text(input), output.map(Database.Value.text) ?? .null])
            }
        }
    }

    /// The cells of another session, in order.
    func cells(session: Int, lines: Range<Int>) -> [History.Entry] {
        let values = [session, lines.lowerBound, lines.upperBound].map(Database.Value.integer)
        return ask { database in
            var entries: [History.Entry] = []
            try database.run(
                "SELECT * FROM cells WHERE session = ? AND line >= ? AND line < ? ORDER BY line", values
            ) { row in
                entries.append(History.Entry(row: row))
                return true
            }
            return entries
        } ?? []
    }

    /// Those cells of other sessions that the body accepts, the newest first, up to a number.
    func newest(
        _ count: Int, where isWanted: @escaping @Sendable (History.Entry) -> Bool = { _ in true }
    )
        -> [History.Entry]
    {
        guard count > 0 else { return [] }
        let own = state.withLock { $0.session }.map(Database.Value.integer) ?? .null
        return ask { database in
            var entries: [History.Entry] = []
            try database.run("SELECT * FROM cells WHERE session IS NOT ? ORDER BY session DESC, line DESC", [own]) {
                let entry = History.Entry(row: $0)
                if isWanted(entry) { entries.append(entry) }
                return entries.count < count
            }
            return entries
        } ?? []
    }

    /// Waits until what was appended is in the file.
    func flush() { _ = ask { _ in () } }

    // MARK: On the queue

    /// The result of a query; `nil` if it fails or takes too long.
    private func ask<Answer: Sendable>(_ question: @escaping @Sendable (Database) throws -> Answer) -> Answer? {
        guard !state.withLock({ $0.isGivenUp }) else { return nil }
        let answer = Monitor<Answer??>(nil)
        queue.async {
            var found: Answer?
            self.use { found = try question($0) }
            answer.withLock { $0 = .some(found) }
        }
        if let found = answer.wait(seconds: Self.patience, until: { $0 }) { return found }
        // A slow query is no reason to give up a file that works.
        if !state.withLock({ $0.isOpen }) { giveUp("it does not respond") }
        return nil
    }

    private func use(_ body: (Database) throws -> Void) {
        guard !state.withLock({ $0.isGivenUp }) else { return }
        do {
            let opened = try database ?? open()
            database = opened
            state.withLock { $0.isOpen = true }
            try body(opened)
        } catch {
            database = nil
            giveUp("\(error)")
        }
    }

    private func giveUp(_ reason: String) {
        let isFirst = state.withLock { state in
            defer { state.isGivenUp = true }
            return !state.isGivenUp
        }
        if isFirst {
            note(
                "\(path) cannot be used (\(reason)). Cells still run, but this session is not recorded; "
                    + "move the file away to start a new history.")
        }
    }

    /// Opens the file. It and its folder are readable by the user only.
    private func open() throws -> Database {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Database.Failure(description: String(cString: strerror(errno))) }
        fchmod(descriptor, 0o600)
        close(descriptor)

        let database = try Database(path: path, patience: 1000)
        // With a write-ahead log, kernels do not wait for one another's reads, nor for the disk. Where the file system
        // does not support one, the default suffices.
        try? database.run("PRAGMA journal_mode = WAL")
        try database.run("PRAGMA synchronous = NORMAL")
        try database.run("BEGIN IMMEDIATE")
        if try database.first("PRAGMA user_version") == .integer(0) {
            try database.run("CREATE TABLE sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT)")
            try database.run(
                "CREATE TABLE cells (session INTEGER, line INTEGER, input TEXT, output TEXT, "
                    + "PRIMARY KEY (session, line)) WITHOUT ROWID")
            try database.run("PRAGMA user_version = 1")
        }
        try database.run("COMMIT")
        guard try database.first("PRAGMA user_version") == .integer(1) else {
            throw Database.Failure(description: "it was written by a newer Swiftlet")
        }
        return database
    }

    /// A session that runs nothing leaves no trace.
    private func beginSession(in database: Database) throws -> Int {
        if let session = state.withLock({ $0.session }) { return session }
        try database.run("INSERT INTO sessions (started) VALUES (datetime('now'))")
        let session = database.lastInsertedRow
        state.withLock { $0.session = session }
        return session
    }

    private func number(in database: Database) throws -> Int {
        if let session = state.withLock({ $0.session }) { return session }
        return (try database.first("SELECT max(session) FROM sessions").integer ?? 0) + 1
    }
}

extension History.Entry {
    fileprivate init(row: [Database.Value]) {
        self.init(
            session: row[0].integer ?? 0, line: row[1].integer ?? 0, input: row[2].text ?? "", output: row[3].text)
    }
}
