import Cells
import Foundation
import Testing

/// Compiled cells that a later session takes from the cache: the toolchain compiles them for real.
@Suite struct CellCacheTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cells-\(UUID().uuidString)/cells").path

    /// Runs cells in a session of its own. Answers for each whether it came from the cache.
    func run(_ sources: String..., cache: CellCache?) throws -> [Bool] {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler, cache: cache)
        return try sources.enumerated().map { index, source in
            let cell = try session.compile(source, number: index + 1)
            session.attempt(cell)
            session.adopt(cell)
            #expect(FileManager.default.fileExists(atPath: cell.object))
            return cell.phases.isCached
        }
    }

    func cache(capacity: Int = 1 << 30) throws -> CellCache {
        try #require(CellCache(folder: folder, capacity: capacity))
    }

    func removeFolder() {
        try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent)
    }

    func entries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
    }

    @Test func aLaterSessionCompilesNothingAgain() throws {
        defer { removeFolder() }
        let (first, second) = (
            "struct Dog { var age = 1 }\nvar dog = Dog()", "extension Dog { func bark() {} }\ndog.age"
        )
        #expect(try run(first, second, cache: cache()) == [false, false])
        #expect(try run(first, second, cache: cache()) == [true, true])
        // A cell that comes from the cache can be imported by one that does not.
        #expect(try run(first, "dog.age + 1", cache: cache()) == [true, false])
    }

    @Test func whatACellSeesBelongsToItsKey() throws {
        defer { removeFolder() }
        #expect(try run("let a = 1", "a", cache: cache()) == [false, false])
        // The second reads the same in both sessions, yet its `a` is another one.
        #expect(try run("let a = \"text\"", "a", cache: cache()) == [false, false])
        // The same source as another cell is another module.
        #expect(try run("1", "let a = 1", cache: cache()) == [false, false])
    }

    @Test func aCellWhoseValueCannotBeShownIsKeptAsWell() throws {
        defer { removeFolder() }
        let source = "struct Once: ~Copyable {}\nOnce()"
        #expect(try run(source, cache: cache()) == [false])
        #expect(try run(source, cache: cache()) == [true])
    }

    @Test func aDamagedEntryIsCompiledAgain() throws {
        defer { removeFolder() }
        #expect(try run("let a = 1", "a", cache: cache()) == [false, false])
        let files = try entries()
        let whole = try Data(contentsOf: URL(filePath: files[0]))
        try whole.dropLast(100).write(to: URL(filePath: files[0]))
        var bytes = try Data(contentsOf: URL(filePath: files[1]))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: files[1]))
        #expect(try run("let a = 1", "a", cache: cache()) == [false, false])
        #expect(try run("let a = 1", "a", cache: cache()) == [true, true])
        try Data().write(to: URL(filePath: files[0]))
        #expect(try run("let a = 1", "a", cache: cache()).count(where: { $0 }) == 1)
    }

    @Test func whatWasUsedLongestAgoIsRemoved() throws {
        defer { removeFolder() }
        #expect(try run("let a = 1", "let b = 2", "let c = 3", cache: cache()) == [false, false, false])
        let sizes = try entries().map {
            try #require(try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
        }
        for file in try entries() {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -1000)], ofItemAtPath: file)
        }
        // Used again: the newest two now.
        #expect(try run("let a = 1", "let b = 2", cache: cache()) == [true, true])
        let small = try cache(capacity: sizes.reduce(0, +) - 1)
        small.tidy()
        #expect(small.size.cells == 2)
        #expect(try run("let a = 1", "let b = 2", "let c = 3", cache: small) == [true, true, false])
    }

    @Test func onlyTheUserCanWriteThere() throws {
        defer { removeFolder() }
        _ = try cache()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        #expect(CellCache(folder: folder) == nil)
    }

    @Test func withoutAFolderThereIsNoCache() throws {
        #expect(CellCache(folder: "/proc/nothing/cells") == nil)
        #expect(try run("let a = 1", cache: nil) == [false])
    }
}
