import Cells
import Testing

@Suite struct ParsedCellTests {
    func parse(_ source: String) -> ParsedCell { ParsedCell(source, name: "cell 1") }

    @Test func declarationsAreFoundWithTheirKinds() {
        let cell = parse(
            """
            import Foundation
            let a = 1, (b, c) = (2, 3)
            func f(_ x: Int, by y: Double...) {}
            struct S {}; final class C {}; actor A {}; enum E {}; protocol P {}; typealias T = Int
            """)
        #expect(cell.imports == ["import Foundation"])
        #expect(
            cell.declarations.map { "\($0.kind.rawValue) \($0.name) \($0.line)" } == [
                "var a 2", "var b 2", "var c 2", "func f 3", "struct S 4", "class C 4", "class A 4", "enum E 4",
                "protocol P 4",
                "typealias T 4",
            ])
        #expect(cell.declarations[3].signature == "(_: Int, by: Double...)")
    }

    @Test(arguments: [
        ("1 + 1", 0..<5), ("let x = 1\nx", 10..<11), ("f(x) // why", 0..<4), ("x == y", 0..<6), ("try g()", 0..<7),
        ("x = 1", nil),
        ("x += 1", nil), ("1;", nil), ("if a { 1 } else { 2 }", nil), ("for i in 0..<3 { i }", nil),
        ("func f() {}", nil), ("", nil),
    ])
    func onlyAnExpressionAtTheEndIsShown(source: String, range: Range<Int>?) {
        #expect(parse(source).shownExpression == range)
    }

    @Test(arguments: [
        ("let x = await f()", "let x = __swiftletAwait { await f() }"),
        ("let x = try await f() + g()", "let x = try __swiftletAwait { try await f() + g() }"),
        ("x = await f(await g())", "x = __swiftletAwait { await f(await g()) }"),
        ("for try await v in s { v }", "try __swiftletAwait { for try await v in s { v } }"),
        (
            "guard let x = await f() else { fatalError() }",
            "guard let x = __swiftletAwait { await f() } else { fatalError() }"
        ),
        ("Task { await f() }", "Task { await f() }"), ("func h() async { await f() }", "func h() async { await f() }"),
    ])
    func topLevelAwaitBlocks(source: String, edited: String) {
        let cell = parse(source)
        #expect(cell.edited(with: cell.edits) == edited)
    }

    @Test(arguments: [
        (
            "x[0] = 2; y = 1\nf() // then\n",
            "x[0] = 2; __swiftletStatement(1); y = 1; __swiftletStatement(2)\nf() // then\n"
        ),
        (
            "let a = 1\n/// What g does.\nfunc g() {}\ng()\ng()",
            "let a = 1\n/// What g does.\nfunc g() {}; __swiftletStatement(2)\ng(); __swiftletStatement(3)\ng()"
        ),
        (
            "if a {\n}\nfor b in c { f()\n }\nd",
            "if a {\n}; __swiftletStatement(1)\nfor b in c { f()\n }; __swiftletStatement(2)\nd"
        ),
        ("a\n#if DEBUG\nf()\n#endif\nd", "a; __swiftletStatement(1)\n#if DEBUG\nf()\n#endif\nd"),
        ("let a =\nlet b = 1\nb", "let a =\nlet b = 1\nb"),
    ])
    func statementsAreMarked(source: String, marked: String) {
        let cell = parse(source)
        #expect(cell.edited(with: cell.statementMarks) == marked)
    }

    @Test func statementsHaveTheirLines() {
        let cell = parse("import Foundation\n\nlet a = 1, b = 2 // two\nfor i in 0..<3 {\n    f()\n}; let c = 3")
        #expect(cell.statements == [1...1, 3...3, 4...6, 6...6])
        #expect(cell.declarations.map { "\($0.name) \($0.statement)" } == ["a 1", "b 1", "c 3"])
    }

    @Test(arguments: [
        ("let x = f(x)", ["x": [10..<11]]), ("let y = x\nlet x = 1", ["x": [8..<9]]), ("let x = 1\nprint(x)", [:]),
        ("let x = a.x", [:]), ("let x = v.map { x in x }", [:]), ("let x = v.map { $0 + x }", ["x": [21..<22]]),
    ])
    func earlierReferencesAreThoseBeforeTheDeclaration(source: String, found: [String: [Range<Int>]]) {
        #expect(parse(source).ownEarlierReferences == found)
    }

    @Test func aConformanceOfAnotherCellsTypeIsForeign() {
        #expect(parse("extension P: Equatable {}").hasForeignConformance)
        #expect(!parse("struct P {}\nextension P: Equatable {}").hasForeignConformance)
        #expect(!parse("extension P { func f() {} }").hasForeignConformance)
    }

    @Test func asyncLetIsExplained() {
        let mistakes = parse("1\nasync let x = f()").mistakes
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.line == 2)
        #expect(mistakes.first?.message.contains("Task {") == true)
    }

    @Test func aMessageAboutTheEditedSourceIsMovedBack() {
        let cell = parse("nam + 1")
        let edits = [ParsedCell.Edit(range: 0..<0, text: "show("), .init(range: 7..<7, text: ")")]
        let edited = Diagnostic(
            severity: .error, message: "cannot find 'nam' in scope", file: "cell 1", line: 1, column: 6,
            excerpt: ["show(nam + 1)", "     ^~~"])
        let original = cell.original(edited, edits: edits)
        #expect(original.column == 1)
        #expect(original.excerpt == ["nam + 1", "^~~"])
    }
}
