import Foundation
import Glibc
import JupyterKernel
import Synchronization
import Testing

@Suite struct HistoryTests {
    /// A folder of its own for each test.
    let folder = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString).path
    var file: String { folder + "/data/swiftlet/history.sqlite" }

    func withSessions(_ body: (_ session: ([String]) -> History) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body { cells in
            let history = History(file: file) { Issue.record("\($0)") }
            for (index, cell) in cells.enumerated() {
                history.record(line: index + 1, input: cell, output: cell == "1 + 1" ? "2" : nil)
            }
            history.flush()
            return history
        }
    }

    @Test func withoutAFileASessionRemembersItself() {
        let history = History(file: nil)
        history.record(line: 1, input: "let a = 1", output: nil)
        history.record(line: 3, input: "a", output: "1")
        #expect(history.tail(5).map(\.line) == [1, 3])
        #expect(history.tail(1).map(\.output) == ["1"])
        #expect(history.tail(0).isEmpty && history.tail(-1).isEmpty)
        #expect(history.range(lines: 2..<9).map(\.input) == ["a"])
        #expect(history.range(session: 1).count == 2 && history.range(session: -1).isEmpty)
        #expect(history.search("let*").map(\.input) == ["let a = 1"])
    }

    @Test func laterSessionsSeeEarlierOnes() throws {
        try withSessions { session in
            _ = session(["let a = 1", "1 + 1"])
            _ = session([])  // runs nothing, so leaves no trace
            _ = session(["let b = \"größer 🐦\u{0}\""])
            let third = session(["let c = 3", "1 + 1"])
            #expect(third.session == 3)
            #expect(third.tail(4).map(\.input) == ["1 + 1", "let b = \"größer 🐦\u{0}\"", "let c = 3", "1 + 1"])
            #expect(third.tail(4).map(\.session) == [1, 2, 3, 3])
            #expect(third.tail(4).map(\.output) == ["2", nil, nil, "2"])
            #expect(third.tail(.max).count == 5)

            #expect(third.range(session: 1, lines: 2..<3).map(\.input) == ["1 + 1"])
            #expect(third.range(session: -1).map(\.session) == [2])
            #expect(third.range(session: -2) == third.range(session: 1))
            #expect(third.range(session: 3) == third.range())
            for nobodys in [-3, 4, .min, .max] { #expect(third.range(session: nobodys).isEmpty) }

            #expect(third.search("let *").map(\.session) == [1, 2, 3])
            #expect(third.search("let *", limit: 2).map(\.session) == [2, 3])
            #expect(third.search("1 ? 1").map(\.session) == [1, 3])
            #expect(third.search("1 ? 1", isUnique: true).map(\.session) == [3])
            #expect(third.search("let").isEmpty && third.search("*", limit: 0).isEmpty)
        }
    }

    /// Before its first cell a session has no number yet; the one before is the newest all the same.
    @Test func aNewSessionCountsFromTheNewest() throws {
        try withSessions { session in
            _ = session(["first"])
            let fresh = session([])
            #expect(fresh.session == 2 && fresh.range().isEmpty)
            #expect(fresh.range(session: -1).map(\.input) == ["first"])
            #expect(fresh.tail(3).map(\.input) == ["first"])
        }
    }

    @Test func severalKernelsShareAFile() throws {
        try withSessions { session in
            let histories = (0..<4).map { _ in session([]) }
            DispatchQueue.concurrentPerform(iterations: histories.count) { index in
                for line in 1...50 { histories[index].record(line: line, input: "\(index)", output: nil) }
                histories[index].flush()
            }
            let reader = session([])
            #expect(Set(histories.map(\.session)) == [1, 2, 3, 4])
            for (index, history) in histories.enumerated() {
                #expect(reader.range(session: history.session).map(\.input) == Array(repeating: "\(index)", count: 50))
            }
        }
    }

    @Test func onlyItsUserMayReadIt() throws {
        try withSessions { session in
            chmod(try makeFile(), 0o644)
            _ = session(["secret"])
            for path in [file, file + "-wal", file + "-shm", folder + "/data/swiftlet"] {
                var status = stat()
                guard stat(path, &status) == 0 else { continue }
                #expect(status.st_mode & 0o077 == 0, "\(path)")
            }
        }
    }

    /// As an earlier version might have left it.
    private func makeFile() throws -> String {
        let directory = URL(filePath: file).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data().write(to: URL(filePath: file))
        return file
    }

    @Test(arguments: ["no database", String(repeating: "SQLite format 3\u{0}", count: 500), "folder"])
    func aFileThatCannotBeUsedIsGivenUpWithOneNote(contents: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if contents == "folder" {
            try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
        } else {
            try Data(contents.utf8).write(to: URL(filePath: try makeFile()))
        }
        let notes = Mutex<[String]>([])
        let history = History(file: file) { note in notes.withLock { $0.append(note) } }
        for line in 1...3 { history.record(line: line, input: "cell \(line)", output: nil) }
        history.flush()
        #expect(history.tail(9).map(\.input) == ["cell 1", "cell 2", "cell 3"])
        #expect(history.search("cell 2").map(\.session) == [1] && history.range(session: -1).isEmpty)
        let note = notes.withLock { $0 }
        #expect(note.count == 1 && note.first?.hasPrefix("\(file) cannot be used (") == true)
        // Nobody's file is thrown away.
        if contents != "folder" { #expect(FileManager.default.contents(atPath: file) == Data(contents.utf8)) }
    }

    @Test func aFileThatIsDamagedWhileInUseIsGivenUp() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let notes = Mutex<[String]>([])
        let history = History(file: file) { note in notes.withLock { $0.append(note) } }
        history.record(line: 1, input: "before", output: nil)
        history.flush()
        for suffix in ["", "-wal", "-shm"] {
            let handle = try #require(FileHandle(forUpdatingAtPath: file + suffix))
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 8192))
            try handle.close()
        }
        history.record(line: 2, input: "after", output: nil)
        history.flush()
        #expect(history.tail(2).map(\.input) == ["before", "after"])
        #expect(notes.withLock { $0 }.count == 1)
    }

    /// However many stars: a pattern that takes exponential time elsewhere.
    @Test func hostilePatternsTakeLittleTime() {
        let history = History(file: nil)
        history.record(line: 1, input: String(repeating: "a", count: 2000), output: nil)
        #expect(history.search(String(repeating: "a*", count: 500) + "b").isEmpty)
        #expect(history.search(String(repeating: "*?", count: 500)).count == 1)
    }

    @Test func theFileIsWhereTheDesktopsRulesSay() async {
        await #expect(processExitsWith: .success) {
            setenv("XDG_DATA_HOME", "/somewhere", 1)
            guard History.defaultFile == "/somewhere/swiftlet/history.sqlite" else { exit(1) }
            setenv("XDG_DATA_HOME", "relative", 1)
            guard History.defaultFile.hasSuffix("/.local/share/swiftlet/history.sqlite") else { exit(2) }
        }
    }
}
