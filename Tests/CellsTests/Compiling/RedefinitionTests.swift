import Cells
import Testing

/// The notes about cells that count on an earlier declaration. The toolchain compiles the cells for real.
@Suite struct RedefinitionTests {
    /// Runs cells one after the other; answers the last one's note.
    func note(_ cells: (source: String, id: String?)..., failing: Int? = nil) throws -> String? {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        var note: String?
        for (index, (source, id)) in cells.enumerated() {
            let cell = try session.compile(source, number: index + 1, id: id)
            session.attempt(cell)
            note = session.adopt(cell, failedIn: index + 1 == failing ? 0 : nil)
            if index < cells.count - 1 { #expect(note == nil, "cell \(index + 1)") }
        }
        return note
    }

    @Test func whoUsedAValueIsTold() throws {
        #expect(
            try note(
                ("let rate = 0.1, other = 1", "a"), ("let step = rate * 2", "b"), ("other", "c"), ("print(rate)", "d"),
                ("let rate = 0.2", "a")) == "Cells 2 and 4 used the previous `rate`.")
    }

    @Test func withoutNamesOfCellsANewSourceIsANewDefinition() throws {
        #expect(
            try note(("func f() -> Int { 1 }", nil), ("let x = f()", nil), ("func f() -> Int { 2 }", nil))
                == "Cell 2 used the previous `f`.")
    }

    @Test func variablesOfAnEarlierTypeAreTold() throws {
        #expect(
            try note(
                ("struct Dog { var age = 0 }", "a"), ("let rex = Dog(), n = 1", "b"), ("let pack = [Dog()]", "c"),
                ("struct Dog { var age = 1 }", "a"))
                == "`rex` and `pack` are still of the earlier type `Dog`: run cells 2 and 3 again, in this order.")
    }

    @Test func aTypeIsSeenWithinOthers() throws {
        #expect(
            try note(
                ("class Dog {}\nclass Box<T> {}", "a"), ("let pet = Box<Dog>(), train = { (dog: Dog?) in }", "b"),
                ("class Dog { var age = 1 }\nclass Box<T> { var pet: T? }", "a"))
                == "`pet` and `train` are still of the earlier type `Box` or `Dog`: run cell 2 again.")
    }

    @Test func functionsAndExtensionsOfAnEarlierTypeAreTold() throws {
        #expect(
            try note(
                ("struct Dog {}", "a"), ("extension Dog { func bark() {} }", "b"), ("func feed(_ dog: Dog) {}", "c"),
                ("struct Dog { var age = 1 }", "a")) == "Cells 2 and 3 used the previous `Dog`.")
    }

    @Test func theSameTypeDeclaredAgainIsTheSame() throws {
        #expect(
            try note(("struct Dog { var age = 0 }", "a"), ("let rex = Dog()", "b"), ("struct Dog { var age = 0 }", "a"))
                == nil)
    }

    @Test func eachRedefinitionIsTold() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        var notes: [String?] = []
        for (index, source) in [
            "struct A { var x = 1 }", "let v = A()", "struct A { var x = 1; var y = 2 }", "let w = A()",
            "struct A { var x = 1; var y = 2; var z = 3 }",
        ].enumerated() {
            let cell = try session.compile(source, number: index + 1)
            session.attempt(cell)
            notes.append(session.adopt(cell))
        }
        #expect(
            notes == [
                nil, nil, "`v` is still of the earlier type `A`: run cell 2 again.", nil,
                "`v` and `w` are still of the earlier type `A`: run cells 2 and 4 again, in this order.",
            ])
        #expect(session.variables.map(\.earlierCell) == [1, 3])
    }

    @Test func whoUsedAValueThatWasAssignedOverIsTold() throws {
        #expect(
            try note(("var b = 1", "a"), ("print(b)", "b"), ("b = 5", "c")) == "Cell 2 used the previous `b`.")
        // The cell that assigns has not used it.
        #expect(
            try note(("var b = 1", "a"), ("b = 5\nlet c = b", "b"), ("b += 1", "c"), ("var b = 2", "a"))
                == "Cell 3 used the previous `b`.")
    }

    @Test func anAssignmentThatChangesNothingIsNotTold() throws {
        // It continues the earlier value.
        #expect(try note(("var b = 1", "a"), ("print(b)", "b"), ("b = b + 1", "c")) == nil)
        #expect(try note(("var b = 1", "a"), ("print(b)", "b"), ("b += 1", "c")) == nil)
        // The same value as the last time.
        #expect(try note(("var b = 1", "a"), ("b = 5", "c"), ("print(b)", "b"), ("b = 5", "c")) == nil)
    }

    @Test func thereIsNoNoteWithoutReason() throws {
        // Nothing depends on it.
        #expect(try note(("let a = 1\nstruct S {}", "a"), ("let b = 1", "b"), ("let a = 2\nstruct S {}", "a")) == nil)
        // The same definition.
        #expect(try note(("let a = 1", "a"), ("let b = a", "b"), ("let a = 1", "a")) == nil)
        // A value that continues the earlier one.
        #expect(try note(("let a = 1", "a"), ("let b = a", "b"), ("let a = a + 1", "c")) == nil)
        // Whoever used it has been run again since.
        #expect(try note(("let a = 1", "a"), ("a + 1", "b"), ("a + 2", "b"), ("let c = 2", "c")) == nil)
        // Whoever used it failed, and wants to be run again anyway.
        #expect(try note(("let a = 1", "a"), ("print(a)", "b"), ("let a = 2", "a"), failing: 2) == nil)
        // A function of the same name with other parameters.
        #expect(try note(("func f() {}", "a"), ("f()", "b"), ("func f(_ x: Int) {}", "c")) == nil)
        // A name that happens to be a member's.
        #expect(try note(("let count = 1", "a"), ("[1].count", "b"), ("let count = 2", "a")) == nil)
    }

    @Test func onlyTheLastRunOfACellCounts() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        var notes: [String?] = []
        for (index, (source, id)) in [
            ("let a = 1", "a"), ("let b = a", "b"), ("let a = 2", "a"), ("let b = a", "b"), ("let a = 3", "a"),
        ].enumerated() {
            let cell = try session.compile(source, number: index + 1, id: id)
            session.attempt(cell)
            notes.append(session.adopt(cell))
        }
        #expect(notes == [nil, nil, "Cell 2 used the previous `a`.", nil, "Cell 4 used the previous `a`."])
    }

    @Test func cellsThatWaitToRunAgainAreNotTold() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        for (index, (source, id)) in [("let a = 1", "a"), ("let b = a", "b"), ("let c = a", "c")].enumerated() {
            let cell = try session.compile(source, number: index + 1, id: id)
            session.attempt(cell)
            session.adopt(cell)
        }
        session.announce("let b = a")
        let again = try session.compile("let a = 2", number: 4, id: "a")
        session.attempt(again)
        #expect(session.adopt(again) == "Cell 3 used the previous `a`.")
        // Another cell that takes up the name while more are to come: the notebook is run from top to bottom.
        let later = try session.compile("let a = 3", number: 5, id: "d")
        session.announce("print(a)")
        #expect(session.adopt(later) == nil)
    }
}
