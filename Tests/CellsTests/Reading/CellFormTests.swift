import Cells
import Foundation
import Testing

/// What is made of a source that is no ordinary cell.
@Suite struct CellFormTests {
    private func withSession(_ body: (CellSession) throws -> Void) throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        try body(CellSession(compiler: compiler))
    }

    /// Whether a compiled cell calls a function that it does not have itself.
    private func calls(_ name: String, in cell: CellSession.CompiledCell) throws -> Bool {
        try Data(contentsOf: URL(filePath: cell.object)).firstRange(of: Data(name.utf8)) != nil
    }

    @Test(arguments: [
        "var sum = 0\nfor i in 0..<9 { sum += i } // done", "[1, 2].reversed()", "let (a, b) = (1, 2)",
        "let `default` = 1", "struct Once: ~Copyable { var x = 1 }\nlet once = Once()",
    ])
    func whatATimedBodyMakesIsKept(source: String) throws {
        try withSession { session in
            let cell = try session.compile(source, number: 1, form: .timed)
            #expect(try calls("swiftlet_keep", in: cell) && calls("swiftlet_time", in: cell))
        }
    }

    @Test func aTimedBodyWhoseValuesCannotBeKeptIsTimedAsItIs() throws {
        try withSession { session in
            let source = "struct Once: ~Copyable { var x = 1 }\nlet once = Once()\n_ = consume once"
            let cell = try session.compile(source, number: 1, form: .timed)
            #expect(try !calls("swiftlet_keep", in: cell) && calls("swiftlet_time", in: cell))
        }
    }

    @Test func aTimedBodyMayThrowAwaitAndReturn() throws {
        try withSession { session in
            let source = "func f() async throws -> Int { 1 }\nif try await f() == 2 { return }\ntry await f()"
            #expect(throws: Never.self) { try session.compile(source, number: 1, form: .timed) }
        }
    }

    @Test func whatATimedBodyDeclaresIsItsOwn() throws {
        try withSession { session in
            let cell = try session.compile("let a = 1\nfunc f() {}\nstruct S {}", number: 1, form: .timed)
            session.attempt(cell)
            session.adopt(cell)
            #expect(session.variables.isEmpty && session.declarations.isEmpty && !session.declares("a"))
        }
    }

    @Test(arguments: [
        ("        nonsense + 1", 1, 9), ("\nlet a: Int = \"b\"\na", 2, 14), ("let a = 1\n[a].map {", 2, 9),
    ])
    func mistakesInATimedBodyAreWhereTheyWereMade(source: String, line: Int, column: Int) throws {
        try withSession { session in
            let error = #expect(throws: CompilationError.self) { try session.compile(source, number: 3, form: .timed) }
            guard case .diagnosed(let mistakes) = error else { return }
            #expect(
                mistakes.first?.file == "cell 3" && mistakes.first?.line == line && mistakes.first?.column == column)
        }
    }

    @Test func aQuestionSeesTheSessionAndLeavesNothing() throws {
        try withSession { session in
            let cell = try session.compile("let a = 1", number: 1)
            session.attempt(cell)
            session.adopt(cell)
            let first = try session.compile(question: "let b = a\nb")
            let second = try session.compile(question: "let b = a\nb")
            #expect(first.module != second.module && first.number == 0)
            #expect(session.variables.map(\.name) == ["a"] && !session.declares("b"))
            session.rewind()
            #expect(session.variables.isEmpty)
            let error = #expect(throws: CompilationError.self) { try session.compile(question: "nonsense") }
            guard case .diagnosed(let mistakes) = error else { return }
            #expect(mistakes.map(\.file) == ["expression"])
        }
    }

    @Test func functionsAndTypesAreListed() throws {
        try withSession { session in
            for (number, source) in [
                (1, "struct Dog {}\nfunc bark(_ dog: Dog, times: Int = 1) {}\nlet a = 1"),
                (2, "enum Dog { case rex }\nfunc bark() {}"),
            ] {
                let cell = try session.compile(source, number: number)
                session.attempt(cell)
                session.adopt(cell)
            }
            #expect(
                session.declarations.map { "\($0.text), cell \($0.cell)" } == [
                    "func bark(_: Dog, times: Int), cell 1", "enum Dog, cell 2", "func bark(), cell 2",
                ])
        }
    }

    @Test(arguments: [
        "1 + 1": true, "\n  [1, 2].map { $0 }\n": true, "f()": true, "a = 1": false, "let a = 1": false, "1; 2": false,
        "print(1)\n2": false, "": false, "if true { 1 } else { 2 }": false,
    ])
    func expressionsAreKnown(source: String, isExpression: Bool) {
        #expect(ParsedCell(source, name: "expression").isExpression == isExpression)
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        (Duration.nanoseconds(0), "0.00 ns"), (.nanoseconds(7), "7.00 ns"), (.nanoseconds(999), "999 ns"),
        (.microseconds(1), "1.00 µs"), (.nanoseconds(12_345), "12.3 µs"), (.milliseconds(145), "145 ms"),
        (.microseconds(999_999), "1.00 s"), (.milliseconds(59_900), "59.9 s"), (.seconds(60), "1 min 0 s"),
        (.seconds(125), "2 min 5 s"), (.seconds(7320), "2 h 2 min"),
    ])
    func threeDigitsAndAUnit(duration: Duration, text: String) { #expect(duration.text == text) }
}
