import Cells
import Testing

@Suite struct CompletenessTests {
    @Test(arguments: [
        "1 + 1", "let x = 3", "func f() {\n}\n", "", "print(\"{\")", "f { $0 }", "let text = \"\"\"\nabc\n\"\"\"",
        "print(\"/*\")", "// see src/*", "print(#\"/*\"#)", "let r = /a\\/*/", "/* a /* nested */ comment */",
        "// /*\nf()",
    ])
    func complete(source: String) { #expect(Completeness(of: source) == .complete) }

    @Test(arguments: [
        ("func f() {", "    "), ("f(", "    "), ("if a {\n  g(", "        "), ("let x =", ""), ("/* a comment", ""),
        ("let s = \"\"\"\nabc", ""), ("let s = \"\"\"", ""), ("[1, 2].map {", "    "),
        ("struct P {\n    var x: Int", "    "), ("/* not ended", ""), ("f() /* a /* nested */ one", ""),
        ("#if os(Linux)\nlet a = 1", ""), ("print(\"/*\") /* then", ""),
    ])
    func incomplete(source: String, indent: String) { #expect(Completeness(of: source) == .incomplete(indent: indent)) }

    @Test(arguments: ["let 3 = x", "} 1", "func () {}", "print(\"src/*\"))", "let = 5 // src/*", "}"])
    func invalid(source: String) { #expect(Completeness(of: source) == .invalid) }
}
