/// One drawing of a chart. Its layout depends on how wide the texts are on the canvas.
package struct ChartDrawing {
    let chart: Chart
    let canvas: Canvas

    private let x: Scale
    private let y: Scale
    private let marks: [(mark: any Mark, color: Color)]
    private let categories: [String]?
    /// What is known about the numbers; `nil` if a custom mark may have others.
    private let census: NumberCensus?

    package init(chart: Chart, canvas: Canvas) {
        self.chart = chart
        self.canvas = canvas
        let arrangement = MarkArrangement(chart.marks)
        (marks, categories) = (arrangement.marks, arrangement.categories)
        let extents = marks.map(\.mark.extent)
        // A heatmap fills the axes to their ends.
        let isFilled = marks.contains { $0.mark is Heatmap }
        x = Self.scale(chart.xScale, chart.xRange, extents.map(\.x), padding: isFilled ? 0 : 0.02)
        let startsAtZero = marks.contains(where: \.mark.startsAtZero)
        y = Self.scale(
            chart.yScale, chart.yRange, extents.map(\.y), padding: isFilled ? 0 : 0.06, startsAtZero: startsAtZero)
        let counted = marks.compactMap { $0.mark as? any CountedMark }
        census =
            counted.count == marks.count
            ? counted.reduce(NumberCensus()) { $0 + $1.census(chart.xScale, chart.yScale) } : nil
    }

    private static func scale(
        _ kind: AxisScale, _ given: ClosedRange<Double>?, _ data: [[Double]], padding: Double,
        startsAtZero: Bool = false
    ) -> Scale {
        var (low, high) = (Double.infinity, -Double.infinity)
        for part in data {
            for value in part where kind.shows(value) { (low, high) = (min(low, value), max(high, value)) }
        }
        if let given, given.upperBound.isFinite, given.lowerBound.isFinite, kind.shows(given.upperBound) {
            // A logarithmic axis cannot begin at zero: it begins at the least number that it shows.
            let start = kind.shows(given.lowerBound) ? given.lowerBound : min(low, given.upperBound / 1000)
            return start < given.upperBound
                ? Scale(kind, start...given.upperBound) : Scale(kind, fitting: given.upperBound...given.upperBound)
        }
        guard low <= high else { return Scale(kind, kind == .linear ? 0...1 : 0.1...10) }
        let fitted = Scale(kind, fitting: low...high, padding: padding)
        guard startsAtZero else { return fitted }
        switch kind {
        case .linear:
            // Zero is the axis: there is no padding below bars of positive values, nor above those of negative ones.
            if low >= 0 { return Scale(.linear, 0...(high > 0 ? fitted.range.upperBound : 1)) }
            return Scale(.linear, fitted.range.lowerBound...(high > 0 ? fitted.range.upperBound : 0))
        case .logarithmic:
            // Without a zero, the lowest bar is at least a factor of 2 high.
            let start = max(min(fitted.range.lowerBound, low / 2), .leastNonzeroMagnitude)
            return Scale(.logarithmic, start...fitted.range.upperBound)
        }
    }

    /// The area of the data: what the title, the legend and the labels leave.
    package var plotArea: PlotArea { layout().plot }

    // MARK: Layout

    package struct Layout {
        package var plot: PlotArea
        package var title = ""
        package var yLabel = ""
        package var xLabel = ""
        /// What is said about numbers that are not shown.
        package var note = ""
        package var xTicks: [Tick] = []
        package var yTicks: [Tick] = []
        package var isTurned = false
        var yLabelTop = 0.0
        var xLabelTop = 0.0
        var noteTop = 0.0
        var legendTop = 0.0
        var legend: Legend
    }

    /// The rows above the data: title, label of the y axis, legend.
    private static let rowHeight = Legend.rowHeight
    static let noteSize = 9.5
    /// The angle of names that do not fit side by side, in degrees.
    static let turn = 38.0

    package func layout() -> Layout {
        let margin = Style.margin
        let available = max(chart.width - 2 * margin, 1)
        // In a small chart the data come first.
        let rows = max(Int((chart.height - 120) * 0.4 / Self.rowHeight), 1)
        let legend = Legend(marks, width: available, limit: rows, canvas)
        var layout = Layout(
            plot: PlotArea(rect: Canvas.Rect(x: 0, y: 0, width: 1, height: 1), x: x, y: y), legend: legend)
        var top = margin
        if !chart.title.isEmpty {
            layout.title = canvas.shortened(
                chart.title.firstLines(3), toWidth: available, size: Style.titleSize, isBold: true)
            top += Canvas.textHeight(layout.title, size: Style.titleSize) + 12
        }

        layout.note = census?.shown == 0 ? "" : census?.note ?? ""
        layout.note = canvas.shortened(layout.note, toWidth: available, size: Self.noteSize)
        // Sizes depend on labels, and labels on sizes: the second and third time nearly always agree.
        var yTicks = yTicks(height: max(chart.height - top - 60, 10))
        for _ in 0..<3 { yTicks = arrange(&layout, below: top, yTicks) }
        return layout
    }

    /// Lays out everything below the title.
    ///
    /// - Parameter ticks: The ticks of the y axis, as far as they are known.
    /// - Returns: The ticks that fit beside the data.
    private func arrange(_ layout: inout Layout, below top: Double, _ ticks: Ticks) -> Ticks {
        let margin = Style.margin
        let available = max(chart.width - 2 * margin, 1)
        var (top, bottom) = (top, margin + Style.textSize * Canvas.capitalHeight + 8)
        layout.yTicks = ticks.list
        layout.yLabel = label(chart.yLabel, ticks, available)
        let yLabelWidth = layout.yLabel.isEmpty ? 0 : canvas.textWidth(layout.yLabel) + 16
        let yLabelHeight = layout.yLabel.isEmpty ? 0 : Self.rowHeight + Canvas.textHeight(layout.yLabel) - 8
        layout.yLabelTop = top + (Self.rowHeight - Style.textSize * Canvas.capitalHeight) / 2
        layout.legendTop = top
        if !layout.legend.isEmpty {
            let sharesRow = layout.legend.width + yLabelWidth <= available
            if !sharesRow { layout.legendTop += yLabelHeight }
            top = max(layout.legendTop + layout.legend.height, top + yLabelHeight) + 4
        } else if !layout.yLabel.isEmpty {
            top += yLabelHeight + 4
        }

        let right = margin + 4
        let tickWidth = ticks.list.map { canvas.textWidth($0.label) }.max() ?? 0
        var left = margin + tickWidth + 8
        var width = max(chart.width - left - right, 10)
        var xTicks = Ticks(list: [])
        layout.isTurned = false
        if let categories {
            var names = nameTicks(categories, width: width, height: chart.height - top - bottom)
            if names.isTurned {
                // A turned name reaches to the lower left of its bar: the first must not leave the picture.
                let radians = Self.turn * Double.pi / 180
                let first = names.ticks.first.map { canvas.textWidth($0.label) } ?? 0
                left = max(left, margin + first * cosine(radians) - width / Double(max(categories.count, 1)) / 2)
                width = max(chart.width - left - right, 10)
                names = nameTicks(categories, width: width, height: chart.height - top - bottom)
                bottom += names.widest * sine(radians) + 2
            } else {
                bottom += (names.ticks.map { Canvas.textHeight($0.label) }.max() ?? 8) - 8
            }
            (layout.xTicks, layout.isTurned) = (names.ticks, names.isTurned)
        } else {
            xTicks = self.xTicks(left: left, width: width)
            layout.xTicks = xTicks.list
        }
        layout.xLabel = label(chart.xLabel, xTicks, available)
        if !layout.xLabel.isEmpty { bottom += 10 + Canvas.textHeight(layout.xLabel) }
        layout.xLabelTop = chart.height - margin - Canvas.textHeight(layout.xLabel)
        if !layout.note.isEmpty {
            let noteWidth = canvas.textWidth(layout.note, size: Self.noteSize)
            let labelEnd = left + width / 2 + canvas.textWidth(layout.xLabel) / 2
            let sharesRow = !layout.xLabel.isEmpty && labelEnd + 16 + noteWidth <= chart.width - margin
            layout.noteTop = chart.height - margin - Self.noteSize * Canvas.capitalHeight
            if !sharesRow {
                bottom += 17
                layout.xLabelTop -= 17
            }
        }
        let height = max(chart.height - top - bottom, 10)
        let rect = Canvas.Rect(x: left, y: top, width: width, height: height)
        layout.plot = PlotArea(rect: rect, x: x, y: y)
        return self.yTicks(height: height)
    }

    /// The label of an axis, with the number to be added to its ticks.
    private func label(_ text: String, _ ticks: Ticks, _ width: Double) -> String {
        let offset = ticks.offset.isEmpty ? "" : text.isEmpty ? ticks.offset : " (\(ticks.offset))"
        return canvas.shortened(text.firstLines(3) + offset, toWidth: width)
    }

    private func yTicks(height: Double) -> Ticks {
        y.ticks(about: max(Int(height / 42), 2)) { ticks in
            ticks.indices.dropFirst().allSatisfy {
                (y.fraction(ticks[$0].value) - y.fraction(ticks[$0 - 1].value)) * height >= 13
            }
        }
    }

    private func xTicks(left: Double, width: Double) -> Ticks {
        x.ticks(about: max(Int(width / 60), 2)) { ticks in
            let spans = ticks.map { tick in
                let middle = left + x.fraction(tick.value) * width
                return span(around: middle, canvas.textWidth(tick.label))
            }
            return spans.indices.dropFirst().allSatisfy { spans[$0].lowerBound - spans[$0 - 1].upperBound >= 8 }
        }
    }

    /// The position of a label of some width around a middle, moved into the picture if it would leave it.
    private func span(around middle: Double, _ width: Double, margin: Double = 3) -> ClosedRange<Double> {
        let start = max(min(middle - width / 2, chart.width - margin - width), margin)
        return start...start + width
    }

    /// The names below bars: all of them side by side, or turned, or of many every second, third, ….
    private func nameTicks(
        _ names: [String], width: Double, height: Double
    ) -> (ticks: [Tick], isTurned: Bool, widest: Double) {
        let slot = width / Double(max(names.count, 1))
        // Many names are not all measured: those of equal length are about equally wide.
        let sample = names.count > 200 ? Array(names.max { $0.count < $1.count }.map { [$0] } ?? []) : names
        let widest = sample.map { canvas.textWidth($0) }.max() ?? 0
        func every(_ interval: Int, _ isTurned: Bool) -> (ticks: [Tick], isTurned: Bool, widest: Double) {
            let longest = isTurned ? min(widest, 120, max(height * 0.7, 24), max(width * 0.6, 24)) : widest
            let ticks = stride(from: 0, to: names.count, by: interval).map { index in
                let name = isTurned ? names[index].onOneLine : names[index]
                return Tick(value: Double(index), label: canvas.shortened(name, toWidth: longest))
            }
            return (ticks, isTurned, ticks.map { canvas.textWidth($0.label) }.max() ?? 0)
        }
        if widest + 6 <= slot { return every(1, false) }
        // Slanted names are a line's height apart.
        let slanted = 14 / sine(Self.turn * Double.pi / 180)
        if slot >= slanted { return every(1, true) }
        let (straight, turned) = (Int(((widest + 10) / slot).rounded(.up)), Int((slanted / slot).rounded(.up)))
        return straight <= 2 * turned ? every(straight, false) : every(turned, true)
    }

    // MARK: Drawing

    package func draw() {
        let layout = layout()
        let rect = layout.plot.rect
        canvas.text(
            layout.title, at: Canvas.Point(Style.margin, Style.margin), size: Style.titleSize, isBold: true,
            vertical: .top)
        canvas.text(
            layout.yLabel, at: Canvas.Point(Style.margin, layout.yLabelTop), color: Style.secondaryText, vertical: .top)
        drawAxes(layout)
        canvas.clipped(to: Canvas.Rect(x: rect.x - 1, y: rect.y - 1, width: rect.width + 2, height: rect.height + 2)) {
            for (mark, color) in marks { mark.draw(on: canvas, in: layout.plot, color: color) }
        }
        canvas.line([Canvas.Point(rect.x, rect.bottom), Canvas.Point(rect.right, rect.bottom)], Style.outline)
        layout.legend.draw(right: chart.width - Style.margin, top: layout.legendTop, on: canvas)
        if let census, census.shown == 0 {
            canvas.text(
                canvas.wrapped(census.reasonForNothing, toWidth: rect.width - 8), at: rect.center,
                color: Style.secondaryText, align: .center, vertical: .middle)
        }
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
            let top = rect.bottom + 7
            if layout.isTurned {
                canvas.text(
                    tick.label, at: Canvas.Point(x + 3, top + 2), color: Style.secondaryText, align: .trailing,
                    vertical: .middle, turn: -Self.turn)
            } else {
                let span = span(around: x, canvas.textWidth(tick.label))
                canvas.text(
                    tick.label, at: Canvas.Point((span.lowerBound + span.upperBound) / 2, top),
                    color: Style.secondaryText, align: .center, vertical: .top)
            }
        }
        let label = span(around: rect.center.x, canvas.textWidth(layout.xLabel), margin: Style.margin)
        canvas.text(
            layout.xLabel, at: Canvas.Point((label.lowerBound + label.upperBound) / 2, layout.xLabelTop),
            color: Style.secondaryText, align: .center, vertical: .top)
        canvas.text(
            layout.note, at: Canvas.Point(chart.width - Style.margin, layout.noteTop), size: Self.noteSize,
            color: Style.secondaryText, align: .trailing, vertical: .top)
    }

    /// The nearest position at which a line of one point covers whole pixels.
    private func sharp(_ position: Double) -> Double { (position * canvas.density).rounded() / canvas.density }
}
