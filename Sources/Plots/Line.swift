/// A curve through points. Where a number is missing (NaN or infinite), the curve has a gap.
///
/// ```swift
/// let losses = [1.2, 0.7, 0.5, 0.42]
/// let chart = Chart("Training", x: "epoch", y: "loss") {
///     Line(x: 1...4, y: losses, "loss")
///     Line(over: 1...4, "1 / epoch", isDashed: true) { 1 / $0 }
/// }
/// ```
public struct Line: Mark {
    /// The name in the legend.
    public let label: String?
    /// The colour; `nil` for the next of ``Color/series``.
    public let color: Color?
    private let xs: [Double]
    private let ys: [Double]
    private let width: Double
    private var dash: [Double]

    /// A curve through pairs of numbers. A `ShapeError` if there are not as many `x` as `y`.
    ///
    /// - Parameters:
    ///   - x: The x coordinates: an array, a range of integers, or a tensor.
    ///   - y: The y coordinates, as many as in `x`.
    ///   - label: The name in the legend; `nil` for no entry.
    ///   - color: The colour; `nil` for the next of ``Color/series``.
    ///   - width: The width in points.
    ///   - isDashed: Whether the line is dashed, as for a limit or a reference.
    public init(
        x: some Numbers, y: some Numbers, _ label: String? = nil, color: Color? = nil, width: Double = Style.lineWidth,
        isDashed: Bool = false
    ) {
        (xs, ys) = (x.numbers, y.numbers)
        checkEqualCounts("Line", xs.count, ys.count)
        self.label = label
        self.color = color
        self.width = width
        dash = isDashed ? [5, 4] : []
    }

    /// A curve through numbers at x = 0, 1, 2, ….
    public init(
        _ y: some Numbers, _ label: String? = nil, color: Color? = nil, width: Double = Style.lineWidth,
        isDashed: Bool = false
    ) {
        let numbers = y.numbers
        self.init(x: 0..<numbers.count, y: numbers, label, color: color, width: width, isDashed: isDashed)
    }

    /// The graph of a function.
    ///
    /// - Parameters:
    ///   - range: The interval on which it is drawn.
    ///   - label: The name in the legend; `nil` for no entry.
    ///   - color: The colour; `nil` for the next of ``Color/series``.
    ///   - width: The width in points.
    ///   - isDashed: Whether the line is dashed, as for a limit or a reference.
    ///   - function: The function; it is called at 401 equally spaced numbers.
    public init(
        over range: ClosedRange<Double>, _ label: String? = nil, color: Color? = nil, width: Double = Style.lineWidth,
        isDashed: Bool = false, _ function: (Double) -> Double
    ) {
        // Weighted ends, because the difference of the greatest numbers would be infinite.
        let xs = (0...400).map { range.lowerBound * Double(400 - $0) / 400 + range.upperBound * Double($0) / 400 }
        self.init(x: xs, y: xs.map(function), label, color: color, width: width, isDashed: isDashed)
    }

    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { (xs, ys) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for run in CurveRuns(xs, ys, in: plot).runs {
            if run.count == 1 {
                canvas.disc(run[0], radius: width * 1.2, color)
            } else {
                canvas.line(run, color, width: width, dash: dash)
            }
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.line(
            [Canvas.Point(middle.x - 8, middle.y), Canvas.Point(middle.x + 8, middle.y)], color, width: width + 0.4,
            dash: dash)
    }
}

extension Line: VariedMark, CountedMark {
    /// Dashes of several lengths.
    func varied(_ round: Int) -> Line {
        guard dash.isEmpty else { return self }
        var line = self
        line.dash = [[7, 3], [2, 3], [9, 3, 2, 3], [4, 2]][(round - 1) % 4]
        return line
    }

    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus { NumberCensus(xs, ys, x, y) }
}

extension Line {
    /// The number of points, and the name.
    public var description: String {
        "line through \(NumberText.count(xs.count, "point"))" + (label.map { ": \($0.onOneLine)" } ?? "")
    }
}
