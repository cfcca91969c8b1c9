public import Tensors

/// Something that a ``Chart`` shows: a ``Line``, ``Points``, ``Bars``, a ``Histogram``, a ``Heatmap``, or a custom
/// mark.
///
/// ```swift
/// struct Limit: Mark {
///     var value: Double
///     let label: String? = "limit"
///     let color: Color? = .vermilion
///     var extent: (x: [Double], y: [Double]) { ([], [value]) }
///     func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
///         let y = plot.point(0, value).y
///         canvas.line([Canvas.Point(plot.rect.x, y), Canvas.Point(plot.rect.right, y)], color)
///     }
///     func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
///         canvas.disc(middle, radius: 4, color)
///     }
/// }
/// let chart = Chart { Line([3, 1, 2]); Limit(value: 2.5) }
/// ```
public protocol Mark: Sendable {
    /// The name in the legend; `nil` for no entry.
    var label: String? { get }
    /// The colour; `nil` for the next of ``Color/series``.
    var color: Color? { get }
    /// The numbers that the axes have to cover; numbers that are not finite are ignored.
    var extent: (x: [Double], y: [Double]) { get }
    /// Draws the mark. `color` is ``color``, or the colour that was chosen for it.
    func draw(on canvas: Canvas, in plot: PlotArea, color: Color)
    /// Draws the legend's symbol, 18 points wide, around `middle`.
    func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color)
    /// The names below the x axis, at 0, 1, 2, …, of a mark that has names instead of numbers there.
    var categories: [String]? { get }
    /// Whether the y axis must include zero, as it must for bars.
    var startsAtZero: Bool { get }
}

extension Mark {
    /// No names: the x axis shows numbers.
    public var categories: [String]? { nil }
    /// The y axis spans the data alone.
    public var startsAtZero: Bool { false }
}

/// The rectangle in which a chart shows its data, and the mapping from numbers to points in it.
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

    /// The point on the canvas of a pair of numbers.
    public func point(_ x: Double, _ y: Double) -> Canvas.Point {
        Canvas.Point(rect.x + self.x.fraction(x) * rect.width, rect.bottom - self.y.fraction(y) * rect.height)
    }
}

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
    private let dash: [Double]

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
        let xs = (0...400).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 400 }
        self.init(x: xs, y: xs.map(function), label, color: color, width: width, isDashed: isDashed)
    }

    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { (xs, ys) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        var run: [Canvas.Point] = []
        func finish() {
            if run.count == 1 { canvas.disc(run[0], radius: width * 1.2, color) }
            if run.count > 1 { canvas.line(run, color, width: width, dash: dash) }
            run = []
        }
        for (x, y) in zip(xs, ys) {
            let point = plot.point(x, y)
            if point.x.isFinite, point.y.isFinite {
                // Far outside, coordinates would leave the range of Cairo's fixed-point numbers.
                run.append(Canvas.Point(min(max(point.x, -1e5), 1e5), min(max(point.y, -1e5), 1e5)))
            } else {
                finish()
            }
        }
        finish()
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.line(
            [Canvas.Point(middle.x - 8, middle.y), Canvas.Point(middle.x + 8, middle.y)], color, width: width + 0.4,
            dash: dash)
    }
}

/// Points at pairs of numbers.
///
/// ```swift
/// let moons = Toys.moons()
/// let chart = Chart { Points(moons.inputs, "examples", radius: 2) }
/// ```
public struct Points: Mark {
    /// The name in the legend.
    public let label: String?
    /// The colour; `nil` for the next of ``Color/series``.
    public let color: Color?
    private let xs: [Double]
    private let ys: [Double]
    private let radius: Double

    /// Points at pairs of numbers. A `ShapeError` if there are not as many `x` as `y`.
    ///
    /// - Parameters:
    ///   - x: The x coordinates: an array, a range of integers, or a tensor.
    ///   - y: The y coordinates, as many as in `x`.
    ///   - label: The name in the legend; `nil` for no entry.
    ///   - color: The colour; `nil` for the next of ``Color/series``.
    ///   - radius: The radius of each, in points.
    public init(x: some Numbers, y: some Numbers, _ label: String? = nil, color: Color? = nil, radius: Double = 3) {
        (xs, ys) = (x.numbers, y.numbers)
        checkEqualCounts("Points", xs.count, ys.count)
        self.label = label
        self.color = color
        self.radius = radius
    }

    /// The rows of a tensor of shape `[N, 2]` as points. A `ShapeError` for any other shape.
    public init(_ rows: Tensor, _ label: String? = nil, color: Color? = nil, radius: Double = 3) {
        guard rows.rank == 2, rows.shape[1] == 2 else {
            Failure.raise(
                ShapeError(
                    operation: "Points", shapes: [rows.shape],
                    message: "points must have shape [N, 2], got \(rows.shape)",
                    hint: "give one row of two coordinates for each point"))
        }
        let values = rows.doubles
        self.init(
            x: stride(from: 0, to: values.count, by: 2).map { values[$0] },
            y: stride(from: 1, to: values.count, by: 2).map { values[$0] }, label, color: color, radius: radius)
    }

    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { (xs, ys) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (x, y) in zip(xs, ys) {
            let point = plot.point(x, y)
            if point.x.isFinite, point.y.isFinite {
                canvas.disc(point, radius: radius, color, opacity: 0.85, rim: Style.background)
            }
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.disc(middle, radius: 4, color)
    }
}

/// A bar for each name.
///
/// ```swift
/// let chart = Chart("Accuracy", y: "%") { Bars(["MLP", "CNN"], [88.1, 91.4]) }
/// ```
public struct Bars: Mark {
    /// The name in the legend.
    public let label: String?
    /// The colour; `nil` for the next of ``Color/series``.
    public let color: Color?
    /// The names below the bars.
    public let categories: [String]?
    private let values: [Double]

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
        self.label = label
        self.color = color
    }

    /// Bars start at zero.
    public var startsAtZero: Bool { true }
    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { ([-0.5, Double(values.count) - 0.5], values) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (index, value) in values.enumerated() where value.isFinite {
            let (start, end) = (plot.point(Double(index) - 0.36, 0), plot.point(Double(index) + 0.36, value))
            canvas.fill(
                Canvas.Rect(
                    x: start.x, y: min(start.y, end.y), width: end.x - start.x, height: (end.y - start.y).magnitude),
                color)
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color)
    }
}

/// How many numbers fall into each of several intervals of equal width.
///
/// ```swift
/// let weights = Tensor.normal([1000])
/// let chart = Chart("Weights", y: "count") { Histogram(weights, bins: 20) }
/// ```
public struct Histogram: Mark {
    /// The name in the legend.
    public let label: String?
    /// The colour; `nil` for the next of ``Color/series``.
    public let color: Color?
    /// The edges of the intervals, one more than there are intervals.
    public let edges: [Double]
    /// How many numbers fall into each interval. A number on an edge belongs to the interval above it, one on the last
    /// edge to the interval below.
    public let counts: [Int]

    /// The histogram of the numbers that are finite. A `ValueError` if `bins` is less than 1.
    ///
    /// - Parameters:
    ///   - values: The numbers.
    ///   - bins: The number of intervals between the least and the greatest number.
    ///   - label: The name in the legend; `nil` for no entry.
    ///   - color: The colour; `nil` for the next of ``Color/series``.
    public init(_ values: some Numbers, bins: Int = 30, _ label: String? = nil, color: Color? = nil) {
        guard bins > 0 else {
            Failure.raise(
                ValueError(
                    operation: "Histogram", message: "bins must be at least 1, got \(bins)",
                    hint: "leave it out for 30 intervals"))
        }
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
    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) { (edges, counts.numbers) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (bin, count) in counts.enumerated() where count > 0 {
            let (start, end) = (plot.point(edges[bin], 0), plot.point(edges[bin + 1], Double(count)))
            canvas.fill(
                Canvas.Rect(
                    x: start.x + 0.25, y: end.y, width: max(end.x - start.x - 0.5, 0.5), height: start.y - end.y),
                color,
                opacity: 0.8)
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color, opacity: 0.8)
    }
}

private func checkEqualCounts(
    _ operation: String, _ first: Int, _ second: Int, _ firstName: String = "x", _ secondName: String = "y"
) {
    guard first == second else {
        Failure.raise(
            ShapeError(
                operation: operation, shapes: [[first], [second]],
                message: "\(firstName) and \(secondName) must have equal counts, got \(first) and \(second)",
                hint: "give one element of \(secondName) for each element of \(firstName)"))
    }
}
