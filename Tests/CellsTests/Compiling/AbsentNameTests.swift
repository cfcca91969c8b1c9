import Cells
import Testing

/// What is said of names that a cell would have declared.
@Suite struct AbsentNameTests {
    @Test func aVariableBehindTheFailureIsExplained() throws {
        let test = try TestSession()
        let stop = CellStop(.failed("ShapeError"), line: 2)
        try test.run("let first = 1\nlet model = first\nvar never = 2", id: "a", failingIn: 1, because: stop)
        #expect(test.mistakes("first") == [])
        for name in ["model", "never"] {
            #expect(
                test.mistakes("print(\(name))") == [
                    "cannot find '\(name)' in scope; '\(name)' would come from cell 1, which stopped at line 2 (ShapeError): "
                        + "mend it and run it again"
                ])
        }
        // The cell is mended, and declares one of them.
        try test.run("let model = 1", id: "a")
        #expect(test.mistakes("model") == [])
        #expect(test.mistakes("never").first?.contains("would come") == false)
    }

    @Test func namesOfACellThatDoesNotCompileAreExplained() throws {
        let test = try TestSession()
        #expect(test.mistakes("let a = 1\nstruct Network {}\nlet wrong: Int = \"\"").count == 1)
        #expect(
            test.mistakes("a") == [
                "cannot find 'a' in scope; 'a' would come from cell 1, which does not compile (line 3): mend it and run it again"
            ])
        #expect(
            test.mistakes("let n: Network").first?.contains("'Network' would come from cell 1, which does not") == true)
    }

    @Test func otherEndingsAreExplained() throws {
        let test = try TestSession()
        try test.run("let a = 1", failingIn: 0, because: CellStop(.interrupted, line: 1))
        #expect(test.mistakes("a").first?.hasSuffix("cell 1, which was interrupted at line 1: run it again") == true)
        let ended = try test.session.compile("let b = 1", number: 7)
        test.session.attempt(ended)
        test.session.lose(ended, because: CellStop(.failed("ProcessEnded")))
        #expect(test.mistakes("b").first?.contains("cell 7, which stopped (ProcessEnded): mend it") == true)
        try test.run("let c = 1")
        test.session.rewind()
        #expect(test.mistakes("c").first?.contains(", which was taken back: run it again") == true)
        try test.run("let d = 1")
        test.session.reset()
        #expect(test.mistakes("d").first?.contains(", whose variables are gone: run it again") == true)
    }

    @Test func cellsBehindAFailureAreExplained() throws {
        let test = try TestSession()
        test.session.announce("let later = 1")
        #expect(!test.mistakes("wrong").isEmpty)
        #expect(
            test.mistakes("later").first?.hasSuffix(
                "'later' would come from another cell, which has not run, since cell 1 failed: run it after that one")
                == true)
    }

    @Test func importsOfACellThatDoesNotCompileHold() throws {
        let test = try TestSession()
        #expect(!test.mistakes("import Foundation\nimport NotThere\nlet x = sqrt(2.0)").isEmpty)
        #expect(test.mistakes("sqrt(2.0)") == [])
        #expect(!test.mistakes("import Glibc\nlet x: Int = \"\"").isEmpty)
        #expect(test.mistakes("getpid()") == [])
    }

    @Test func whatOnlyFollowsFromAnUnknownNameIsNotTold() throws {
        let test = try TestSession()
        #expect(
            test.mistakes("let m = f(nothing, .relu, nothing)").map { String($0.prefix(18)) } == [
                "cannot find 'f' in", "cannot find 'nothi",
            ])
    }
}
