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

    @Test func emptyAndExtremeDataIsDrawn() throws {
        let charts = [
            Chart {}, Chart { Line([Double]()) }, Chart { Line([Double.nan]) }, Chart { Line([1.0]) },
            Chart { Line([-1e300, 1e300]) }, Chart { Line([1e-300, 2e-300]) },
            Chart(yScale: .logarithmic) { Line([0, -1]) },
            Chart(yScale: .logarithmic) { Line([1e-12, 1, 1e12]) }, Chart { Bars([], [Double]()) },
            Chart("title", x: "x", y: "y", width: 20, height: 10) { Line([1, 2], "label") },
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
}
