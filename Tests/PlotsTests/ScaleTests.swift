import Plots
import Testing

@Suite struct ScaleTests {
    /// The values are those that D3's own tests state for `ticks(start, stop, count)`.
    @Test(arguments: [
        (0.0, 1.0, 10, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 1, 3, [0, 0.5, 1]),
        (0, 1, 1, [0, 1]),
        (0, 10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (0, 10, 4, [0, 2, 4, 6, 8, 10]),
        (0, 10, 2, [0, 5, 10]),
        (-10, 10, 10, [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10]),
        (-10, 10, 5, [-10, -5, 0, 5, 10]),
        (-10, 10, 2, [-10, 0, 10]),
    ]) func linearTicksAreThoseOfD3(low: Double, high: Double, count: Int, expected: [Double]) {
        #expect(Scale(.linear, low...high).ticks(about: count).list.map(\.value) == expected)
    }

    @Test func labelsShowNoMoreDecimalsThanTheStepNeeds() {
        #expect(Scale(.linear, 0...1).ticks(about: 5).list.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Scale(.linear, -0.01...0.01).ticks(about: 2).list.map(\.label) == ["−0.01", "0.00", "0.01"])
        #expect(Scale(.linear, 0...60_000).ticks(about: 3).list.map(\.label) == ["0", "20,000", "40,000", "60,000"])
        #expect(Scale(.linear, 0...4e7).ticks(about: 2).list.map(\.label) == ["0", "2×10⁷", "4×10⁷"])
    }

    @Test func logarithmicTicksArePowersOfTen() {
        #expect(
            Scale(.logarithmic, 0.001...1000).ticks(about: 6).list.map(\.label) == [
                "0.001", "0.01", "0.1", "1", "10", "100", "1000",
            ])
        #expect(Scale(.logarithmic, 1e-6...1).ticks(about: 3).list.map(\.label) == ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"])
        #expect(Scale(.logarithmic, 1...50).ticks(about: 5).list.map(\.value) == [1, 2, 5, 10, 20, 50])
    }

    @Test func aValueLiesWhereItsShareOfTheRangeSays() {
        #expect(Scale(.linear, -2...6).fraction(0) == 0.25)
        #expect(abs(Scale(.logarithmic, 0.01...100).fraction(1) - 0.5) < 1e-12)
    }

    @Test func dataWithoutExtentStillHasAScale() {
        let scale = Scale(.linear, fitting: 3...3)
        #expect(scale.range.lowerBound < 3 && scale.range.upperBound > 3)
        #expect(!scale.ticks(about: 4).list.isEmpty)
        #expect(!Scale(.logarithmic, fitting: 5...5).ticks(about: 4).list.isEmpty)
    }

    /// Ranges whose ends are hard to tell apart, or to write.
    static let narrowRanges: [(Double, Double)] = [
        (0.6931466, 0.6931472), (1_764_000_000, 1_764_000_050), (-1_764_000_050, -1_764_000_000), (99_999.5, 100_000.5),
        (1e17, 1.0000000000000096e17), (1e300, 1.00000000000001e300), (-1e300, 1e300), (-1.7e308, 1.7e308),
        (1e-300 / 1e10, 3e-300 / 1e10),
        (0, 10 * Double.leastNonzeroMagnitude), (1e-12, 1.0000001e-12), (0, 1e-7), (-2e-9, 5e-9),
        (123_456_000, 123_457_000), (1e15, 1_000_000_000_000_001),
        (0.1, 0.100000000000001), (999_999, 1_000_001), (0, 1), (3.0, 3.0000000001), (-7.00001e-5, -7e-5),
    ]

    /// Labels tell ticks apart: each is a number of its own, and together with the offset it is the tick's value.
    @Test(arguments: narrowRanges) func ticksAreToldApart(low: Double, high: Double) throws {
        for scale in [Scale(.linear, low...high), Scale(.linear, fitting: low...high)] {
            for count in 1...9 {
                let ticks = scale.ticks(about: count)
                #expect(Set(ticks.list.map(\.label)).count == ticks.list.count, "\(ticks)")
                #expect(Set(ticks.list.map(\.value)).count == ticks.list.count, "\(ticks)")
                #expect(count < 4 || ticks.list.count >= 2, "\(ticks)")
                let offset = ticks.offset.isEmpty ? 0 : try Self.number(ticks.offset)
                let step = ticks.list.count < 2 ? 0 : ticks.list[1].value - ticks.list[0].value
                for tick in ticks.list {
                    let distance = (try Self.number(tick.label) + offset - tick.value).magnitude
                    #expect(distance <= max(step * 1e-3, 2 * tick.value.ulp), "\(tick), \(ticks.offset)")
                    #expect(tick.label.count <= 11, "\(tick.label)")
                }
            }
        }
    }

    /// The number that a label shows.
    static func number(_ label: String) throws -> Double {
        let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        var text = label.filter { $0 != "," && $0 != " " && $0 != "+" }
        for (digit, raised) in digits.enumerated() { text = text.replacing(raised, with: "\(digit)") }
        text = text.replacing("×10", with: "e").replacing("⁻", with: "-").replacing("−", with: "-")
        return try #require(Double(text), "\(label)")
    }

    @Test func numbersWithManyCommonDigitsShowTheirDifferences() {
        let seconds = Scale(.linear, 1_764_000_000...1_764_000_050).ticks(about: 5)
        #expect(seconds.list.map(\.label) == ["0", "10", "20", "30", "40", "50"])
        #expect(seconds.offset == "+ 1,764,000,000")
        let losses = Scale(.linear, 0.6931466...0.6931472).ticks(about: 3)
        #expect(losses.list.map(\.label) == ["0.6931466", "0.6931468", "0.6931470", "0.6931472"])
        #expect(Scale(.linear, -1_764_000_050 ... -1_764_000_010).ticks(about: 4).offset == "− 1,764,000,000")
        #expect(Scale(.linear, 0...1e-6).ticks(about: 2).list.map(\.label) == ["0", "0.5×10⁻⁶", "1.0×10⁻⁶"])
    }

    static let extremeRanges: [(AxisScale, Double, Double)] = [
        (AxisScale.linear, 0.0, 0.0), (.linear, 7, 7), (.linear, -1e300, -1e300), (.linear, 1e-300, 1e-300),
        (.linear, 1.7e308, 1.7e308), (.linear, -1.7e308, 1.7e308),
        (.linear, Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude),
        (.logarithmic, Double.leastNonzeroMagnitude, 1.7e308), (.logarithmic, 3, 3),
        (.logarithmic, 1e-300 / 1e10, 2e-300 / 1e10),
        (.logarithmic, 1.7e308, 1.7e308), (.logarithmic, 1e8, 100_000_001), (.logarithmic, 0.5, 0.50001),
    ]

    @Test(arguments: extremeRanges) func anyDataHasAScaleWithTicks(kind: AxisScale, low: Double, high: Double) {
        let scale = Scale(kind, fitting: low...high)
        #expect(scale.range.lowerBound < scale.range.upperBound)
        #expect(scale.range.lowerBound.isFinite && scale.range.upperBound.isFinite)
        #expect((0...1).contains(scale.fraction(low)) && (0...1).contains(scale.fraction(high)))
        let ticks = scale.ticks(about: 5).list
        #expect(ticks.count >= 2 && Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
        for tick in ticks { #expect((-0.01...1.01).contains(scale.fraction(tick.value))) }
    }
}
