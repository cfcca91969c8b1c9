import Cells
import Foundation
import Testing

/// What the compiler's warnings teach, and a reading of the source beside them.
@Suite struct WarningTests {
    private func notes(_ sources: String..., cache: CellCache? = nil) throws -> [String] {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler, cache: cache)
        var notes: [String] = []
        for (index, source) in sources.enumerated() {
            let cell = try session.compile(source, number: index + 1)
            notes = cell.notes.map { "\($0.line ?? 0): \($0.message)" }
            session.adopt(cell)
        }
        return notes
    }

    @Test func unusedResults() throws {
        #expect(
            try notes("var data = [3, 1, 2]\ndata.sorted()\nlet rate = 0.1\nrate == 0.2\nrate\nprint(data)") == [
                "2: result of call to 'sorted()' is unused; keep it, as in `let result = …`; `sort()` changes the array itself",
                "4: result of operator '==' is unused; `==` compares; `=` assigns",
                "5: expression of type 'Double' is unused; only the value of a cell's last line is shown; write `print(…)` to see it here",
            ])
        // The last value is shown, and a semicolon behind it says that it should not be.
        #expect(try notes("let data = [3, 1, 2]\ndata.sorted()").isEmpty)
        #expect(try notes("let data = [3, 1, 2]\ndata.sorted();").isEmpty)
        #expect(try notes("let a = 1\n_ = [a].sorted()\nfunc f() -> Int { 1 }\nf() + a").isEmpty)
        #expect(try notes("func f() -> Int { 1 }\nf()\nf()").map { $0.prefix(2) } == ["2:"])
    }

    @Test func optionalsInText() throws {
        let optional =
            "an optional value prints as `Optional(…)` or `nil`; unwrap it, as in `value ?? 0` or `if let value { … }`"
        #expect(
            try notes("let best = [1.0, 2].max()\nprint(\"best: \\(best)\")\nprint(best)") == [
                "2: " + optional, "3: " + optional,
            ])
        #expect(try notes("let best = [1.0, 2].max()\nprint(\"best: \\(best ?? 0)\")\nbest").isEmpty)
    }

    @Test func theWrittenCodeIsWhatTheyAreAbout() throws {
        let source = """
            import Foundation
            var unused = 3
            for i in 0..<2 { }
            func f() -> Int { return 1; print("never") }
            let rest = f() ?? 2
            let x = 0.5
            if x == .nan { print("nan") }
            if let y = Optional(3) { print("y") }
            """
        #expect(try notes(source).map { $0.prefix(2) } == ["4:", "5:", "7:"])
    }

    @Test func aCachedCellHasThemToo() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cache = try #require(CellCache(folder: folder))
        let source = "[2, 1].sorted()\nprint(1)"
        let first = try notes(source, cache: cache)
        #expect(first.count == 1)
        #expect(try notes(source, cache: cache) == first)
    }

    // MARK: Arithmetic

    @Test func quotientsOfIntegers() throws {
        #expect(
            try notes("let (right, total) = (45, 50)", "let accuracy = right / total") == [
                "1: `accuracy` is an Int: right / total drops the fraction; write Double(right) / Double(total)"
            ])
        #expect(try notes("let a = 45 / 50") == ["1: `a` is an Int: 45 / 50 drops the fraction; write 45.0 / 50"])
        #expect(
            try notes("let correct = 45\nlet all = [1, 2]\nlet share: Double = Double(correct / all.count)") == [
                "3: Double(correct / all.count) comes too late: the quotient of integers has no fraction any more; write Double(correct) / Double(all.count)"
            ])
        #expect(try notes("let a = 4, b = 5\nprint(\"\\(a / b)\", 3 / 2)").count == 2)
        #expect(
            try notes(
                """
                let count = 60, size = 32
                let steps = count / size, half = count / 2, ratio: Double = 45 / 50, mean = 4.0 / 5
                print(count / 2, 6 / 3, Double(count) / 7)
                let loss = Double(count) / Double(size)
                """
            ).isEmpty)
    }

    @Test func formatsAndTheirArguments() throws {
        func format(_ call: String) throws -> [String] {
            try notes("import Foundation\nlet (rate, count) = (0.5, 3)\nprint(\(call))").map { String($0.dropFirst(3)) }
        }
        #expect(
            try format("String(format: \"%d\", rate)") == [
                "%d takes an Int, but rate is a Double: this prints another number; write %.2f"
            ])
        #expect(
            try format("String(format: \"%.2f\", 3)") == [
                "%.2f takes a Double, but 3 is an Int: this prints another number; write %d, or Double(3)"
            ])
        #expect(
            try format("String(format: \"%s\", \"abc\")") == [
                "%s takes a pointer of C, and prints nothing of a String; write %@"
            ])
        #expect(try format("String(format: \"%d of %d\", count)")[0].hasPrefix("the format \"%d of %d\" has 2 places"))
        #expect(try format("String(format: \"%5.2f %%, %d, %@\", rate * 100, count + 1, \"x\")").isEmpty)
        let inFunction = "import Foundation\nfunc show(_ loss: Double) { print(String(format: \"%d\", loss)) }"
        #expect(try notes(inFunction).count == 1)
    }
}
