public import Tensors

/// A function of two variables as colours, such as a network's output at each point of the plane.
///
/// ```swift
/// let values = Tensor.linspace(from: -1, to: 1, count: 100).reshaped(to: [10, 10])
/// let chart = Chart(xRange: -2...3, yRange: -1...2) { Heatmap(x: -2...3, y: -1...2, values: values) }
/// ```
public struct Heatmap: Mark {
    /// No entry in the legend.
    public let label: String? = nil
    /// No colour of its own: the colormap has the colours.
    public let color: Color? = nil
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    private let bitmap: Bitmap

    /// Colours for a grid of values. A `ShapeError` unless `values` has two dimensions.
    ///
    /// - Parameters:
    ///   - x: The range of the columns.
    ///   - y: The range of the rows, the first row at the lower end.
    ///   - values: The values, `[rows, columns]`.
    ///   - range: The numbers at the ends of the colormap; `nil` for the least and the greatest value.
    ///   - colormap: The colours.
    ///   - strength: From 0, the background's colour, to 1, the colormap's; less than 1 keeps points on top readable.
    public init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, values: Tensor, range: ClosedRange<Double>? = nil,
        colormap: Colormap = .diverging, strength: Double = 0.6
    ) {
        guard values.rank == 2, values.count > 0 else {
            Failure.raise(
                ShapeError(
                    operation: "Heatmap", shapes: [values.shape],
                    message: "values must have shape [rows, columns], got \(values.shape)",
                    hint: "reshape them: values.reshaped(to: [rows, columns])"))
        }
        (self.x, self.y) = (x, y)
        let numbers = values.doubles
        let (rows, columns) = (values.shape[0], values.shape[1])
        let finite = numbers.filter(\.isFinite)
        let (low, high) = range.map { ($0.lowerBound, $0.upperBound) } ?? (finite.min() ?? 0, finite.max() ?? 1)
        let table = (0..<256).map { Style.background.mixed(with: colormap.color(at: Double($0) / 255), strength).bytes }
        bitmap = Bitmap(width: columns, height: rows) { column, row in
            let value = (numbers[(rows - 1 - row) * columns + column] - low) / (high > low ? high - low : 1)
            return table[value.isNaN ? 128 : Int(min(max(value, 0), 1) * 255)]
        }
    }

    /// The ends of the ranges.
    public var extent: (x: [Double], y: [Double]) { ([x.lowerBound, x.upperBound], [y.lowerBound, y.upperBound]) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        let (start, end) = (plot.point(x.lowerBound, y.upperBound), plot.point(x.upperBound, y.lowerBound))
        canvas.image(
            bitmap, in: Canvas.Rect(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y),
            isSmooth: true)
    }

    /// Draws nothing: a heatmap has no entry in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {}
}
