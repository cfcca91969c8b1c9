import Cells
import Testing

@Suite struct CompletenessTests {
    @Test(arguments: ["1 + 1", "let x = 3", "func f() {\n}\n", "", "print(\"{\")", "f { $0 }"])
    func complete(source: String) { #expect(Completeness(of: source) == .complete) }

    @Test(arguments: [
        ("func f() {", "    "), ("f(", "    "), ("if a {\n  g(", "        "), ("let x =", ""), ("/* a comment", ""),
        ("let s = \"\"\"\nabc", ""),
    ])
    func incomplete(source: String, indent: String) { #expect(Completeness(of: source) == .incomplete(indent: indent)) }

    @Test(arguments: ["let 3 = x", "} 1", "func () {}"])
    func invalid(source: String) { #expect(Completeness(of: source) == .invalid) }
}
