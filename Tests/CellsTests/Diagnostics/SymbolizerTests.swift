import Cells
import Testing

@Suite struct SymbolizerTests {
    // As llvm-symbolizer prints it: for each address its inlined functions, innermost first, then an empty line.
    static let output = """
        Swift runtime failure: Index out of range
        /tmp/<compiler-generated>:0:0
        $sSayxSicigSi_Tg5
        /tmp/cells/<compiler-generated>:0:0
        $s5Cell44meanySdSaySdGF
        /tmp/cells/cell 4:3:17

        Cell5_main
        /tmp/cells/cell 5:2:7
        """

    @Test func aTraceHasTheReasonAndTheCellsLines() {
        let trace = Symbolizer.parse(Self.output)
        #expect(trace.reason == "Index out of range")
        #expect(
            trace.lines == [
                .init(cell: "cell 4", line: 3, column: 17, function: "mean(Swift.Array<Swift.Double>)"),
                .init(cell: "cell 5", line: 2, column: 7, function: nil),
            ])
    }

    @Test func nothingIsKnownOfNothing() { #expect(Symbolizer.parse("") == Symbolizer.Trace()) }
}
