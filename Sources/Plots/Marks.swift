public import Tensors

/// Something that a ``Chart`` shows: a curve, points, bars.
public protocol Mark: Sendable {
    /// What the legend calls it; `nil` leaves it out.
    var label: String? { get }
    /// Its colour; `nil` takes the next of ``Color/series``.
    var color: Color? { get }
    /// The numbers it spans along each axis; numbers that are not finite do not count.
    var extent: (x: [Double], y: [Double]) { get }
    /// Draws it.
    func draw(on canvas: Canvas, in plot: PlotArea, color: Color)
    /// Draws its sign in the legend, 18 points wide, around the given middle.
    func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color)
    /// The names under the x axis where the mark has names instead of numbers there; they stand at 0, 1, 2, ….
    var categories: [String]? { get }
    /// Whether the y axis must show zero, as it must for bars.
    var startsAtZero: Bool { get }
}

extension Mark {
    /// No names: the x axis shows numbers.
    public var categories: [String]? { nil }
    /// The y axis spans the data alone.
    public var startsAtZero: Bool { false }
}

/// The rectangle in which a chart shows its data, and how numbers become places in it.
public struct PlotArea: Sendable {
    /// The rectangle, in points.
    public let rect: Canvas.Rect
    package let x: Scale
    package let y: Scale

    package init(rect: Canvas.Rect, x: Scale, y: Scale) {
        self.rect = rect
        self.x = x
        self.y = y
    }

    /// Where a pair of numbers lies on the canvas.
    public func place(_ x: Double, _ y: Double) -> Canvas.Point {
        Canvas.Point(rect.x + self.x.fraction(x) * rect.width, rect.bottom - self.y.fraction(y) * rect.height)
    }
}

/// A curve through points. Where a number is missing (NaN or infinite), the curve has a gap.
public struct Line: Mark {
    /// What the legend calls it.
    public let label: String?
    /// Its colour; `nil` takes the next of the series.
    public let color: Color?
    private let xs: [Double]
    private let ys: [Double]
    private let width: Double
    private let dash: [Double]

    /// A curve through pairs of numbers.
    ///
    /// - Parameters:
    ///   - x: The numbers along the x axis, as many as there are in `y`.
    ///   - y: The numbers along the y axis.
    ///   - label: What the legend calls it.
    ///   - color: Its colour; `nil` takes the next of the series.
    ///   - width: Its width in points.
    ///   - isDashed: Whether the line is broken, as for a limit or a reference.
    public init(
        x: some Numbers, y: some Numbers, _ label: String? = nil, color: Color? = nil, width: Double = Style.lineWidth,
        isDashed: Bool = false
    ) {
        (xs, ys) = (x.numbers, y.numbers)
        precondition(xs.count == ys.count, "a line has as many x as y: \(xs.count) and \(ys.count) were given")
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

    /// A function's graph.
    ///
    /// - Parameters:
    ///   - range: From where to where it is drawn.
    ///   - label: What the legend calls it.
    ///   - color: Its colour; `nil` takes the next of the series.
    ///   - width: Its width in points.
    ///   - isDashed: Whether the line is broken, as for a limit or a reference.
    ///   - function: The function.
    public init(
        over range: ClosedRange<Double>, _ label: String? = nil, color: Color? = nil, width: Double = Style.lineWidth,
        isDashed: Bool = false, _ function: (Double) -> Double
    ) {
        let xs = (0...400).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 400 }
        self.init(x: xs, y: xs.map(function), label, color: color, width: width, isDashed: isDashed)
    }

    /// The numbers it spans along each axis.
    public var extent: (x: [Double], y: [Double]) { (xs, ys) }

    /// Draws it.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        var run: [Canvas.Point] = []
        func finish() {
            if run.count == 1 { canvas.disc(run[0], radius: width * 1.2, color) }
            if run.count > 1 { canvas.line(run, color, width: width, dash: dash) }
            run = []
        }
        for (x, y) in zip(xs, ys) {
            let place = plot.place(x, y)
            if place.x.isFinite, place.y.isFinite {
                // Far outside, coordinates would leave the range of Cairo's fixed-point numbers.
                run.append(Canvas.Point(min(max(place.x, -1e5), 1e5), min(max(place.y, -1e5), 1e5)))
            } else {
                finish()
            }
        }
        finish()
    }

    /// Draws its sign in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.line(
            [Canvas.Point(middle.x - 8, middle.y), Canvas.Point(middle.x + 8, middle.y)], color, width: width + 0.4,
            dash: dash)
    }
}

/// Points at pairs of numbers.
public struct Points: Mark {
    /// What the legend calls it.
    public let label: String?
    /// Its colour; `nil` takes the next of the series.
    public let color: Color?
    private let xs: [Double]
    private let ys: [Double]
    private let radius: Double

    /// Points at pairs of numbers.
    ///
    /// - Parameters:
    ///   - x: The numbers along the x axis, as many as there are in `y`.
    ///   - y: The numbers along the y axis.
    ///   - label: What the legend calls them.
    ///   - color: Their colour; `nil` takes the next of the series.
    ///   - radius: The radius of each, in points.
    public init(x: some Numbers, y: some Numbers, _ label: String? = nil, color: Color? = nil, radius: Double = 3) {
        (xs, ys) = (x.numbers, y.numbers)
        precondition(xs.count == ys.count, "points have as many x as y: \(xs.count) and \(ys.count) were given")
        self.label = label
        self.color = color
        self.radius = radius
    }

    /// The rows of an [N, 2] tensor as points.
    public init(_ rows: Tensor, _ label: String? = nil, color: Color? = nil, radius: Double = 3) {
        precondition(
            rows.rank == 2 && rows.shape[1] == 2, "points are the rows of an [N, 2] tensor; this one is \(rows.shape)")
        let values = rows.doubles
        self.init(
            x: stride(from: 0, to: values.count, by: 2).map { values[$0] },
            y: stride(from: 1, to: values.count, by: 2).map { values[$0] }, label, color: color, radius: radius)
    }

    /// The numbers it spans along each axis.
    public var extent: (x: [Double], y: [Double]) { (xs, ys) }

    /// Draws it.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (x, y) in zip(xs, ys) {
            let place = plot.place(x, y)
            if place.x.isFinite, place.y.isFinite {
                canvas.disc(place, radius: radius, color, opacity: 0.85, rim: Style.card)
            }
        }
    }

    /// Draws its sign in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.disc(middle, radius: 4, color)
    }
}

/// A bar for each of some names.
public struct Bars: Mark {
    /// What the legend calls it.
    public let label: String?
    /// Its colour; `nil` takes the next of the series.
    public let color: Color?
    /// The names under the bars.
    public let categories: [String]?
    private let values: [Double]

    /// Bars from zero to each value, one a name.
    ///
    /// - Parameters:
    ///   - names: What stands under the bars, as many as there are values.
    ///   - values: The bars' heights.
    ///   - label: What the legend calls them.
    ///   - color: Their colour; `nil` takes the next of the series.
    public init(_ names: [String], _ values: some Numbers, _ label: String? = nil, color: Color? = nil) {
        self.values = values.numbers
        precondition(
            names.count == self.values.count,
            "bars have as many names as values: \(names.count) and \(self.values.count) were given")
        categories = names
        self.label = label
        self.color = color
    }

    /// Bars start at zero.
    public var startsAtZero: Bool { true }
    /// The numbers it spans along each axis.
    public var extent: (x: [Double], y: [Double]) { ([-0.5, Double(values.count) - 0.5], values) }

    /// Draws it.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (index, value) in values.enumerated() where value.isFinite {
            let (start, end) = (plot.place(Double(index) - 0.36, 0), plot.place(Double(index) + 0.36, value))
            canvas.fill(
                Canvas.Rect(
                    x: start.x, y: min(start.y, end.y), width: end.x - start.x, height: (end.y - start.y).magnitude),
                color)
        }
    }

    /// Draws its sign in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color)
    }
}

/// How often numbers fall into each of some equal intervals.
public struct Histogram: Mark {
    /// What the legend calls it.
    public let label: String?
    /// Its colour; `nil` takes the next of the series.
    public let color: Color?
    /// The borders of the intervals: one more than there are intervals.
    public let edges: [Double]
    /// How many numbers fall into each interval; a number on a border counts above it, on the last border below it.
    public let counts: [Int]

    /// The histogram of the finite ones among some numbers.
    ///
    /// - Parameters:
    ///   - values: The numbers.
    ///   - bins: How many intervals there are between the least and the greatest of them.
    ///   - label: What the legend calls it.
    ///   - color: Its colour; `nil` takes the next of the series.
    public init(_ values: some Numbers, bins: Int = 30, _ label: String? = nil, color: Color? = nil) {
        precondition(bins > 0, "a histogram has at least one bin, not \(bins)")
        let numbers = values.numbers.filter(\.isFinite)
        var (low, high) = (numbers.min() ?? 0, numbers.max() ?? 1)
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        var counts = [Int](repeating: 0, count: bins)
        for number in numbers { counts[min(Int((number - low) / (high - low) * Double(bins)), bins - 1)] += 1 }
        self.counts = counts
        edges = (0...bins).map { low + (high - low) * Double($0) / Double(bins) }
        self.label = label
        self.color = color
    }

    /// Bars start at zero.
    public var startsAtZero: Bool { true }
    /// The numbers it spans along each axis.
    public var extent: (x: [Double], y: [Double]) { (edges, counts.numbers) }

    /// Draws it.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (bin, count) in counts.enumerated() where count > 0 {
            let (start, end) = (plot.place(edges[bin], 0), plot.place(edges[bin + 1], Double(count)))
            canvas.fill(
                Canvas.Rect(
                    x: start.x + 0.25, y: end.y, width: max(end.x - start.x - 0.5, 0.5), height: start.y - end.y),
                color,
                opacity: 0.8)
        }
    }

    /// Draws its sign in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color, opacity: 0.8)
    }
}
