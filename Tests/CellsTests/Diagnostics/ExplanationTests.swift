import Cells
import Testing

/// What a student reads where a name means another thing than before. The toolchain compiles the cells for real.
@Suite struct ExplanationTests {
    /// Runs cells, of which the last does not compile; answers what is said about it.
    func mistake(_ sources: String...) throws -> [String] {
        let compiler = try Compiler(toolchain: .current(), library: nil)
        defer { compiler.removeFolder() }
        let session = CellSession(compiler: compiler)
        defer { session.interrupt() }
        for (index, source) in sources.dropLast().enumerated() {
            session.adopt(try session.compile(source, number: index + 1))
        }
        let found = #expect(throws: CompilationError.self) {
            try session.compile(sources[sources.count - 1], number: sources.count)
        }
        guard case .diagnosed(let diagnostics)? = found else { return [] }
        for diagnostic in diagnostics {
            for leak in ["Cell", "__swiftlet", "@testable", compiler.folder] {
                #expect(!diagnostic.rendering.contains(leak), "\(diagnostic.rendering)")
            }
        }
        return diagnostics.map(\.rendering)
    }

    /// Cells after which `rex`, `pack` and `walk` belong to a `Dog` that is defined again.
    let dogs = [
        "struct Dog { var age = 1 }", "let rex = Dog(), pack = [rex]\nfunc walk(_ dog: Dog) {}",
        "struct Dog { var age = 1; var name = \"\" }\nfunc pet(_ dog: Dog) {}",
    ]

    @Test func aValueOfAnEarlierTypeIsCalledThat() throws {
        #expect(
            try mistake(dogs[0], dogs[1], dogs[2], "pet(rex)") == [
                """
                cell 4, line 1, column 5: cannot convert value of type 'Dog' (the earlier one, of cell 1) to expected argument type 'Dog'
                    pet(rex)
                        ^
                'rex' belongs to the 'Dog' of cell 1, which cell 3 has defined again: run cell 2 again
                """
            ])
    }

    @Test func aFinalMethodIsAnsweredWithTheOneToOverride() throws {
        #expect(
            try mistake(
                "class Base { final func callAsFunction(_ x: Int) -> Int { forward(x) }; func forward(_ x: Int) -> Int { x } }",
                "class Own: Base { override func callAsFunction(_ x: Int) -> Int { 2 * x } }"
            ).first?.hasPrefix("cell 2, line 1, column 33: 'callAsFunction' is final; override 'forward' instead")
                == true)
    }

    @Test func anEarlierTypeIsFoundWithinOthers() throws {
        let found = try mistake(dogs[0], dogs[1], dogs[2], "let dogs: [Dog] = pack")
        #expect(found.count == 1)
        #expect(found.first?.contains("'[Dog]' (with the earlier 'Dog' of cell 1)") == true)
        #expect(
            found.first?.hasSuffix(
                "'pack' belongs to the 'Dog' of cell 1, which cell 3 has defined again: run cell 2 again") == true)
    }

    @Test func aFunctionOfAnEarlierTypeIsCalledThat() throws {
        let found = try mistake(dogs[0], dogs[1], dogs[2], "walk(Dog())")
        #expect(found.first?.contains("argument type 'Dog' (the earlier one, of cell 1)") == true)
        #expect(found.first?.contains("'walk' belongs to the 'Dog' of cell 1") == true)
    }

    @Test func aMemberThatOnlyTheNewTypeHasIsExplained() throws {
        let found = try mistake(dogs[0], dogs[1], dogs[2], "rex.name")
        #expect(found.first?.contains("value of type 'Dog' has no member 'name'") == true)
        #expect(found.first?.hasSuffix("run cell 2 again") == true)
        // A member that neither has is just a mistake.
        #expect(try mistake(dogs[0], dogs[1], dogs[2], "rex.weight").first?.contains("again") == false)
    }

    @Test(arguments: [
        ("learningrate + 1", "cannot find 'learningrate' in scope; did you mean 'learningRate'?"),
        ("print(lerningRate)", "cannot find 'lerningRate' in scope; did you mean 'learningRate'?"),
        ("Nework()", "cannot find 'Nework' in scope; did you mean 'Network'?"),
        ("let n: Netwrok", "cannot find type 'Netwrok' in scope; did you mean 'Network'?"),
        ("zzz", "cannot find 'zzz' in scope"), ("prin(1)", "cannot find 'prin' in scope; did you mean 'print'?"),
    ])
    func aMisspeltNameIsLookedForInAllCells(source: String, message: String) throws {
        let found = try mistake("let learningRate = 0.1\nstruct Network {}", source)
        #expect(found.count == 1)
        let lines = (found.first ?? "").split(separator: "\n")
        #expect(lines.count == 3 && lines.first?.hasSuffix(message) == true, "\(found)")
    }

    @Test func aMisspeltMemberIsCorrectedOnce() throws {
        let found = try mistake("struct Dog { func bark() {} }\nlet rex = Dog()", "rex.barkk()")
        #expect(found.map { $0.split(separator: "\n").count } == [3])
        #expect(found.first?.contains("did you mean 'bark'?") == true)
    }

    @Test func whatIsPrivateStaysInItsCell() throws {
        #expect(
            try mistake("private let hidden = 1\nprint(hidden)", "hidden").first?.contains(
                "cannot find 'hidden' in scope") == true)
    }

    @Test(arguments: [
        "let x = await 1 + nothing", "await nothing()", "precondition(nothing)", "let Dog = 1; Dog.x", "print(rex",
    ])
    func nothingOfTheCompilersIsShown(source: String) throws {
        #expect(try !mistake("struct Dog { var age = 1 }\nlet rex = Dog()", source).isEmpty)
    }
}
