import Cells
import Testing

@Suite struct WrappedVariableTests {
    private static let accessors = "{ get { _x.wrappedValue } set { _x.wrappedValue = newValue } }"

    @Test(arguments: [
        ("@W var x = 1", "var _x = W(wrappedValue: 1); var x: Int \(accessors)"),
        ("@W() var x = -0.5 // why", "var _x = W(wrappedValue: -0.5); var x: Double \(accessors) // why"),
        ("@W(\"a\", 0.5...2) var x = 1", "var _x = W(wrappedValue: 1, \"a\", 0.5...2); var x: Double \(accessors)"),
        ("@W(\"a\")\nvar x: Set<Int> = [1]", "var _x = W(wrappedValue: [1], \"a\");\nvar x: Set<Int> \(accessors)"),
        ("@W var x: Int", "var _x = W(); var x: Int \(accessors)"),
        ("@M.W(1) public var x = true", "var _x = M.W(wrappedValue: true, 1); public var x: Bool \(accessors)"),
    ])
    func aWrapperIsStoredBesideItsVariable(source: String, edited: String) {
        let cell = ParsedCell(source, name: "cell 1")
        #expect(cell.edited(with: cell.edits) == edited)
        #expect(cell.declarations.map(\.name).sorted() == ["_x", "x"])
    }

    @Test(arguments: ["@MainActor var x = 1", "struct S { @W var x = 1 }", "@available(*, deprecated) var x = 1"])
    func whatIsNoWrapperStays(source: String) {
        #expect(ParsedCell(source, name: "cell 1").edits == [])
    }

    @Test func aTypeThatCannotBeToldIsAskedFor() {
        let mistakes = ParsedCell("\n@W var rate = f()", name: "cell 1").mistakes
        #expect(mistakes.map(\.line) == [2])
        #expect(mistakes.first?.message.hasPrefix("write the type of 'rate' after its name") == true)
    }

    @Test func aProjectionIsThatOfTheVariableInReach() {
        let cell = ParsedCell("@W var x = 1\nf { $0 + $x }\nstruct S { @W var x = 1; func f() { $x } }", name: "cell 1")
        let edits = cell.edits + Scope().qualifications(for: cell)
        #expect(
            cell.edited(with: edits).hasSuffix(
                "\nf { $0 + _x.projectedValue }\nstruct S { @W var x = 1; func f() { $x } }"))
    }

    @Test func laterCellsReadWriteAndProjectIt() throws {
        try CompilerTests().withSession { session, _ in
            for (index, source) in [
                """
                @propertyWrapper final class Twice<Number: Numeric> {
                    var wrappedValue: Number
                    var projectedValue: Twice { self }
                    init(wrappedValue: Number, _ label: String, _ factor: Number) { self.wrappedValue = factor * wrappedValue }
                }
                @Twice("rate", 0.5) var rate = 2
                @Twice("count", 3) var count = 2
                func f() -> Double { rate * Double(count) }
                """,
                "rate += 0.5\ncount = $count.wrappedValue + Int(f())",
                "let rate = rate + $rate.wrappedValue",
            ].enumerated() {
                #expect(throws: Never.self) { session.adopt(try session.compile(source, number: index + 1)) }
            }
        }
    }
}
