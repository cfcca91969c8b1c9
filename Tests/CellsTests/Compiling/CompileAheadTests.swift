import Cells
import Foundation
import Testing

/// Cells that are compiled while an earlier one runs.
@Suite struct CompileAheadTests {
    func withSession(_ body: (CellSession, Compiler) throws -> Void) throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        try body(session, compiler)
    }

    /// Waits until a cell's shared object is there.
    func waitForObject(of module: String, _ compiler: Compiler) throws {
        for _ in 0..<6000 {
            if FileManager.default.fileExists(atPath: "\(compiler.folder)/\(module).so") { return }
            usleep(10_000)
        }
        Issue.record("\(module) was not compiled")
    }

    @Test func whatWaitsIsCompiledAgainstWhatRuns() throws {
        try withSession { session, compiler in
            session.announce("let b = a + 1")
            session.announce("b + 1")
            let first = try session.compile("let a = 1", number: 1)
            #expect(!first.phases.isCompiledAhead)
            session.attempt(first)
            try waitForObject(of: "Cell3", compiler)
            session.adopt(first)
            for (number, source) in [(2, "let b = a + 1"), (3, "b + 1")] {
                let cell = try session.compile(source, number: number)
                #expect(cell.phases.isCompiledAhead)
                session.attempt(cell)
                session.adopt(cell)
            }
        }
    }

    @Test func aCellThatFailsMakesWhatWasBuiltOnItCompileAgain() throws {
        try withSession { session, compiler in
            let before = try session.compile("let a = \"text\"", number: 1)
            session.attempt(before)
            session.adopt(before)
            session.announce("let twice = a + a")
            let failing = try session.compile("fatalError()\nlet a = 1", number: 2)
            session.attempt(failing)
            try waitForObject(of: "Cell3", compiler)
            // Its `a` never got a value: the text is meant.
            session.adopt(failing, failedIn: 0)
            let cell = try session.compile("let twice = a + a", number: 3)
            #expect(!cell.phases.isCompiledAhead)
            session.adopt(cell)
            #expect(session.variables.map { "\($0.name): \($0.type)" } == ["a: String", "twice: String"])
        }
    }

    @Test func anotherNumberMeansAnotherCell() throws {
        try withSession { session, compiler in
            session.announce("let b = 1")
            let first = try session.compile("let a = 1", number: 1)
            session.attempt(first)
            try waitForObject(of: "Cell2", compiler)
            session.adopt(first)
            let cell = try session.compile("let b = 1", number: 7)
            #expect(cell.module == "Cell7" && !cell.phases.isCompiledAhead)
        }
    }

    @Test func aMistakeFoundAheadIsToldWhenItsTurnComes() throws {
        try withSession { session, _ in
            session.announce("let b: Int = \"text\"")
            let first = try session.compile("let a = 1", number: 1)
            session.attempt(first)
            session.adopt(first)
            #expect(throws: CompilationError.self) { try session.compile("let b: Int = \"text\"", number: 2) }
            let next = try session.compile("a + 1", number: 3)
            #expect(next.module == "Cell3")
        }
    }

    @Test func cellsThatWereGivenUpAreForgotten() throws {
        try withSession { session, compiler in
            for number in 2...4 { session.announce("let b\(number) = 1") }
            let first = try session.compile("let a = 1", number: 1)
            session.attempt(first)
            session.interrupt()
            session.adopt(first)
            let next = try session.compile("let c = 1", number: 2)
            session.attempt(next)
            usleep(300_000)
            #expect(!FileManager.default.fileExists(atPath: "\(compiler.folder)/Cell3.so"))
        }
    }
}
