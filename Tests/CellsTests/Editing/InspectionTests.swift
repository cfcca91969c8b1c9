import Cells
import Testing

@Suite struct InspectionTests {
    static let comment = """
        Trains the network with ``Loss/crossEntropy`` or ``grad(_:of:)-(Tensor,Bool)``.

        ```swift
        - Parameters: are code here
        ```
        - Parameters:
          - epochs: The number of passes.
          - seed: Where random numbers begin.
        - Returns: What was learnt.
        """

    @Test func markdownSetsFieldsOff() {
        #expect(
            DocumentationComment(Self.comment).markdown == """
                Trains the network with `Loss.crossEntropy` or `grad(_:of:)`.

                ```swift
                - Parameters: are code here
                ```

                **Parameters**

                - `epochs`: The number of passes.
                - `seed`: Where random numbers begin.

                **Returns**: What was learnt.
                """)
    }

    @Test func plainTextKeepsToLines() {
        #expect(
            DocumentationComment("Doubles.\n- Parameter x: A number.\n- Parameter y: Another.\n- Throws: Never.")
                .plainText
                == "Doubles.\nParameters:\n  x: A number.\n  y: Another.\nThrows: Never.")
    }

    @Test func aDeclarationIsReadable() {
        #expect(
            Inspection.declaration(
                annotated:
                    "<Declaration>@discardableResult public final func f(_ a: <Type usr=\"s:Sa\">Array</Type>&lt;Int&gt;) -&gt; Int</Declaration>"
            )
                == "func f(_ a: Array<Int>) -> Int")
    }

    @Test func aLongDeclarationTakesALineForEachParameter() {
        let types = "[(Int, Int)], \(String(repeating: "b", count: 90)): (Int, Int) -> Int = { _, _ in 0 }"
        let name = String(repeating: "b", count: 90)
        #expect(
            Inspection.declaration("func f(a: \(types)) throws -> Int")
                == "func f(\n    a: [(Int, Int)],\n    \(name): (Int, Int) -> Int = { _, _ in 0 }\n) throws -> Int")
    }

    @Test func everythingTellsWhereItComesFrom() {
        let found = Inspection(
            declarations: ["func f()"], documentation: "Does.", alternatives: ["func f(a: Int)"], module: "Cell7_2")
        #expect(found.plainText() == "func f()\n\nDoes.")
        #expect(
            found.plainText(everything: true) == "func f()\n\nDoes.\n\nAlso:\nfunc f(a: Int)\n\nDeclared in cell 7.")
        #expect(found.markdown() == "```swift\nfunc f()\n```\n\nDoes.")
    }

    @Test func aVariableTellsWhatItHolds() {
        var found = Inspection(declarations: ["var p: P"], variable: "p")
        found.value = "P(x: 1,\ny: 2)"
        #expect(found.plainText() == "var p: P\n// P(x: 1,\n// y: 2)")
        #expect(found.markdown() == "```swift\nvar p: P\n// P(x: 1,\n// y: 2)\n```")
    }
}
