/// A chart: marks on a pair of axes. A cell whose last expression is a chart shows it.
///
/// ```swift
/// let chart = Chart("Activations", x: "z", y: "a") {
///     Line(over: -4...4, "ReLU") { max($0, 0) }
///     Line(over: -4...4, "leaky ReLU") { max($0, 0.1 * $0) }
/// }
/// ```
public struct Chart: Sendable {
    /// Collects the marks between a chart's braces, where `if` and `for` can be used.
    @resultBuilder public enum Builder {
        /// A mark.
        public static func buildExpression(_ mark: some Mark) -> [any Mark] { [mark] }
        /// Several marks.
        public static func buildExpression(_ marks: [any Mark]) -> [any Mark] { marks }
        /// All marks in order.
        public static func buildBlock(_ parts: [any Mark]...) -> [any Mark] { parts.flatMap { $0 } }
        /// The marks of every iteration of a loop.
        public static func buildArray(_ parts: [[any Mark]]) -> [any Mark] { parts.flatMap { $0 } }
        /// The marks under a condition.
        public static func buildOptional(_ part: [any Mark]?) -> [any Mark] { part ?? [] }
        /// The marks if a condition holds.
        public static func buildEither(first part: [any Mark]) -> [any Mark] { part }
        /// The marks if it does not.
        public static func buildEither(second part: [any Mark]) -> [any Mark] { part }
    }

    /// The title; empty for none.
    public var title: String
    /// The label of the x axis; empty for none.
    public var xLabel: String
    /// The label of the y axis; empty for none.
    public var yLabel: String
    /// The scale of the x axis.
    public var xScale: AxisScale
    /// The scale of the y axis.
    public var yScale: AxisScale
    /// The range of the x axis; `nil` to fit the marks.
    public var xRange: ClosedRange<Double>?
    /// The range of the y axis; `nil` to fit the marks.
    public var yRange: ClosedRange<Double>?
    /// The width in points.
    public var width: Double
    /// The height in points.
    public var height: Double
    /// The marks, drawn in order.
    public var marks: [any Mark]

    /// A chart of the marks between its braces.
    ///
    /// - Parameters:
    ///   - title: The title; empty for none.
    ///   - x: The label of the x axis; empty for none.
    ///   - y: The label of the y axis; empty for none.
    ///   - xScale: The scale of the x axis.
    ///   - yScale: The scale of the y axis.
    ///   - xRange: The range of the x axis; `nil` to fit the marks.
    ///   - yRange: The range of the y axis; `nil` to fit the marks.
    ///   - width: The width in points.
    ///   - height: The height in points.
    ///   - marks: The marks.
    public init(
        _ title: String = "", x: String = "", y: String = "", xScale: AxisScale = .linear, yScale: AxisScale = .linear,
        xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil, width: Double = 480,
        height: Double = 300,
        @Builder marks: () -> [any Mark]
    ) {
        self.title = title
        xLabel = x
        yLabel = y
        self.xScale = xScale
        self.yScale = yScale
        self.xRange = xRange
        self.yRange = yRange
        self.width = width
        self.height = height
        self.marks = marks()
    }

    /// The chart as a picture, for ``Figure/save(to:density:)``, ``Figure/row(_:spacing:)`` and
    /// ``Figure/column(_:spacing:)``.
    public var figure: Figure {
        let named = marks.compactMap(\.label)
        let subject = title.isEmpty ? [yLabel, xLabel].filter { !$0.isEmpty }.joined(separator: " over ") : title
        let description =
            "chart" + (subject.isEmpty ? "" : " of \(subject)")
            + (named.isEmpty ? "" : ": \(named.joined(separator: ", "))")
        return Figure(width: width, height: height, description: description) {
            ChartDrawing(chart: self, canvas: $0).draw()
        }
    }
}

/// One drawing of a chart. Its layout depends on how wide the texts are on the canvas.
package struct ChartDrawing {
    let chart: Chart
    let canvas: Canvas

    private let x: Scale
    private let y: Scale
    private let colors: [Color]
    private let categories: [String]?

    package init(chart: Chart, canvas: Canvas) {
        self.chart = chart
        self.canvas = canvas
        x = Self.scale(chart.xScale, chart.xRange, chart.marks.flatMap(\.extent.x), padding: 0.02)
        let fitted = Self.scale(chart.yScale, chart.yRange, chart.marks.flatMap(\.extent.y), padding: 0.06)
        let grounded = chart.yRange == nil && chart.yScale == .linear && chart.marks.contains(where: \.startsAtZero)
        y = grounded ? Self.grounded(fitted) : fitted
        categories = chart.marks.lazy.compactMap(\.categories).first
        var next = 0
        colors = chart.marks.map { mark in
            if let color = mark.color { return color }
            defer { next += 1 }
            return Color.series[next % Color.series.count]
        }
    }

    private static func scale(
        _ kind: AxisScale, _ given: ClosedRange<Double>?, _ data: [Double], padding: Double
    ) -> Scale {
        let isUsable = { (value: Double) in value.isFinite && (kind == .linear || value > 0) }
        if let given, isUsable(given.lowerBound), given.upperBound > given.lowerBound { return Scale(kind, given) }
        let usable = data.filter(isUsable)
        guard let low = usable.min(), let high = usable.max() else {
            return Scale(kind, kind == .linear ? 0...1 : 0.1...10)
        }
        return Scale(kind, fitting: low...high, padding: padding)
    }

    /// The scale with zero at the end at which bars start.
    private static func grounded(_ scale: Scale) -> Scale {
        let (low, high) = (scale.range.lowerBound, scale.range.upperBound)
        // The padding below bars of positive values goes away as well: zero is the axis.
        if low >= 0 || (low < 0 && high > 0 && low > -0.1 * high) { return Scale(.linear, 0...max(high, 1e-300)) }
        return Scale(.linear, low...max(high, 0))
    }

    /// The area of the data: what the title, the legend and the labels leave.
    package var plotArea: PlotArea { layout().plot }

    private struct Layout {
        var plot: PlotArea
        var legendTop = 0.0
        var yLabelMiddle = 0.0
        var xTicks: [Tick] = []
        var yTicks: [Tick] = []
        var isTurned = false
    }

    private func layout() -> Layout {
        let margin = Style.margin
        let labelled = zip(chart.marks, colors).filter { $0.0.label != nil }
        var top = margin
        if !chart.title.isEmpty { top += Style.titleSize * Canvas.capitalHeight + 12 }
        let rowHeight = 16.0
        var yLabelMiddle = 0.0
        var legendTop = top
        let hasLegend = labelled.count > 0
        let legendWidth = Legend.width(labelled.map(\.0), canvas)
        let yLabelWidth = chart.yLabel.isEmpty ? 0 : canvas.textWidth(chart.yLabel) + 16
        if !chart.yLabel.isEmpty { yLabelMiddle = top + rowHeight / 2 }
        if hasLegend {
            let sharesRow = legendWidth + yLabelWidth <= canvasWidth - 2 * margin
            if !sharesRow, !chart.yLabel.isEmpty { legendTop += rowHeight }
            let rows = Legend.rows(labelled.map(\.0), width: canvasWidth - 2 * margin, canvas)
            top = legendTop + rowHeight * Double(rows.count) + 4
        } else if !chart.yLabel.isEmpty {
            top += rowHeight + 4
        }

        var bottom = margin + Style.textSize * Canvas.capitalHeight + 8
        if !chart.xLabel.isEmpty { bottom += 18 }
        let yTicks = y.ticks(about: max(Int((chart.height - top - bottom) / 42), 2))
        let tickWidth = yTicks.map { canvas.textWidth($0.label) }.max() ?? 0
        var left = margin + tickWidth + 8
        let right = margin + 4
        var width = max(chart.width - left - right, 10)
        var xTicks: [Tick] = []
        var isTurned = false
        if let categories {
            xTicks = categories.enumerated().map { Tick(value: Double($0), label: $1) }
            let widest = categories.map { canvas.textWidth($0) }.max() ?? 0
            isTurned = widest + 6 > width / Double(max(categories.count, 1))
            if isTurned {
                // A turned name reaches to the lower left of its bar: the first must not leave the picture.
                let slot = width / Double(max(categories.count, 1))
                let reach = min(canvas.textWidth(categories.first ?? ""), 120) * 0.79 - slot / 2
                left = max(left, margin + reach)
                width = max(chart.width - left - right, 10)
                bottom += min(widest, 120) * 0.62
            }
        } else {
            xTicks = fittingTicks(width)
        }
        let rect = Canvas.Rect(x: left, y: top, width: width, height: max(chart.height - top - bottom, 10))
        return Layout(
            plot: PlotArea(rect: rect, x: x, y: y), legendTop: legendTop, yLabelMiddle: yLabelMiddle, xTicks: xTicks,
            yTicks: yTicks, isTurned: isTurned)
    }

    private var canvasWidth: Double { chart.width }

    /// As many ticks as fit without overlapping.
    private func fittingTicks(_ width: Double) -> [Tick] {
        for count in stride(from: max(Int(width / 60), 2), through: 1, by: -1) {
            let ticks = x.ticks(about: count)
            let positions = ticks.map { x.fraction($0.value) * width }
            let widths = ticks.map { canvas.textWidth($0.label) }
            let isFree = ticks.indices.dropFirst().allSatisfy {
                positions[$0] - widths[$0] / 2 - positions[$0 - 1] - widths[$0 - 1] / 2 >= 8
            }
            if isFree { return ticks }
        }
        return []
    }

    package func draw() {
        let layout = layout()
        let rect = layout.plot.rect
        if !chart.title.isEmpty {
            canvas.text(
                canvas.shortened(
                    chart.title, toWidth: chart.width - 2 * Style.margin, size: Style.titleSize, isBold: true),
                at: Canvas.Point(Style.margin, Style.margin), size: Style.titleSize, isBold: true, vertical: .top)
        }
        if !chart.yLabel.isEmpty {
            canvas.text(
                chart.yLabel, at: Canvas.Point(Style.margin, layout.yLabelMiddle), color: Style.secondaryText,
                vertical: .middle)
        }
        drawAxes(layout)
        canvas.clipped(to: Canvas.Rect(x: rect.x - 1, y: rect.y - 1, width: rect.width + 2, height: rect.height + 2)) {
            for (mark, color) in zip(chart.marks, colors) { mark.draw(on: canvas, in: layout.plot, color: color) }
        }
        canvas.line([Canvas.Point(rect.x, rect.bottom), Canvas.Point(rect.right, rect.bottom)], Style.outline)
        let labelled = zip(chart.marks, colors).filter { $0.0.label != nil }
        Legend.draw(
            labelled, right: chart.width - Style.margin, top: layout.legendTop, width: chart.width - 2 * Style.margin,
            canvas)
    }

    private func drawAxes(_ layout: Layout) {
        let rect = layout.plot.rect
        for tick in layout.yTicks {
            let y = sharp(layout.plot.point(x.range.lowerBound, tick.value).y)
            canvas.line([Canvas.Point(rect.x, y), Canvas.Point(rect.right, y)], Style.gridLine)
            canvas.text(
                tick.label, at: Canvas.Point(rect.x - 8, y), color: Style.secondaryText, align: .trailing,
                vertical: .middle)
        }
        for tick in layout.xTicks {
            let x = sharp(rect.x + self.x.fraction(tick.value) * rect.width)
            if categories == nil {
                canvas.line([Canvas.Point(x, rect.y), Canvas.Point(x, rect.bottom)], Style.gridLine)
            }
            let anchor = Canvas.Point(x, rect.bottom + 7)
            if layout.isTurned {
                canvas.text(
                    canvas.shortened(tick.label, toWidth: 120, size: Style.textSize),
                    at: Canvas.Point(x + 3, anchor.y + 2),
                    color: Style.secondaryText, align: .trailing, vertical: .middle, turn: -38)
            } else {
                canvas.text(tick.label, at: anchor, color: Style.secondaryText, align: .center, vertical: .top)
            }
        }
        if !chart.xLabel.isEmpty {
            canvas.text(
                chart.xLabel, at: Canvas.Point(rect.center.x, chart.height - Style.margin), color: Style.secondaryText,
                align: .center)
        }
    }

    /// The nearest position at which a line of one point covers whole pixels.
    private func sharp(_ position: Double) -> Double { (position * canvas.density).rounded() / canvas.density }
}

/// The names of a chart's marks, above the data and never over it.
private enum Legend {
    static let swatch = 22.0
    static let gap = 16.0
    static let rowHeight = 16.0

    static func width(_ marks: [any Mark], _ canvas: Canvas) -> Double {
        marks.reduce(0) { $0 + entryWidth($1, canvas) + gap } - (marks.isEmpty ? 0 : gap)
    }

    private static func entryWidth(_ mark: any Mark, _ canvas: Canvas) -> Double {
        swatch + canvas.textWidth(mark.label ?? "")
    }

    /// The marks of each row.
    static func rows(_ marks: [any Mark], width: Double, _ canvas: Canvas) -> [Range<Int>] {
        var rows: [Range<Int>] = []
        var (start, used) = (0, 0.0)
        for (index, mark) in marks.enumerated() {
            let needed = entryWidth(mark, canvas)
            if index > start, used + needed > width {
                rows.append(start..<index)
                (start, used) = (index, 0)
            }
            used += needed + gap
        }
        if start < marks.count { rows.append(start..<marks.count) }
        return rows
    }

    static func draw(_ entries: [(any Mark, Color)], right: Double, top: Double, width: Double, _ canvas: Canvas) {
        let marks = entries.map(\.0)
        for (row, range) in rows(marks, width: width, canvas).enumerated() {
            var x = right - min(self.width(Array(marks[range]), canvas), width)
            let middle = top + (Double(row) + 0.5) * rowHeight
            for (mark, color) in entries[range] {
                mark.drawSwatch(on: canvas, at: Canvas.Point(x + 8, middle), color: color)
                canvas.text(mark.label ?? "", at: Canvas.Point(x + swatch, middle), vertical: .middle)
                x += entryWidth(mark, canvas) + gap
            }
        }
    }
}
