import Plots
import Tensors
import Testing

/// Where a chart's texts stand: none leaves the picture or covers another one, at any size.
@Suite struct ChartLayoutTests {
    static func layout(_ chart: Chart) -> ChartDrawing.Layout {
        ChartDrawing(chart: chart, canvas: Canvas(width: chart.width, height: chart.height)).layout()
    }

    /// The places of the labels below the x axis, in points.
    static func xSpans(_ chart: Chart) -> [ClosedRange<Double>] {
        let canvas = Canvas(width: chart.width, height: chart.height)
        let layout = layout(chart)
        let (plot, width) = (layout.plot, chart.width)
        return layout.xTicks.map { tick in
            let (middle, extent) = (plot.point(tick.value, 1).x, canvas.textWidth(tick.label))
            let start = max(min(middle - extent / 2, width - 3 - extent), 3)
            return start...start + extent
        }
    }

    static let ranges: [(Double, Double)] = [
        (-0.4, 0.4), (0.0, 1.0), (0, 50_000), (1_764_000_000, 1_764_000_050), (-1e-5, 1e-5), (3, 3), (-1e300, 1e300),
        (0.6931, 0.6932), (1e-300 / 1e10, 2e-300 / 1e10), (-123_456, 654_321),
    ]

    @Test(arguments: ranges) func labelsBelowTheAxisKeepClear(low: Double, high: Double) {
        for width in [110.0, 140, 200, 240, 480, 1600] {
            for height in [80.0, 140, 300] {
                let chart = Chart(width: width, height: height) { Line(x: [low, high], y: [low, high]) }
                let layout = Self.layout(chart)
                let spans = Self.xSpans(chart)
                if width >= 200 { #expect(spans.count >= 2, "\(low)…\(high), \(width)×\(height): \(layout.xTicks)") }
                for index in spans.indices {
                    #expect(spans[index].lowerBound >= 0 && spans[index].upperBound <= width)
                    if index > 0 { #expect(spans[index].lowerBound - spans[index - 1].upperBound >= 7.9) }
                }
                let rows = layout.yTicks.map { layout.plot.point(low, $0.value).y }
                for (upper, lower) in zip(rows.dropFirst(), rows) { #expect(lower - upper >= 12) }
                if height >= 140 { #expect(rows.count >= 2, "\(low)…\(high), \(width)×\(height)") }
                #expect(Set(layout.yTicks.map(\.label)).count == rows.count)
            }
        }
    }

    @Test func aNarrowChartHasSeveralNumbersBelowItsAxis() {
        let chart = Chart(xRange: -0.4...0.4, width: 200, height: 140) { Line(x: [-0.4, 0.4], y: [0, 1]) }
        #expect(Self.layout(chart).xTicks.map(\.label) == ["−0.4", "−0.2", "0.0", "0.2", "0.4"])
        let narrower = Chart(xRange: -0.4...0.4, width: 140, height: 140) { Line(x: [-0.4, 0.4], y: [0, 1]) }
        #expect(Self.layout(narrower).xTicks.map(\.label) == ["−0.4", "0.0", "0.4"])
    }

    @Test func whatTheTicksHaveInCommonStandsBesideTheAxis() {
        let chart = Chart("memory", x: "seconds", y: "loss") {
            Line(x: (0..<6).map { 1_764_000_000 + 10 * $0 }, y: (0..<6).map { 0.69314718056 - Double($0) * 1e-10 })
        }
        let layout = Self.layout(chart)
        #expect(layout.xTicks.map(\.label) == ["0", "10", "20", "30", "40", "50"])
        #expect(layout.xLabel == "seconds (+ 1,764,000,000)")
        #expect(layout.yLabel.hasPrefix("loss (+ 0.6931471"), "\(layout.yLabel)")
        #expect(Self.layout(Chart { Line(x: [1e9, 1e9 + 9], y: [0, 1]) }).xLabel == "+ 1,000,000,000")
    }

    /// Names below bars: at every size, of any number and length.
    @Test func namesOfManyBarsDoNotCoverEachOther() {
        let kinds: [(String, (Int) -> String)] = [
            ("short", { "\($0)" }), ("long", { "a long name of class \($0)" }), ("two lines", { "class\n\($0)" }),
        ]
        for (kind, name) in kinds {
            for count in [1, 2, 5, 10, 20, 64, 300] {
                for width in [160.0, 480, 1200] {
                    let chart = Chart(width: width) { Bars((0..<count).map(name), Tensor.ones([count])) }
                    let layout = Self.layout(chart)
                    let slots = layout.xTicks.map { layout.plot.point($0.value, 1).x }
                    #expect(!slots.isEmpty && layout.plot.rect.width >= width / 3)
                    if layout.isTurned {
                        // Turned by 38°, lines are this far apart.
                        for (left, right) in zip(slots, slots.dropFirst()) {
                            #expect((right - left) * 0.6157 >= 12.5, "\(kind), \(count) in \(width)")
                        }
                    } else {
                        for (left, right) in zip(Self.xSpans(chart), Self.xSpans(chart).dropFirst()) {
                            #expect(right.lowerBound - left.upperBound >= 4, "\(kind), \(count) in \(width)")
                        }
                    }
                }
            }
        }
        let many = Self.layout(Chart("b") { Bars((0..<64).map { "\($0)" }, Tensor.ones([64])) })
        #expect(!many.isTurned && many.xTicks.count >= 12)
        #expect(many.xTicks.allSatisfy { $0.label == "\(Int($0.value))" })
    }

    @Test func textsWithLineBreaksHaveLines() {
        let one = Self.layout(Chart("title", x: "epoch", y: "loss") { Line([3, 2, 1]) })
        let two = Self.layout(
            Chart("Training loss\nsecond run", x: "epoch\n(of 3)", y: "loss\n(nats)") { Line([3, 2, 1]) })
        #expect(two.title == "Training loss\nsecond run" && two.xLabel == "epoch\n(of 3)")
        #expect(two.plot.rect.y > one.plot.rect.y + 25 && two.plot.rect.bottom < one.plot.rect.bottom - 10)
        let bars = Self.layout(Chart { Bars(["a\nb", "c"], [1, 2]) })
        #expect(bars.xTicks.map(\.label) == ["a\nb", "c"])
        #expect(bars.plot.rect.bottom < Self.layout(Chart { Bars(["a", "c"], [1, 2]) }).plot.rect.bottom - 10)
    }

    /// A line break or another control character leaves the ink of two words, and no box.
    @Test(arguments: ["\n", "\r\n", "\t", "\u{7}", "\u{2028}"]) func controlCharactersAreNotDrawn(
        character: String
    ) throws {
        func ink(_ text: String) throws -> Int {
            let figure = Figure(width: 200, height: 60) {
                $0.text(text, at: Canvas.Point(10, 20))
            }
            let bitmap = try Bitmap(png: figure.png())
            return stride(from: 0, to: bitmap.bytes.count, by: 4).reduce(0) { $0 + 252 - Int(bitmap.bytes[$1]) }
        }
        let (broken, plain) = (try ink("ab" + character + "cd"), try ink("ab") + ink("cd") - ink(""))
        #expect(abs(broken - plain) < plain / 8, "\(broken), \(plain)")
    }

    @Test func aLegendOfManyNamesLeavesRoomForTheData() {
        for count in [1, 5, 10, 40, 300] {
            for (width, height) in [(200.0, 140.0), (480, 300), (1200, 600)] {
                let chart = Chart("title", x: "x", y: "y", width: width, height: height) {
                    for index in 0..<count { Line([1, 2], "series number \(index)") }
                }
                let rect = Self.layout(chart).plot.rect
                #expect(rect.height >= height * 0.15 && rect.bottom < height, "\(count) in \(width)×\(height): \(rect)")
            }
        }
    }

    @Test func whatIsNotShownIsSaid() {
        func note(_ chart: Chart) -> String { Self.layout(chart).note }
        #expect(note(Chart { Line([1, .nan, 2, .infinity]) }) == "2 values NaN or infinite")
        #expect(note(Chart(yScale: .logarithmic) { Line([1, 0, 2]) }) == "1 value at or below 0 not shown")
        #expect(note(Chart { Line([1, 2]) }) == "" && note(Chart {}) == "")
    }
}
