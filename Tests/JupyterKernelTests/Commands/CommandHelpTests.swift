import JupyterKernel
import Testing

@Suite struct CommandHelpTests {
    @Test func everyCommandIsListedAndExplained() throws {
        for help in CommandHelp.all {
            #expect(CommandHelp.overview.contains(help.summary))
            #expect(
                help.text.contains(help.name) && help.text.contains(help.details) && help.text.contains(help.example))
            #expect(try CommandHelp.named(help.name) == help)
        }
    }

    @Test func theMarkOfANameMayBeMissing() throws { #expect(try CommandHelp.named("who").name == "%who") }

    @Test func theExamplesAreCommands() throws {
        for help in CommandHelp.all {
            let cell = try CommandCell(help.example, names: Names())
            #expect(!cell.isPlain, "\(help.example)")
        }
    }

    @Test func aQuestionMarkBehindANameAsksForHelp() throws {
        #expect(try CommandCell("%time?", names: Names()).commands.map(\.command) == [.help(.named("%time"))])
    }

    // MARK: While it is being written

    private func line(_ text: String) -> CommandLine? {
        let cursor = text.firstIndex(of: "|") ?? text.endIndex
        let code = text.replacing("|", with: "")
        return CommandLine(
            in: code, at: code.index(code.startIndex, offsetBy: text.distance(from: text.startIndex, to: cursor)))
    }

    @Test(arguments: [
        "%ti|": ["%time", "%timeit"], "// why\n!ls\n  %wh|": ["%who"], "%help ti|": ["%time", "%timeit"],
        "%help %u|": ["%undo"],
        "%xyz|": [],
    ])
    func namesAreCompleted(text: String, names: [String]) throws {
        #expect(try #require(line(text)?.completions).matches.map(\.text) == names)
    }

    @Test func aCompletionTakesThePlaceOfWhatWasTyped() throws {
        let code = "%help ti"
        let completions = try #require(CommandLine(in: code, at: code.endIndex)?.completions)
        #expect(code[completions.range] == "ti")
        #expect(completions.matches[0].signature == "run the cell and print how long each phase took")
    }

    @Test(arguments: ["let a = 7\n%ti|", "%time f(a|", "a % ti|", "%time\n%wh|", "!ls|", "%who a|"])
    func nothingElseIsCompleted(text: String) { #expect(line(text)?.completions == nil) }

    @Test(arguments: [
        "%time|": "%time", "%ti|me f()": "%time", "%package path: a|": "%package", "|%who": "%who", "!ls|": "!",
    ])
    func theCommandUnderTheCursorIsExplained(text: String, name: String) { #expect(line(text)?.help?.name == name) }

    @Test(arguments: ["%time f(|)", "let a = 1\n%who|", "%tiem|", "print(%time|)"])
    func nothingElseIsExplained(text: String) { #expect(line(text)?.help == nil) }
}
