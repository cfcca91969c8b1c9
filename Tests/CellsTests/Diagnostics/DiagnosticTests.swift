import Cells
import Testing

@Suite struct DiagnosticTests {
    // As swift-frontend prints it.
    static let output = """
        cell 2:1:7: error: value of type 'String' has no member 'cont'
        "abc".cont
        ~~~~~ ^~~~
        cell 2:3:1: error: cannot find 'prin' in scope; did you mean 'print'?
        prin(1)
        ^~~~
        print
        Swift.print:1:13: note: 'print' declared here
        public func print(_ items: Any...)
                    ^
        """

    @Test func errorsAreReadWithTheirPlacesAndFixIts() {
        let found = Diagnostic.parse(Self.output)
        #expect(
            found.map(\.message) == [
                "value of type 'String' has no member 'cont'", "cannot find 'prin' in scope; did you mean 'print'?",
            ])
        #expect(found.map(\.line) == [1, 3])
        #expect(found.map(\.column) == [7, 1])
        #expect(found.map(\.suggestion) == [nil, "print"])
        #expect(found[1].notes.count == 1)
    }

    @Test func aRenderingHasPlaceSourceCaretAndASuggestionOnce() {
        #expect(
            Diagnostic.parse(Self.output)[1].rendering == """
                cell 2, line 3, column 1: cannot find 'prin' in scope; did you mean 'print'?
                    prin(1)
                    ^~~~
                """)
    }

    @Test(arguments: ["", "no diagnostics here", "a:b:c: error: x", ":::: error: "])
    func otherTextIsLeftOut(output: String) { #expect(Diagnostic.parse(output) == []) }

    /// What is underlined, by the caret's column and the compiler's marks.
    @Test(arguments: [
        ("let a = missing + 1", 9, "        ^", "missing"), ("pick(\"two\")", 6, "     ^", "\"two\""),
        ("\"abc\".cont", 7, "~~~~~ ^~~~", "cont"), ("a + \"b\"", 3, "~~^~~~~", "a + \"b\""), ("let 🙂 = é", 12, "", "é"),
        ("f(", 3, "  ^", "("), ("", 1, "^", ""),
    ])
    func thePlaceIsAWordOrWhatIsMarked(source: String, column: Int, marks: String, expected: String) throws {
        let text = "// é\n" + source
        let diagnostic = Diagnostic(
            severity: .error, message: "wrong", file: "cell 1", line: 2, column: column, excerpt: [source, marks])
        let range = diagnostic.range(in: text)
        #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == expected)
    }

    @Test func aPlaceBeyondTheSourceIsItsEnd() {
        let diagnostic = Diagnostic(severity: .error, message: "wrong", file: "cell 1", line: 9, column: 9)
        #expect(diagnostic.range(in: "let a") == 5..<5)
    }
}
