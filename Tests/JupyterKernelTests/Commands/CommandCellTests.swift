import JupyterKernel
import Testing

/// A session whose cells have declared some names, on a machine with some programs.
struct Names: CommandNames {
    var declared: Set<String> = []
    var programs: Set<String> = ["ls", "test", "nvidia-smi", "cat"]

    func declares(_ name: String) -> Bool { declared.contains(name) }
    func isProgram(_ name: String) -> Bool { programs.contains(name) }
}

@Suite struct CommandCellTests {
    private func divided(_ source: String, declared: Set<String> = []) throws -> CommandCell {
        try CommandCell(source, names: Names(declared: declared))
    }

    private func commands(_ source: String, declared: Set<String> = []) throws -> [Command] {
        try divided(source, declared: declared).commands.map(\.command)
    }

    @Test func swiftAloneStaysAsItIs() throws {
        let source = "let a = 7\nlet b = a\n    % 2\nlet text = \"\"\"\n%who\n!ls\n\"\"\"\n"
        let cell = try divided(source)
        #expect(cell.isPlain && cell.swift == source && cell.program == source)
    }

    @Test func commandsStandAtTheHead() throws {
        let cell = try divided("\n// first\n%who\n\n  !ls -l\n%help time\nlet a = b\n  % c")
        #expect(
            cell.commands == [
                .init(command: .who, line: 3), .init(command: .shell("ls -l"), line: 5),
                .init(command: .help(try .named("%time")), line: 6),
            ])
        #expect(cell.swift == "\n// first\n    \n\n        \n          \nlet a = b\n  % c")
        #expect(cell.program == "\n// first\n// %who\n\n// !ls -l\n// %help time\nlet a = b\n  % c")
    }

    @Test(arguments: ["%who\r\nlet ä = 1\r\n", "  %help\n\t!echo ä€😀\nlet ä = 1", "%time  let ä = 1"])
    func everyByteOfSwiftStaysInItsPlace(source: String) throws {
        let swift = try divided(source).swift
        func place(in text: String) throws -> Int {
            let range = try #require(text.firstRange(of: "let ä = 1"))
            return text[..<range.lowerBound].utf8.count
        }
        #expect(try place(in: swift) == place(in: source))
        #expect(swift.utf8.count == source.utf8.count)
    }

    @Test(arguments: [
        ("let a = 1\n%who", "%who", 2), ("let a = 1\n\n  %time f()", "%time", 3), ("f()\n!ls -l", "!ls", 2),
        ("%who\nlet a = 1\n!git status", "!git", 3), ("let a = 1\n! nvidia-smi", "!nvidia", 2),
        ("f()\n!ls", "!ls", 2),
    ])
    func commandsBelowSwiftAreRefused(source: String, name: String, line: Int) {
        let error = CommandError(
            "\(name) stands below Swift: commands belong at the head of a cell",
            hint: "move the line to the beginning of the cell, or to a cell of its own", line: line)
        #expect(throws: error) { try divided(source) }
    }

    @Test(arguments: [
        "let ls = true\n!ls", "let a = 1\n!isReady", "let text = \"\"\"\n%who\n!ls -l\n\"\"\"",
        "f()\n// %who\n/*\n!ls\n*/",
        "prefix operator %\n%a", "f(\n!ls,\n1)",
    ])
    func swiftThatLooksLikeACommandIsSwift(source: String) throws { #expect(try divided(source).isPlain) }

    @Test func theRestOfACellIsTimed() throws {
        let below = try divided("!ls\n%timeit\nlet a = 1\n!a")
        #expect(below.timing == .repeatedly && below.commands.count == 1)
        #expect(below.swift == "   \n       \nlet a = 1\n!a")
        #expect(below.program == "// !ls\n// %timeit\nlet a = 1\n!a")
        let behind = try divided("%time f(x)\ng(x)")
        #expect(behind.timing == .once && behind.swift == "      f(x)\ng(x)" && behind.program == "f(x)\ng(x)")
        #expect(throws: CommandError("there is nothing to time", hint: "%time model(images)", line: 2)) {
            try divided("%time\n// nothing")
        }
    }

    @Test func aCellOfCommandsHasNoSwift() throws {
        #expect(try !divided("%who\n// why\n").hasSwift)
        #expect(try divided("%who\n1").hasSwift)
    }

    // MARK: Swift that looks like a command

    @Test(arguments: [
        "!isReady", "!isReady && ready", "!items.isEmpty", "!(a && b)", "!contains(3)", "!flags[0]", "!true",
        "!self.test",
        "!test", "!test\n  && isReady", "!ls.isEmpty", "!.random()", "!!isReady", "![true][0]", "!=",
        "!check(\"\"\"\nls -l\n\"\"\")",
    ])
    func anExpressionIsSwift(source: String) throws {
        #expect(try divided(source, declared: ["isReady", "ready", "items", "test", "ls", "check"]).isPlain)
    }

    @Test(arguments: [
        "!ls": "ls", "!ls -la": "ls -la", "!ls > list": "ls > list", "!nvidia-smi": "nvidia-smi",
        "! isReady": "isReady",
        "!git status": "git status", "!./run": "./run", "!/bin/ls": "/bin/ls", "!~/run": "~/run",
        "!for f in *; do echo $f; done": "for f in *; do echo $f; done", "!cat it's.txt": "cat it's.txt",
        "!test -f a": "test -f a",
    ])
    func aLineForTheShellIsACommand(source: String, command: String) throws {
        #expect(try commands(source, declared: ["isReady", "test"]) == [.shell(command)])
    }

    @Test func aNameThatACellDeclaredIsSwift() throws {
        #expect(try commands("!ls") == [.shell("ls")])
        #expect(try commands("!ls", declared: ["ls"]).isEmpty)
    }

    @Test func aPrefixOperatorOfACellIsSwift() throws {
        #expect(try commands("%who") == [.who])
        #expect(try commands("%who", declared: ["%"]).isEmpty)
    }

    // MARK: Mistakes

    @Test func anUnknownCommandNamesTheNearest() {
        #expect(throws: CommandError("there is no command %tiem", hint: "did you mean %time?", line: 2)) {
            try divided("\n%tiem f()")
        }
        #expect(throws: CommandError("there is no command %%timeit", hint: "did you mean %timeit?", line: 1)) {
            try divided("%%timeit\nf()")
        }
        #expect(throws: CommandError("there is no command %matplotlib", hint: "%help lists all commands", line: 1)) {
            try divided("%matplotlib inline")
        }
    }

    @Test func argumentsThatNobodyReadsAreAMistake() {
        #expect(throws: CommandError("%undo takes no arguments, but \"3\" follows it", hint: "%undo", line: 1)) {
            try divided("%undo 3")
        }
        #expect(throws: CommandError("%load needs one file", hint: "%load session.swift", line: 1)) {
            try divided("%load")
        }
        #expect(
            throws: CommandError(
                "7-3 is not the number of a cell or a range",
                hint: "%save file.swift 1-5 8 saves the cells 1 to 5, and 8", line: 1)
        ) {
            try divided("%save a.swift 7-3")
        }
    }

    @Test func filesAndCellsAreRead() throws {
        #expect(try commands("%save 'my cells.swift' 1-5 8") == [.save(path: "my cells.swift", cells: [1...5, 8...8])])
        #expect(try commands("%load ~/a.swift") == [.load(path: "~/a.swift")])
    }
}
