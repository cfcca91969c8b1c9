import Cells
import Foundation
import Testing

/// What a session knows of its cells, which the toolchain compiles for real.
@Suite struct CellSessionTests {
    func withSession(_ body: (CellSession) throws -> Void) throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        try body(CellSession(compiler: compiler))
    }

    func run(_ source: String, number: Int, in session: CellSession) throws {
        let cell = try session.compile(source, number: number)
        session.attempt(cell)
        session.adopt(cell)
    }

    @Test func variablesAreKnownWithTheirTypes() throws {
        try withSession { session in
            try run("struct Dog {}\nlet pack = [Dog()], (a, b) = (1, \"x\")\nvar later: Dog?", number: 3, in: session)
            try run("let byName = [\"rex\": pack], train = { (dog: Dog) in 1 }\nlet a = 2.5", number: 4, in: session)
            #expect(
                session.variables.map { "\($0.name): \($0.type), cell \($0.cell)" } == [
                    "b: String, cell 3", "pack: [Dog], cell 3", "later: Dog?, cell 3",
                    "byName: [String: [Dog]], cell 4", "train: (Dog) -> Int, cell 4", "a: Double, cell 4",
                ])
            #expect(session.variables[1].qualifiedType == "Swift.Array<Cell3.Dog>")
        }
    }

    @Test func rewindingLeadsBackBeforeTheLastCellThatWasAttempted() throws {
        try withSession { session in
            try run("let a = 1", number: 1, in: session)
            try run("let a = \"text\", b = 2", number: 2, in: session)
            session.rewind()
            #expect(session.variables.map(\.type) == ["Int"])
            session.rewind()
            #expect(session.variables.map(\.type) == ["Int"])
            // One that was attempted and never came to its end leaves nothing to take back.
            session.attempt(try session.compile("let c = a", number: 3))
            session.rewind()
            #expect(session.variables.map(\.name) == ["a"])
        }
    }

    @Test func surroundingsHoldEverythingInSight() throws {
        try withSession { session in
            try run("import Foundation\nlet rate = 0.1\nfunc decay() -> Double { rate / 2 }", number: 1, in: session)
            let surroundings = session.surroundings(for: "dec")
            #expect(surroundings.prelude.contains("import Foundation; "))
            #expect(surroundings.prelude.contains("@testable import var Cell1.`rate`"))
            #expect(surroundings.prelude.contains("@testable import func Cell1.`decay`"))
            #expect(surroundings.prelude.hasSuffix("line: 1)\n"))
            // The compiler takes them as they are.
            let file = FileManager.default.temporaryDirectory.appending(path: "surroundings-\(UUID().uuidString).swift")
            defer { try? FileManager.default.removeItem(at: file) }
            try (surroundings.prelude + "let twice: Double = decay() * 2").write(
                to: file, atomically: false, encoding: .utf8)
            let compiler = try Toolchain.current().compiler
            let result = try Subprocess.run([compiler, "-typecheck", file.path] + surroundings.arguments)
            #expect(result.status == 0, "\(result.output)")
        }
    }
}
