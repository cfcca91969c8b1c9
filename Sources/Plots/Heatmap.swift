public import Tensors

/// A function of two numbers as colours: what a network answers in each place of the plane.
///
/// ```swift
/// Heatmap(x: -2...3, y: -1...2, values: answers)       // under the points that it was trained on
/// ```
public struct Heatmap: Mark {
    /// What the legend calls it: nothing.
    public let label: String? = nil
    /// The colours come from a map.
    public let color: Color? = nil
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    private let bitmap: Bitmap

    /// Colours for a grid of values.
    ///
    /// - Parameters:
    ///   - x: What the columns span.
    ///   - y: What the rows span, the first row at the lower end.
    ///   - values: [rows, columns] numbers.
    ///   - range: The numbers that become the ends of the colormap; `nil` takes the least and the greatest.
    ///   - colormap: The colours.
    ///   - strength: From 0, the card's colour, to 1, the map's own; less than 1 keeps points on top readable.
    public init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, values: Tensor, range: ClosedRange<Double>? = nil,
        colormap: Colormap = .diverging, strength: Double = 0.6
    ) {
        guard values.rank == 2, values.count > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "Heatmap", shapes: [values.shape], message: "\(values.shape) is not a grid of values",
                    hint: "give one number for each place: [rows, columns]"))
        }
        (self.x, self.y) = (x, y)
        let numbers = values.doubles
        let (rows, columns) = (values.shape[0], values.shape[1])
        let finite = numbers.filter(\.isFinite)
        let (low, high) = range.map { ($0.lowerBound, $0.upperBound) } ?? (finite.min() ?? 0, finite.max() ?? 1)
        let table = (0..<256).map { Style.card.mixed(with: colormap.color(at: Double($0) / 255), strength).bytes }
        bitmap = Bitmap(width: columns, height: rows) { column, row in
            let value = (numbers[(rows - 1 - row) * columns + column] - low) / (high > low ? high - low : 1)
            return table[value.isNaN ? 128 : Int(min(max(value, 0), 1) * 255)]
        }
    }

    /// The ranges' ends.
    public var extent: (x: [Double], y: [Double]) { ([x.lowerBound, x.upperBound], [y.lowerBound, y.upperBound]) }

    /// Draws it.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        let (start, end) = (plot.place(x.lowerBound, y.upperBound), plot.place(x.upperBound, y.lowerBound))
        canvas.image(
            bitmap, in: Canvas.Rect(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y),
            isSmooth: true)
    }

    /// Draws nothing: a heat map is not in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {}
}
