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
        #expect(Scale(.linear, low...high).ticks(about: count).map(\.value) == expected)
    }

    @Test func labelsShowNoMoreDecimalsThanTheStepNeeds() {
        #expect(Scale(.linear, 0...1).ticks(about: 5).map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Scale(.linear, -0.01...0.01).ticks(about: 2).map(\.label) == ["−0.01", "0.00", "0.01"])
        #expect(Scale(.linear, 0...60_000).ticks(about: 3).map(\.label) == ["0", "20,000", "40,000", "60,000"])
        #expect(Scale(.linear, 0...4e7).ticks(about: 2).map(\.label) == ["0", "2×10⁷", "4×10⁷"])
    }

    @Test func logarithmicTicksArePowersOfTen() {
        #expect(
            Scale(.logarithmic, 0.001...1000).ticks(about: 6).map(\.label) == [
                "0.001", "0.01", "0.1", "1", "10", "100", "1000",
            ])
        #expect(Scale(.logarithmic, 1e-6...1).ticks(about: 3).map(\.label) == ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"])
        #expect(Scale(.logarithmic, 1...50).ticks(about: 5).map(\.value) == [1, 2, 5, 10, 20, 50])
    }

    @Test func aValueLiesWhereItsShareOfTheRangeSays() {
        #expect(Scale(.linear, -2...6).fraction(0) == 0.25)
        #expect(abs(Scale(.logarithmic, 0.01...100).fraction(1) - 0.5) < 1e-12)
    }

    @Test func dataWithoutExtentStillHasAScale() {
        let scale = Scale(.linear, fitting: 3...3)
        #expect(scale.range.lowerBound < 3 && scale.range.upperBound > 3)
        #expect(!scale.ticks(about: 4).isEmpty)
        #expect(!Scale(.logarithmic, fitting: 5...5).ticks(about: 4).isEmpty)
    }
}
