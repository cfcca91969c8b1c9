/// A bar for each name. The bars of several marks in a chart stand side by side, those of equal names together.
///
/// ```swift
/// let chart = Chart("Accuracy", y: "%") {
///     Bars(["MLP", "CNN"], [91.2, 96.0], "training")
///     Bars(["MLP", "CNN"], [88.1, 91.4], "test")
/// }
/// ```
public struct Bars: Mark {
    /// The name in the legend.
    public let label: String?
    /// The colour; `nil` for the next of ``Color/series``.
    public let color: Color?
    /// The names below the bars.
    public let categories: [String]?
    private let values: [Double]
    /// The middle of each bar, and the width of all.
    private var centers: [Double]
    private var width = 0.72
    /// The number of names below the axis.
    private var placeCount: Int

    /// Bars from zero to each value. A `ShapeError` if there are not as many names as values.
    ///
    /// - Parameters:
    ///   - names: The names below the bars.
    ///   - values: The heights of the bars, as many as names.
    ///   - label: The name in the legend; `nil` for no entry.
    ///   - color: The colour; `nil` for the next of ``Color/series``.
    public init(_ names: [String], _ values: some Numbers, _ label: String? = nil, color: Color? = nil) {
        self.values = values.numbers
        checkEqualCounts("Bars", names.count, self.values.count, "names", "values")
        categories = names
        centers = names.indices.map(Double.init)
        placeCount = names.count
        self.label = label
        self.color = color
    }

    /// Bars start at zero.
    public var startsAtZero: Bool { true }
    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { ([-0.5, max(Double(placeCount), 1) - 0.5], values) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (center, value) in zip(centers, values) where plot.y.kind.shows(value) {
            let left = plot.point(center - width / 2, value).x
            let end = plot.pointWithinReach(center + width / 2, value)
            canvas.fill(
                Canvas.Rect(
                    x: left, y: min(plot.ground, end.y), width: end.x - left,
                    height: (end.y - plot.ground).magnitude),
                color)
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color)
    }
}

extension Bars: CountedMark {
    /// The bars beside those of other marks.
    ///
    /// - Parameters:
    ///   - number: The position of the mark, counted from 0.
    ///   - count: The number of marks with bars.
    ///   - categories: The names of all bars.
    func arranged(number: Int, of count: Int, categories: [String]) -> Bars {
        var bars = self
        bars.placeCount = categories.count
        let names = self.categories ?? []
        if names != categories, Set(categories).count == categories.count {
            let places = Dictionary(uniqueKeysWithValues: zip(categories, categories.indices))
            bars.centers = names.indices.map { Double(places[names[$0]] ?? $0) }
        }
        guard count > 1 else { return bars }
        let share = 0.8 / Double(count)
        bars.width = share * 0.94
        let shift = (Double(number) - Double(count - 1) / 2) * share
        bars.centers = bars.centers.map { $0 + shift }
        return bars
    }

    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus { NumberCensus(centers, values, .linear, y) }
}

extension Bars {
    /// How many bars there are, and the name.
    public var description: String { NumberText.count(values.count, "bar") + (label.map { ": \($0.onOneLine)" } ?? "") }
}
