import Foundation
import Plots
import Tensors
import Testing

@Suite struct ChartTests {
    /// The pixel of a rendered figure at a place in points.
    static func pixel(
        _ figure: Figure, _ place: Canvas.Point
    ) throws -> (red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
        let bitmap = try Bitmap(png: figure.png(density: 2))
        return bitmap[Int(place.x * 2), Int(place.y * 2)]
    }

    static func plot(_ chart: Chart) -> PlotArea {
        ChartDrawing(chart: chart, canvas: Canvas(width: chart.width, height: chart.height)).plotArea
    }

    @Test func aFigureHasTwoPixelsAPointAndAnOpaqueCardWithRoundCorners() throws {
        let bytes = Chart(width: 300, height: 200) { Line([1, 2, 3]) }.figure.png()
        let file = try #require(PNGFile(bytes))
        #expect((file.width, file.height) == (600, 400))
        let bitmap = try Bitmap(png: bytes)
        #expect(bitmap[0, 0].alpha == 0 && bitmap[599, 399].alpha == 0)
        #expect(bitmap[12, 0] == (0xFC, 0xFC, 0xFA, 255))
    }

    @Test func pointsLieAtTheirNumbers() throws {
        let chart = Chart(xRange: 0...10, yRange: 0...100) { Points(x: [2.5, 5], y: [25, 75], radius: 6) }
        let plot = Self.plot(chart)
        #expect(plot.point(0, 0) == Canvas.Point(plot.rect.x, plot.rect.bottom))
        #expect(plot.point(10, 100) == Canvas.Point(plot.rect.right, plot.rect.y))
        for (fraction, height) in [(0.25, 0.25), (0.5, 0.75)] {
            let place = Canvas.Point(
                plot.rect.x + plot.rect.width * fraction, plot.rect.bottom - plot.rect.height * height)
            // The first series colour, 0x0072B2, at 85 % over the card.
            let pixel = try Self.pixel(chart.figure, place)
            #expect(pixel.red < 60 && pixel.green > 100 && pixel.green < 150 && pixel.blue > 170)
        }
    }

    @Test func aGraphPassesThroughItsPointsAndOnlyThere() throws {
        let chart = Chart(xRange: 0...10, yRange: 0...10) {
            Line(x: [0, 10], y: [0, 10], color: Color(0xFF0000), width: 4)
        }
        let plot = Self.plot(chart)
        #expect(try Self.pixel(chart.figure, plot.point(3.3, 3.3)) == (255, 0, 0, 255))
        #expect(try Self.pixel(chart.figure, plot.point(3.3, 6.7)) != (255, 0, 0, 255))
    }

    @Test func aMissingNumberLeavesAGap() throws {
        let chart = Chart(xRange: 0...4, yRange: 0...2) { Line([1, 1, .nan, 1, 1], color: Color(0xFF0000), width: 4) }
        let plot = Self.plot(chart)
        #expect(try Self.pixel(chart.figure, plot.point(0.5, 1)) == (255, 0, 0, 255))
        #expect(try Self.pixel(chart.figure, plot.point(2.1, 1)) != (255, 0, 0, 255))
        #expect(try Self.pixel(chart.figure, plot.point(3.5, 1)) == (255, 0, 0, 255))
    }

    @Test func barsStandOnZero() throws {
        let chart = Chart { Bars(["a", "b"], [80, 40], color: Color(0xFF0000)) }
        let plot = Self.plot(chart)
        #expect(plot.point(0, 0).y == plot.rect.bottom)
        #expect(try Self.pixel(chart.figure, plot.point(0, 79)) == (255, 0, 0, 255))
        #expect(try Self.pixel(chart.figure, plot.point(1, 39)) == (255, 0, 0, 255))
        #expect(try Self.pixel(chart.figure, plot.point(1, 42)) != (255, 0, 0, 255))
    }

    @Test func aHistogramCountsEveryFiniteNumberOnce() {
        let histogram = Histogram([0, 0.5, 1, 1.5, 2, 3, 4, .nan, .infinity], bins: 4)
        #expect(histogram.edges == [0, 1, 2, 3, 4])
        #expect(histogram.counts == [2, 2, 1, 2])
        #expect(Histogram([7.0, 7.0], bins: 2).counts.reduce(0, +) == 2)
    }

    /// NumPy's rule (`numpy.histogram`): rounding does not move a number across an edge. 0.29 · 100 is 28.999….
    @Test func aNumberOnAnEdgeBelongsToTheIntervalAbove() {
        let numbers = (0...100).map { Double($0) / 100 }
        let histogram = Histogram(numbers, bins: 100)
        #expect(histogram.counts == Array(repeating: 1, count: 99) + [2])
    }

    @Test(arguments: [1e17, 1e6, -1e300, 1.7e308, Double.leastNonzeroMagnitude, 0])
    func equalNumbersHaveAHistogram(number: Double) {
        for numbers in [[number, number], [number, number.nextUp]] where numbers[1].isFinite {
            let histogram = Histogram(numbers, bins: 30)
            #expect(histogram.counts.reduce(0, +) == 2)
            #expect(histogram.edges.allSatisfy { $0.isFinite })
            #expect(zip(histogram.edges, histogram.edges.dropFirst()).allSatisfy(<))
            let bin = histogram.counts.firstIndex { $0 > 0 }!
            #expect(histogram.edges[bin] <= number && number <= histogram.edges[bin + 1])
        }
        #expect(Histogram([-1.7e308, 1.7e308], bins: 2).counts == [1, 1])
    }

    /// The number of pixels whose colour is far from grey.
    static func coloredPixels(_ chart: Chart) throws -> Int {
        let bytes = try Bitmap(png: chart.figure.png()).bytes
        return stride(from: 0, to: bytes.count, by: 4).lazy.filter {
            let (red, green, blue) = (Int(bytes[$0]), Int(bytes[$0 + 1]), Int(bytes[$0 + 2]))
            return max(red, green, blue) - min(red, green, blue) > 60
        }.count
    }

    @Test func barsStandOnALogarithmicAxis() throws {
        let bars = Chart(yScale: .logarithmic) { Bars(["a", "b", "c"], [1, 10, 1000], color: Color(0xFF0000)) }
        let plot = Self.plot(bars)
        for (place, value) in [1.0, 10, 1000].enumerated() {
            let end = plot.point(Double(place), value)
            #expect(plot.rect.bottom - end.y > 10)
            #expect(try Self.pixel(bars.figure, Canvas.Point(end.x, end.y + 3)) == (255, 0, 0, 255))
            #expect(try Self.pixel(bars.figure, Canvas.Point(end.x, plot.rect.bottom - 3)) == (255, 0, 0, 255))
            #expect(try Self.pixel(bars.figure, Canvas.Point(end.x, end.y - 3)) != (255, 0, 0, 255))
        }
        let values = Random.withSeed(1) { Tensor.normal([10_000]) }
        let linear = try Self.coloredPixels(Chart { Histogram(values, bins: 20) })
        let logarithmic = try Self.coloredPixels(Chart(yScale: .logarithmic) { Histogram(values, bins: 20) })
        #expect(linear > 10_000 && logarithmic > linear)
        #expect(try Self.coloredPixels(Chart(yScale: .logarithmic) { Bars(["a", "b"], [0, -3]) }) == 0)
        #expect(try Self.coloredPixels(Chart(yScale: .logarithmic) { Bars(["a", "b"], [5, 5]) }) > 10_000)
    }

    @Test func barsOfSeveralMarksStandSideBySide() throws {
        let (red, blue) = (Color(0xFF0000), Color(0x0000FF))
        let chart = Chart(yRange: 0...4) {
            Bars(["a", "b"], [1, 3], "x", color: red)
            Bars(["b", "c"], [2, 4], "y", color: blue)
        }
        let plot = Self.plot(chart)
        func color(_ place: Double, _ height: Double) throws -> Bool? {
            let pixel = try Self.pixel(chart.figure, plot.point(place, height))
            return pixel == (255, 0, 0, 255) ? true : pixel == (0, 0, 255, 255) ? false : nil
        }
        #expect(ChartLayoutTests.layout(chart).xTicks.map(\.label) == ["a", "b", "c"])
        // The middles of the two bars of each name are 0.2 to the left and to the right of it.
        #expect(try color(-0.2, 0.5) == true && color(0.2, 0.5) == nil)
        #expect(try color(0.8, 2.5) == true && color(1.2, 1.5) == false && color(1.2, 2.5) == nil)
        #expect(try color(1.8, 0.5) == nil && color(2.2, 3.5) == false)
    }

    @Test func tenClassesHaveTenColoursAndMoreHaveOtherShapes() throws {
        #expect(Color.series.count == 10)
        for (index, first) in Color.series.enumerated() {
            for second in Color.series[..<index] {
                // CIE 1976: a difference of 2.3 is just noticeable.
                let (a, b) = (Self.lab(first), Self.lab(second))
                let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                #expect(difference > 18, "\(index)")
            }
        }
        // The same point as the first and as the eleventh series: equal colours, different shapes.
        func picture(_ index: Int, _ mark: (String) -> any Mark) throws -> Bitmap {
            try Bitmap(
                png: Chart(xRange: 0...2, yRange: 0...2) {
                    for other in 0..<index { Points(x: [9 + other], y: [9.0]) }
                    mark("")
                }.figure.png())
        }
        func inked(_ bitmap: Bitmap) -> Int {
            stride(from: 0, to: bitmap.bytes.count, by: 4).count { bitmap.bytes[$0] < 40 && bitmap.bytes[$0 + 2] > 150 }
        }
        let (disc, square) = (
            try picture(0) { _ in Points(x: [1], y: [1.0], radius: 12) },
            try picture(10) { _ in Points(x: [1], y: [1.0], radius: 12) }
        )
        #expect(disc != square && inked(disc) > 500 && inked(square) > 500)
        let (solid, dashed) = (
            try picture(0) { _ in Line([0.5, 1, 1.5]) }, try picture(10) { _ in Line([0.5, 1, 1.5]) }
        )
        #expect(inked(dashed) > 100 && Double(inked(dashed)) < 0.85 * Double(inked(solid)))
    }

    /// The colour in CIELAB under D65, by the equations of CIE 15.
    static func lab(_ color: Color) -> [Double] {
        let linear = [color.red, color.green, color.blue].map { part -> Double in
            part <= 0.04045 ? part / 12.92 : exp(2.4 * log((part + 0.055) / 1.055))
        }
        let rows = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        let white = [0.9505, 1, 1.089]
        let f = zip(rows, white).map { row, white -> Double in
            let t = zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 } / white
            return t > 0.008856 ? exp(log(t) / 3) : 7.787 * t + 16.0 / 116
        }
        return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
    }

    @Test func aHeatmapTakesNoColourOfTheSeries() throws {
        let chart = Chart(xRange: 0...1, yRange: 0...1) {
            Heatmap(x: 0...1, y: 0...1, values: .zeros([2, 2]))
            Points(x: [0.5], y: [0.5], radius: 8)
        }
        let pixel = try Self.pixel(chart.figure, Self.plot(chart).point(0.5, 0.5))
        #expect(pixel.blue > 150 && pixel.red < 60)
    }

    /// Far outside the axes, a curve keeps its slope.
    @Test func aCurveThatLeavesTheAxesKeepsItsSlope() throws {
        let chart = Chart(xRange: 0...1, yRange: 0...1) {
            Line(x: [-1e12, 3e12], y: [-1e12, 3e12], color: Color(0xFF0000), width: 4)
        }
        let plot = Self.plot(chart)
        for place in [0.1, 0.5, 0.9] {
            #expect(try Self.pixel(chart.figure, plot.point(place, place)) == (255, 0, 0, 255))
        }
    }

    /// A curve of a million points is drawn through few, and shows its extremes.
    @Test func aLongCurveIsThinnedAndKeepsItsExtremes() throws {
        var values = Random.withSeed(3) { Tensor.uniform([1_000_000], in: -0.1...0.1).doubles }
        (values[500_123], values[250_007]) = (5, -3)
        let chart = Chart { Line(values, color: Color(0xFF0000)) }
        let plot = Self.plot(chart)
        for (index, value) in [(500_123, 4.5), (250_007, -2.5)] {
            let pixel = try Self.pixel(chart.figure, plot.point(Double(index), value))
            #expect(pixel.red > 200 && pixel.blue < 200)
        }
        let runs = CurveRuns((0..<values.count).map(Double.init), values, in: plot).runs
        #expect(runs.count == 1 && Double(runs[0].count) <= 4 * plot.rect.width + 8)
    }

    /// Gaps stay gaps in a thinned curve, and a short one keeps every point.
    @Test func thinningKeepsGapsAndShortCurves() {
        let plot = Self.plot(Chart(xRange: 0...99_999, yRange: 0...2) { Line([1, 2]) })
        let xs = (0..<100_000).map(Double.init)
        let gapped = xs.map { (40_000..<60_000).contains($0) ? .nan : 1 }
        let runs = CurveRuns(xs, gapped, in: plot).runs
        #expect(runs.count == 2)
        #expect(runs[0].first == plot.point(0, 1) && runs[0].last == plot.point(39_999, 1))
        #expect(runs[1].first == plot.point(60_000, 1) && runs[1].last == plot.point(99_999, 1))
        #expect(
            CurveRuns([0, 1, 2], [1, 2, 1], in: plot).runs == [[(0, 1), (1, 2), (2, 1)].map { plot.point($0, $1) }])
    }

    @Test func aChartWithoutANumberSaysSoInItsMiddle() throws {
        func text(_ chart: Chart) throws -> Bool {
            let bitmap = try Bitmap(png: chart.figure.png())
            let rect = Self.plot(chart).rect
            let dark = (Int(rect.center.x * 2) - 100..<Int(rect.center.x * 2) + 100).lazy.flatMap { column in
                (Int(rect.center.y * 2) - 12..<Int(rect.center.y * 2) + 12).lazy.map { bitmap[column, $0].red }
            }
            return dark.contains { $0 < 130 }
        }
        let silent = [
            Chart {}, Chart { Line([Double.nan, .infinity]) }, Chart { Line([Double]()) },
            Chart { Bars([], [Double]()) },
            Chart { Bars(["a"], [Double.nan]) }, Chart { Histogram([Double.nan]) }, Chart { Points(.zeros([0, 2])) },
            Chart(yScale: .logarithmic) { Line([0, -1]) }, Chart(yScale: .logarithmic) { Bars(["a"], [0]) },
            Chart { Heatmap(x: 0...1, y: 0...1, values: .full([2, 2], .nan)) },
            Chart(xRange: 0...1, yRange: 0...1) { Line(x: [Double.nan], y: [1.0]) },
        ]
        for (index, chart) in silent.enumerated() { #expect(try text(chart), "\(index)") }
        #expect(try !text(Chart(yRange: 0...1) { Line([0.2, .nan]) }))
    }

    @Test func emptyAndExtremeDataIsDrawn() throws {
        let charts = [
            Chart {}, Chart { Line([Double]()) }, Chart { Line([Double.nan]) }, Chart { Line([1.0]) },
            Chart { Line([-1e300, 1e300]) }, Chart { Line([1e-300, 2e-300]) },
            Chart(yScale: .logarithmic) { Line([0, -1]) },
            Chart(yScale: .logarithmic) { Line([1e-12, 1, 1e12]) }, Chart { Bars([], [Double]()) },
            Chart("title", x: "x", y: "y", width: 20, height: 10) { Line([1, 2], "label") },
            Chart { Line([-1.7e308, 1.7e308]) },
            Chart { Line([Double.leastNonzeroMagnitude, 2 * Double.leastNonzeroMagnitude]) },
            Chart { Line([1e16, 1e16 + 2]) },
            Chart { Points(x: [Double.infinity, -.infinity, .nan], y: [1, 2, 3]) },
            Chart(xRange: 3...3, yRange: 0 ... .infinity) { Line([1, 2]) },
            Chart(yScale: .logarithmic, yRange: 0...1) { Line([0.01, 1]) },
            Chart(xScale: .logarithmic, yScale: .logarithmic) { Histogram([-1, 0, 1, 10.0], bins: 4) },
            Chart(yRange: 1e300...1.1e300) { Bars(["a"], [1]) },
            Chart(xRange: 0...1e-300) { Points(x: [1e300], y: [1.0]) },
            Chart(xRange: 0.4...0.6) { Heatmap(x: -1e9...1e9, y: 0...1, values: .ones([20, 20])) },
            Chart { Heatmap(x: 0...1, y: 0...1, values: Tensor([[.infinity, -.infinity], [.nan, 1]])) },
            Chart { Line(over: -1.7e308...1.7e308) { $0 } }, Chart { Line(over: -1 ... .infinity) { $0 } },
        ]
        for chart in charts { #expect(PNGFile(chart.figure.png(density: 1)) != nil) }
    }

    /// Contrast of text by WCAG 2: at least 4.5 to 1; of curves at least 2.5 to 1.
    @Test func textAndCurvesStandOutFromTheCard() {
        #expect(Style.text.contrast(with: Style.background) > 7)
        #expect(Style.secondaryText.contrast(with: Style.background) > 4.5)
        for color in Color.series { #expect(color.contrast(with: Style.background) > 2.5) }
        #expect(abs(Color.black.contrast(with: .white) - 21) < 1e-9)
    }

    /// What cannot be drawn leaves the rest of the picture as it is.
    @Test func nothingThatCannotBeDrawnSpoilsTheRest() throws {
        let figure = Figure(width: 60, height: 40) { canvas in
            let (start, end) = (Canvas.Point(0, 0), Canvas.Point(60, 40))
            canvas.text("a", at: start, size: 0)
            canvas.text("a", at: start, size: .nan)
            canvas.line([start, end], .green, dash: [0, 0])
            canvas.line([start, end], .green, dash: [-1])
            canvas.line([Canvas.Point(.nan, 0), end], .green)
            let bitmap = Bitmap(width: 2, height: 2) { _, _ in (0, 0, 0) }
            canvas.image(bitmap, in: Canvas.Rect(x: 0, y: 0, width: 0, height: 9))
            canvas.fill(Canvas.Rect(x: 30, y: 0, width: 20, height: 20), Color(0xFF0000))
        }
        #expect(try Self.pixel(figure, Canvas.Point(45, 5)) == (255, 0, 0, 255))
    }

    /// Digits that say something, of any size.
    @Test func metricsShowTheirDigits() {
        let texts = [0.5213, 3.2e-5, 1.8e30, 0, 1234.5, .nan, -0.004, 0.0009999].map {
            NumberText.metric($0, decimals: 4)
        }
        #expect(texts == ["0.5213", "3.2×10⁻⁵", "1.8×10³⁰", "0.0000", "1234.5000", "NaN", "−0.0040", "0.0009999"])
    }

    @Test func aFigureThatCannotBeWrittenSaysWhere() {
        #expect { try Chart { Line([1, 2]) }.figure.save(to: "/nowhere/chart.png") } throws: {
            "\($0)".contains("/nowhere/chart.png")
        }
    }

    @Test func picturesStandSideBySideAndBelowEachOther() throws {
        let (red, blue) = (Self.square(Color(0xFF0000)), Self.square(Color(0x0000FF)))
        let row = Figure.row([red, blue], spacing: 4)
        #expect((row.width, row.height) == (44, 20))
        #expect(try Self.pixel(row, Canvas.Point(10, 10)) == (255, 0, 0, 255))
        #expect(try Self.pixel(row, Canvas.Point(34, 10)) == (0, 0, 255, 255))
        let column = Figure.column([red, blue])
        #expect((column.width, column.height) == (20, 40))
        #expect(try Self.pixel(column, Canvas.Point(10, 30)) == (0, 0, 255, 255))
    }

    static func square(_ color: Color) -> Figure {
        Figure(width: 20, height: 20) { $0.fill(Canvas.Rect(x: 0, y: 0, width: 20, height: 20), color) }
    }
}

@Suite struct HeatmapTests {
    /// Two rows of two values: the first row lies below, the second above.
    @Test func theFirstRowLiesAtTheLowerEnd() throws {
        let chart = Chart(xRange: 0...2, yRange: 0...2) {
            Heatmap(x: 0...2, y: 0...2, values: Tensor([[0, 0], [0, 1]]), colormap: .gray, strength: 1)
        }
        let plot = ChartTests.plot(chart)
        #expect(try ChartTests.pixel(chart.figure, plot.point(0.3, 0.3)).red < 10)
        #expect(try ChartTests.pixel(chart.figure, plot.point(1.7, 1.7)).red > 245)
        #expect(try ChartTests.pixel(chart.figure, plot.point(0.3, 1.7)).red < 10)
    }

    /// Between the cells' middles stand colours of the map, because values are interpolated and not colours.
    @Test func aSmoothMapHasTheColoursOfItsMap() throws {
        let chart = Chart(xRange: 0...2, yRange: 0...2) {
            Heatmap(
                x: 0...2, y: 0...2, values: Tensor([[0, 1], [1, 0]]), colormap: .viridis, strength: 1, isSmooth: true)
        }
        let (plot, map) = (ChartTests.plot(chart), (0..<256).map { Colormap.viridis.color(at: Double($0) / 255).bytes })
        for step in 1..<40 {
            let pixel = try ChartTests.pixel(chart.figure, plot.point(Double(step) / 20, 0.5))
            let distance = map.map { color in
                max(
                    abs(Int(color.red) - Int(pixel.red)), abs(Int(color.green) - Int(pixel.green)),
                    abs(Int(color.blue) - Int(pixel.blue)))
            }.min()!
            #expect(distance <= 2, "\(step): \(pixel)")
        }
    }

    @Test func fewCellsAreRectanglesOfOneColour() throws {
        let chart = Chart {
            Heatmap(x: 0...2, y: 0...1, values: Tensor([[0.9, 0.2]]), colormap: .viridis, strength: 1)
        }
        let plot = ChartTests.plot(chart)
        let colors = try [0.1, 0.5, 0.95].map { try ChartTests.pixel(chart.figure, plot.point($0, 0.5)) }
        #expect(colors[0] == colors[1] && colors[1] == colors[2])
        #expect(plot.point(0, 0).x == plot.rect.x && plot.point(2, 1).y == plot.rect.y)
    }
}
