import Cells
import Foundation
import Testing

/// Cells are compiled for real, by the toolchain that compiled the tests.
@Suite struct CompilerTests {
    func withSession(_ body: (CellSession, Compiler) throws -> Void) throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        try body(CellSession(compiler: compiler), compiler)
    }

    @Test func laterCellsSeeEarlierOnes() throws {
        try withSession { session, _ in
            for (index, source) in [
                "struct P { var v = 1 }\nvar p = P()\nfunc f(_ a: Int) -> Int { a }",
                "extension P { var twice: Int { 2 * v } }\nextension P: CustomStringConvertible { var description: String { \"P\" } }",
                "struct Q { var p = P() }\nf(p.twice) + Q().p.v",
                "let p = \"\\(p)\"\nfunc f(_ a: String) -> String { a }",
                "f(p).count + f(1)",
            ].enumerated() {
                #expect(throws: Never.self) { session.adopt(try session.compile(source, number: index + 1)) }
            }
        }
    }

    /// Runs cells one after the other, each of which must compile.
    func succeed(_ sources: String...) throws {
        try withSession { session, _ in
            for (index, source) in sources.enumerated() {
                #expect(throws: Never.self, "\(source)") {
                    session.adopt(try session.compile(source, number: index + 1))
                }
            }
        }
    }

    @Test func membersOfTypesThatACellDoesNotNameAreWithinReach() throws {
        try succeed(
            "struct Dog { var age = 1; func bark() -> Int { age } }\nlet rex = Dog()", "let pack = [rex]",
            "struct Kennel { var dogs = pack }\nlet kennel = Kennel()", "kennel.dogs[0].age + kennel.dogs[0].bark()")
    }

    @Test func someMembersOfAnExtensionCanBeRedefined() throws {
        try succeed(
            "extension Int { var twice: String { \"\" }; var half: Int { self / 2 } }",
            "extension Int { var twice: Int { 2 * self } }", "let four: Int = 2.twice.half + 1.twice",
            "extension Int { var half: Double { Double(self) / 2 } }", "let quarter: Double = four.twice.half / 2")
    }

    @Test func operatorsPersist() throws {
        try succeed(
            "infix operator **: MultiplicationPrecedence\nfunc ** (a: Int, b: Int) -> Int { a }", "let a: Int = 2 ** 3",
            "func ** (a: Double, b: Double) -> Double { a }", "let b: Double = 2.0 ** 3.0")
    }

    @Test func aMistakeIsNamedByCellLineAndColumn() throws {
        try withSession { session, _ in
            #expect {
                try session.compile("let a = 1\nlet b = a + undefinedName", number: 7)
            } throws: { error in
                guard case .diagnosed(let found)? = error as? CompilationError else { return false }
                return found.map { "\($0.file) \($0.line) \($0.column)" } == ["cell 7 2 13"]
                    && found[0].excerpt[0] == "let b = a + undefinedName"
            }
        }
    }

    @Test(arguments: ["nam", "let x = 1\nx +", "[1, 2].foo", "try await nam()"])
    func messagesShowWhatTheStudentWrote(source: String) throws {
        try withSession { session, _ in
            do {
                _ = try session.compile(source, number: 1)
                Issue.record("it compiled")
            } catch CompilationError.diagnosed(let found) {
                for diagnostic in found {
                    #expect(diagnostic.file == "cell 1")
                    #expect(!diagnostic.rendering.contains("__swiftlet"))
                    #expect(source.contains(diagnostic.excerpt.first ?? "?"))
                }
            }
        }
    }

    @Test func aVariableThatNeverGotItsValueDoesNotHideAnEarlierOne() throws {
        try withSession { session, _ in
            session.adopt(try session.compile("let a = 1", number: 1))
            session.adopt(try session.compile("fatalError()\nlet a = \"text\", b = 2", number: 2), failedIn: 0)
            #expect(throws: CompilationError.self) { try session.compile("b", number: 3) }
            #expect(throws: Never.self) { try session.compile("let twice: Int = a + a", number: 4) }
        }
    }

    @Test func aFolderThatCannotBeWrittenIsNoMistakeOfTheCell() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil, folder: "/nonexistent/folder")
        #expect {
            try CellSession(compiler: compiler).compile("1 + 1", number: 1)
        } throws: { error in
            guard case .toolFailed(_, let message)? = error as? CompilationError else { return false }
            return message.contains("/nonexistent/folder") && message.contains("No such file or directory")
        }
    }

    @Test func foldersOfKernelsThatAreGoneAreRemoved() throws {
        let parent = FileManager.default.temporaryDirectory.path
        let ended = try Subprocess(["/bin/true"], descriptors: [-1, -1, -1])
        ended.wait()
        let abandoned = "\(parent)/swiftlet-\(ended.identifier)-aaaaaa"
        let others = "\(parent)/swiftlet-\(getppid())-aaaaaa"
        for folder in [abandoned, others] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: others) }
        Compiler.removeAbandonedFolders()
        try withSession { _, compiler in
            #expect(compiler.folder.hasPrefix("\(parent)/swiftlet-\(getpid())-"))
            #expect(!FileManager.default.fileExists(atPath: abandoned))
            #expect(FileManager.default.fileExists(atPath: others))
        }
    }

    @Test func anInterruptGivesUpTheCompilation() throws {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        // A formula that keeps the type checker busy for long.
        let source =
            "let x: Double = " + Array(repeating: "(1 - 2 * 3 as Double / -4)", count: 60).joined(separator: " + ")
        let task = BuildTask()
        Thread.detachNewThread {
            usleep(100_000)
            task.cancel()
        }
        #expect(throws: CompilationError.interrupted) { try compiler.compile(source, module: "Slow", task: task) }
    }
}
