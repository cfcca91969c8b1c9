import Cells
import Testing

/// Types whose cells run again unchanged. The toolchain compiles the cells for real.
@Suite struct ReuseTests {
    @Test(arguments: [
        "struct Q { var x = 1 }", "enum Q { case a; var x: Int { 1 }; init() { self = .a } }",
        "final class Q { var x = 1 }",
        "/// Documented.\nstruct Q { @available(*, deprecated) func f() {}; var x = 1 }; let other = 2\nprint(other)",
        "protocol P { var x: Int { get } }\nstruct Q: P { var x = 1 }\nextension Q: Equatable { static func == (a: Q, b: Q) -> Bool { a.x == b.x } }",
        "func one() -> Int { 1 }\nstruct Q { var x = one() }",
        "#if os(Linux)\nstruct Q { var x = 1 }\n#endif\nlet q = Q()",
        "class Base { init() {} }\nclass Q: Base { var x = 1; override init() { super.init() } }\nvar list = [Q()]\nlist.append(Q())",
    ])
    func anUnchangedTypeStaysTheSame(source: String) throws {
        let test = try TestSession()
        try test.run(source, id: "a")
        try test.run("var value = Q()\nfunc take(_ q: Q) -> Int { q.x }", id: "b")
        try test.run("extension Q { var twice: Int { x * 2 } }", id: "c")
        for _ in 0..<2 { #expect(try test.run(source, id: "a") == nil) }
        #expect(test.mistakes("take(value) + Q().twice + take(Q())") == [])
        #expect(test.session.variables.allSatisfy { $0.earlierCell == nil })
    }

    @Test func aTypeThatRefersToSomethingNewIsNew() throws {
        // A variable of its own cell, which gets a value again.
        let own = try TestSession()
        let source = "let scale = 2\nstruct Q { var z = 0; var y: Int { scale } }"
        try own.run(source, id: "a")
        try own.run("let q = Q()", id: "b")
        let note = try own.run(source, id: "a")
        #expect(note == "`q` is still of the earlier type `Q`: run cell 2 again.")
        // A function of another cell, which was changed.
        let other = try TestSession()
        try other.run("func f() -> Int { 1 }", id: "a")
        try other.run("struct Q { var y: Int { f() } }", id: "b")
        try other.run("let q = Q()", id: "c")
        try other.run("func f() -> Int { 2 }", id: "a")
        #expect(try other.run("struct Q { var y: Int { f() } }", id: "b") != nil)
        // A changed type beside an unchanged one that has it.
        let part = try TestSession()
        try part.run("struct A { var x = 1 }\nstruct B { var a = A() }\nstruct C {}", id: "a")
        try part.run("let b = B(), c = C()", id: "b")
        #expect(
            try part.run("struct A { var x = 2 }\nstruct B { var a = A() }\nstruct C {}", id: "a")
                == "`b` is still of the earlier type `B`: run cell 2 again.")
        // A member that another cell's extension has changed.
        let member = try TestSession()
        try member.run("extension Int { var half: Int { self / 2 } }", id: "a")
        try member.run("struct Q { var y: Int { 4.half } }", id: "b")
        try member.run("let q = Q()", id: "c")
        try member.run("extension Int { var half: Int { self / 3 } }", id: "a")
        #expect(try member.run("struct Q { var y: Int { 4.half } }", id: "b") != nil)
    }

    @Test func whatOnlyItsOwnFileReachesIsCompiledAgain() throws {
        let test = try TestSession()
        let source = "struct Q { fileprivate var x = 1 }\nprint(Q().x)"
        try test.run(source, id: "a")
        try test.run("let q = Q()", id: "b")
        #expect(test.session.diagnose(source) == [])
        #expect(try test.run(source, id: "a") == "`q` is still of the earlier type `Q`: run cell 2 again.")
    }

    @Test func theCellThatRanLastIsNamed() throws {
        let test = try TestSession()
        try test.run("struct Q {}\nlet q = Q()", id: "a")
        try test.run("struct Q {}\nlet q = Q()", id: "a")
        #expect(test.session.declarations.map { "\($0.text) \($0.cell)" } == ["struct Q 2"])
    }
}
