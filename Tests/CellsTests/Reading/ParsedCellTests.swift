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
        ("let x = await f()", "let x = __swiftletAwait({ await f() })"),
        ("let x = try await f() + g()", "let x = try __swiftletAwait({ try await f() + g() })"),
        ("x = await f(await g())", "x = __swiftletAwait({ await f(await g()) })"),
        ("for try await v in s { v }", "try __swiftletAwait({ for try await v in s { v } })"),
        (
            "guard let x = await f() else { fatalError() }",
            "guard let __swiftlet_x = __swiftletAwait({ await f() }) else { fatalError() }; let x = __swiftlet_x"
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

    @Test func whatAGuardBindsIsDeclared() {
        let cell = parse(
            "guard let a = f(), case var .pair(b, (c, _))? = a.p, a > b, let d else { a() }\nguard a > 1 else { f() }")
        #expect(
            cell.declarations.map { "\($0.kind.rawValue) \($0.name) \($0.statement)" } == [
                "var a 0", "var b 0", "var c 0", "var d 0",
            ])
        #expect(
            cell.edited(with: cell.edits)
                == "guard let __swiftlet_a = f(), case var .pair(__swiftlet_b, (__swiftlet_c, _))? = __swiftlet_a.p, "
                + "__swiftlet_a > __swiftlet_b, let __swiftlet_d =  else { a() }; let a = __swiftlet_a; "
                + "var b = __swiftlet_b; var c = __swiftlet_c; let d = __swiftlet_d\nguard a > 1 else { f() }")
        #expect(cell.ownEarlierReferences["d"].map { $0.map(\.isEmpty) } == [true])
    }

    @Test func theActiveClauseIsRead() {
        let cell = parse(
            """
            #if canImport(FoundationNetworking) && os(Linux)
            import FoundationNetworking
            #elseif canImport(Nothing)
            import Nothing
            #endif
            #if swift(>=5.9)
            #if !os(Linux)
            let a = 1
            #else
            let b = 1; func f() {}
            guard let c = f() else { fatalError() }
            #endif
            struct S {}
            #else
            struct T {}
            #endif
            #if DEBUG || canImport(Nowhere)
            let d = 1
            #endif
            """)
        #expect(cell.imports == ["import FoundationNetworking"])
        #expect(
            cell.declarations.map { "\($0.name) \($0.line) \($0.statement)" } == [
                "b 10 1", "f 10 1", "c 11 1", "S 13 1",
            ])
    }

    @Test(arguments: [
        (
            "let total = rate * 2\nlet rate = 0.1",
            "'rate' is used in line 1, but it is declared only in line 2: move line 2 up"
        ),
        ("print(b)\nlet (a, b) = (1, 2)", "'b' is used in line 1, but it is declared only in line 2: move line 2 up"),
        (
            "for i in 0..<n { print(i) }\n\nvar n = 3",
            "'n' is used in line 1, but it is declared only in line 3: move line 3 up"
        ),
        ("print(\"\\(n)\")\nvar n = 3", "'n' is used in line 1, but it is declared only in line 2: move line 2 up"),
        (
            "let y = [1].map { $0 * k }\nlet k = 2",
            "'k' is used in line 1, but it is declared only in line 2: move line 2 up"
        ),
        (
            "n = 1\nguard let n = f() else { g() }",
            "'n' is used in line 1, but it is declared only in line 2: move line 2 up"
        ),
        ("let x = x + 1", "'x' is used in line 1 before it has a value, and no earlier cell has declared it"),
        (
            "func f() -> Int { n }\nprint(f())\nlet n = 1",
            "'f' is called in line 2 and uses 'n', which is declared only in line 3: call it after that line"
        ),
        (
            "func f() { g() }\nfunc g() { print(n) }\nf()\nlet n = 1",
            "'f' is called in line 3 and uses 'n', which is declared only in line 4: call it after that line"
        ),
        (
            "var twice: Int { n * 2 }\nlet m = twice\nlet n = 1",
            "'twice' is called in line 2 and uses 'n', which is declared only in line 3: call it after that line"
        ),
        (
            "let f = { n }\nlet m = f()\nlet n = 1",
            "'f' is called in line 2 and uses 'n', which is declared only in line 3: call it after that line"
        ),
        (
            "struct S { var a = n }\nlet s = S()\nlet n = 1",
            "'S' is called in line 2 and uses 'n', which is declared only in line 3: call it after that line"
        ),
        (
            "struct S { func f() { print(n) } }\nlet s = S()\ns.f()\nlet n = 1",
            "'f' is called in line 3 and uses 'n', which is declared only in line 4: call it after that line"
        ),
        (
            "func f(_ x: Int) -> Int { x * n }\nprint([1].map(f))\nlet n = 1",
            "'f' is called in line 2 and uses 'n', which is declared only in line 3: call it after that line"
        ),
    ])
    func aVariableThatIsUsedTooEarlyIsTold(source: String, message: String) {
        #expect(parse(source).earlyUses.map(\.mistake.message) == [message])
    }

    @Test(arguments: [
        "let n = 1\nprint(n)", "func f() -> Int { n }\nlet n = 1\nprint(f())", "let f = { n }\nlet n = 1\nprint(f())",
        "for i in 0..<3 { let x = i; print(x) }\nlet x = 1", "do { let x = 1; print(x) }\nlet x = 2",
        "if let x = f() { print(x) }\nlet x = 1", "let y = v.map { x in x }\nlet x = 1",
        "func f(x: Int) -> Int { x }\nf(x: 1)\nlet x = 1",
        "print(a.x)\nlet x = 1", "let b = Button(\"go\") { n += 1 }\nvar n = 0",
        "var n = 1 { didSet { print(m) } }\nlet m = 2",
        "switch f() { case .some(let x): print(x); default: break }\nlet x = 1",
        "do { try f() } catch { print(error) }\nlet error = 1",
        "let x = 1, y = x", "struct S { var x = 1; var y: Int { x } }\nprint(S().y)\nlet x = 2",
        "print([\\S.x])\nlet x = 2",
        "class Stack { func append() { print(n) } }\nvar list = [1]\nlist.append(2)\nvar n = 0",
        "let t = Task { print(n) }\nlet n = 1",
        "func f() -> Int { n }\nlet g = f\nlet n = 1\ng()", "while let x = f() { print(x) }\nlet x = 1",
        "f(x: 1)\nlet x = 1",
        "let c = { [n = 1] in n }()\nlet n = 2", "let fact: (Int) -> Int = { n in n < 2 ? 1 : n * fact(n - 1) }",
    ])
    func aVariableThatIsUsedInTimeIsNotTold(source: String) {
        #expect(parse(source).earlyUses.map(\.mistake.message) == [])
    }

    @Test(arguments: [
        ("let t = ones([2, 3]\nprint(t.shape)", 1, 13, "this ( is not closed: a ) is missing"),
        ("[1, 2, 3", 1, 1, "this [ is not closed: a ] is missing"),
        ("f([1, 2)", 1, 3, "this [ is not closed: a ] is missing"),
        ("func f() {\n    if a {\n        g()\n}\nf()", 2, 10, "this { is not closed: a } is missing"),
        ("for i in 0..<3 {\n    g(i)", 1, 16, "this { is not closed: a } is missing"),
        ("f(1))", 1, 5, "this ) closes nothing: remove it, or write the bracket that it closes"),
        ("let a = [1, 2)]", 1, 14, "this ) closes nothing: remove it, or write the bracket that it closes"),
        ("print(\"(\")", 0, 0, nil), ("print(\"abc)", 0, 0, nil), ("f({ $0 }, [1: (2)])", 0, 0, nil),
    ])
    func anOpenBracketIsTold(source: String, line: Int, column: Int, message: String?) {
        let mistakes = parse(source).mistakes
        if let message {
            #expect(mistakes.map { "\($0.line):\($0.column): \($0.message)" } == ["\(line):\(column): \(message)"])
        } else {
            #expect(mistakes.map(\.message) == [])
        }
    }

    @Test(arguments: [
        ("let x = f(x)", ["x": [10..<11]]), ("let y = x\nlet x = 1", ["x": [8..<9]]), ("let x = 1\nprint(x)", [:]),
        ("let x = a.x", [:]), ("let x = 1, y = x", [:]), ("for i in c { let x = i; f(x) }\nlet x = 1", [:]),
        ("let x = v.map { x in x }", [:]), ("let x = v.map { $0 + x }", ["x": [21..<22]]),
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
