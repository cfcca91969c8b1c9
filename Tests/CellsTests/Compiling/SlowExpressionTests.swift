import Cells
import Testing

/// Expressions on which the compiler would give up after many seconds.
@Suite(.serialized) struct SlowExpressionTests {
    @Test(arguments: [
        (
            "let a = 0.3, b = 0.4; let n = 5; let m = (a - b) * (a - b) / n + 0.5 * a",
            "this formula mixes Int with Double: 'n' is an Int, 'a' and 'b' are of type Double; write Double(n)"
        ),
        (
            "func f(_ x: Double, _ list: [Int]) -> Double {\n    let y = (x - 1) * (x - 1) / list.count + 0.5 * x - 2 * x\n"
                + "    return y\n}",
            "this formula mixes Int with Double: 'list.count' is an Int, 'x' is a Double; write Double(list.count)"
        ),
        (
            "let f: Float = 1, d = 0.5\nlet y = (f - 1) * (d - 1) / f + 0.5 * d - 2 * f * d",
            "this formula mixes Float with Double: 'f' is a Float, 'd' is a Double; write Double(f)"
        ),
    ])
    func numbersOfSeveralTypesAreTold(source: String, message: String) throws {
        let test = try TestSession()
        let clock = ContinuousClock()
        let start = clock.now
        #expect(test.mistakes(source) == [message])
        #expect(clock.now - start < .seconds(5))
    }

    @Test func whatAnEarlierCellDeclaredIsKnown() throws {
        let test = try TestSession()
        try test.run("let weights = [0.5, 0.25], steps = 10")
        #expect(
            test.mistakes("let y = (weights[0] - 1) * (weights[1] - 1) / steps + 0.5 * weights[0] - 2 * weights[1]")
                .first?
                .hasSuffix("; write Double(steps)") == true)
    }

    /// Correct cells on which the compiler alone would give up.
    @Test(arguments: [
        "let a = [1.0]\nlet g = Array((0..<3600).flatMap { [a[$0 % 60] + 1, a[$0 / 60], a[$0 % 7]] })",
        "import Foundation\nlet x = (0..<30).map { exp(-(Double($0) - 14.5) * (Double($0) - 14.5) / 8) }\nx[0]",
        "let m = [1.0, 2].map { x in [1.0, 2].map { y in (x - 1) * (y - 1) / (x * x + 1) + 0.5 * y - 2 * x } }",
    ])
    func whatTheCompilerTakesLongForIsCompiled(source: String) throws {
        let test = try TestSession()
        #expect(test.mistakes(source) == [])
    }

    @Test func aMissingImportIsTold() throws {
        let test = try TestSession()
        #expect(
            test.mistakes("let x = (0..<30).map { exp(-(Double($0) - 14.5) * (Double($0) - 14.5) / 8) }").first?
                .hasPrefix("'exp' comes from Foundation") == true)
    }

    @Test func afterAnUnknownNameNothingElseIsTold() throws {
        let test = try TestSession()
        let found = test.mistakes(
            "let shown = grid(.stack([(photo + 0.2).clipped(to: 0...1), ((photo - 0.5) * 1.6 + 0.5).clipped(to: 0...1)]), columns: 3)"
        )
        #expect(found.map { String($0.prefix(18)) } == ["cannot find 'grid'", "cannot find 'photo"])
    }
}
