import Cells
import Testing
import WorkerProtocol

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

    // Two calls of a function that never returns became one, in the function and in top-level code: neither has a line.
    static let merged = """
        $s5Cell4gyyF
        /tmp/cells/cell 4:0:0

        Cell4_main
        /tmp/cells/cell 4:0:0
        """

    @Test func whatTheDebugInformationLacksIsCompleted() {
        func lines(_ trace: Symbolizer.Trace, innermost: Int?, _ statement: ClosedRange<Int>?) -> [String] {
            let place = innermost.map { WorkerReport.Failure.Place(cell: "cell 4", line: $0) }
            return trace.completed(innermost: place, cell: "cell 4", statement: statement).lines.map(
                \.place.description)
        }
        let trace = Symbolizer.parse(Self.merged)
        #expect(trace.lacksStatement && trace.lines.isEmpty)
        #expect(lines(trace, innermost: 2, 5...6) == ["cell 4, line 2", "cell 4, line 5"])
        #expect(lines(trace, innermost: 6, 5...6) == ["cell 4, line 6"])
        #expect(lines(trace, innermost: nil, 5...6) == ["cell 4, line 5"])
        let whole = Symbolizer.parse(Self.output)
        #expect(!whole.lacksStatement && whole.completed(innermost: nil, cell: "cell 5", statement: 1...1) == whole)
        #expect(lines(whole, innermost: 3, nil) == ["cell 4, line 3", "cell 5, line 2"])
        #expect(lines(Symbolizer.Trace(), innermost: nil, 2...2) == ["cell 4, line 2"])
        #expect(lines(Symbolizer.Trace(), innermost: nil, nil) == [])
    }

    @Test func nothingIsKnownOfNothing() { #expect(Symbolizer.parse("") == Symbolizer.Trace()) }
}
