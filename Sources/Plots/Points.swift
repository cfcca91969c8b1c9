public import Tensors

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
    private var symbol = Symbol.disc

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
        // Of very many points, only those that another one does not cover are drawn.
        var taken = xs.count > 20_000 ? Set<Canvas.Point>() : nil
        let reach = radius + 1
        let (columns, rows) = (
            plot.rect.x - reach...plot.rect.right + reach, plot.rect.y - reach...plot.rect.bottom + reach
        )
        for (x, y) in zip(xs, ys) {
            let point = plot.point(x, y)
            guard columns.contains(point.x), rows.contains(point.y) else { continue }
            let place = Canvas.Point(point.x.rounded(), point.y.rounded())
            if taken?.insert(place).inserted == false { continue }
            symbol.draw(on: canvas, at: point, radius: radius, color, opacity: 0.85, rim: Style.background)
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        symbol.draw(on: canvas, at: middle, radius: 4, color, opacity: 1, rim: nil)
    }
}

extension Points: VariedMark, CountedMark {
    func varied(_ round: Int) -> Points {
        var points = self
        points.symbol = Symbol.allCases[round % Symbol.allCases.count]
        return points
    }

    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus { NumberCensus(xs, ys, x, y) }
}

/// The shape of a point.
private enum Symbol: CaseIterable {
    case disc, square, triangle, diamond, cross

    func draw(
        on canvas: Canvas, at middle: Canvas.Point, radius: Double, _ color: Color, opacity: Double, rim: Color?
    ) {
        func corners(_ steps: [(Double, Double)]) -> [Canvas.Point] {
            steps.map { Canvas.Point(middle.x + $0 * radius, middle.y + $1 * radius) }
        }
        let outline: [Canvas.Point]
        switch self {
        case .disc:
            canvas.disc(middle, radius: radius, color, opacity: opacity, rim: rim)
            return
        case .square: outline = corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
        case .triangle: outline = corners([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
        case .diamond: outline = corners([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
        case .cross:
            outline = corners([
                (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2),
                (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
            ])
        }
        canvas.polygon(outline, color, opacity: opacity)
        if let rim { canvas.line(outline + outline.prefix(1), rim, width: 0.75, opacity: opacity) }
    }
}

extension Points {
    /// How many points there are, and the name.
    public var description: String { NumberText.count(xs.count, "point") + (label.map { ": \($0.onOneLine)" } ?? "") }
}
