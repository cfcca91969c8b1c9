import Tensors

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
public protocol Mark: Sendable, CustomStringConvertible {
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
    /// Whether a mark without a colour uses up the next of ``Color/series``.
    var takesSeriesColor: Bool { get }
}

extension Mark {
    /// The name of the type, and the mark's own.
    public var description: String { ("\(Self.self)" + (label.map { " \($0.onOneLine)" } ?? "")) }
    /// No names: the x axis shows numbers.
    public var categories: [String]? { nil }
    /// The y axis spans the data alone.
    public var startsAtZero: Bool { false }
    /// The mark is drawn in the colour that is chosen for it.
    public var takesSeriesColor: Bool { true }
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

    /// The point moved to a place that Cairo's fixed-point numbers can hold, if it is far outside.
    func pointWithinReach(_ x: Double, _ y: Double) -> Canvas.Point {
        let point = point(x, y)
        return Canvas.Point(min(max(point.x, -1e5), 1e5), min(max(point.y, -1e5), 1e5))
    }

    /// Where bars stand: at zero, or at the lower end of a logarithmic axis.
    var ground: Double { y.kind == .linear ? pointWithinReach(x.range.lowerBound, 0).y : rect.bottom }
}

/// A `ShapeError` unless two lists are equally long.
func checkEqualCounts(
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
