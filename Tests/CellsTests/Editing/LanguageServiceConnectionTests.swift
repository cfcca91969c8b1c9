import Cells
import Testing

/// Services that do not answer, as the kernel meets them.
@Suite struct LanguageServiceConnectionTests {
    let draft = Draft(source: "x.", cursor: 2, prelude: "", arguments: [])

    @Test(arguments: [["/nonexistent/service"], ["/bin/false"], ["/bin/sleep", "60"]])
    func aServiceThatDoesNotAnswerHasNothingToSay(command: [String]) {
        let connection = LanguageServiceConnection(command: command, timeLimit: .milliseconds(300))
        defer { connection.shutDown() }
        #expect(connection.ask(.complete, about: draft) == .nothing)
        #expect(connection.ask(.inspect, about: draft) == .nothing)
    }

    @Test func afterItsEndNoServiceIsStarted() {
        let connection = LanguageServiceConnection(command: ["/bin/sleep", "60"], timeLimit: .seconds(60))
        connection.shutDown()
        #expect(connection.ask(.complete, about: draft) == .nothing)
    }

    @Test func aSimplerDraftKeepsTheStatementsBeforeAndTheCursorsLine() {
        let source = "let a = 1\nlet net = try Sequential {\n    Flatten()\n    Dense(a.\n}\nlet b = 2"
        let cursor = source.utf8.count - "\n}\nlet b = 2".utf8.count
        let simple = Draft(source: source, cursor: cursor, prelude: "import A\n", arguments: ["-O"]).simplified
        #expect(simple.source == "let a = 1\n\n    Dense(a.")
        #expect(simple.cursor == simple.source.utf8.count && simple.prelude == "import A\n")
        let first = Draft(source: "pri", cursor: 3, prelude: "", arguments: []).simplified
        #expect(first.source == "\npri")
    }
}
