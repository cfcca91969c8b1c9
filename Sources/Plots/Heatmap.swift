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
    /// It uses up no colour of the series.
    public let takesSeriesColor = false
    private let x: ClosedRange<Double>
    private let y: ClosedRange<Double>
    private let rows: Int
    private let columns: Int
    /// The positions of the values between the ends of the colormap, 0…1, the first row at the lower end; NaN for none.
    private let shares: [Float]
    private let isSmooth: Bool
    private let table: [(red: UInt8, green: UInt8, blue: UInt8)]
    private let missing: (red: UInt8, green: UInt8, blue: UInt8)

    /// Colours for a grid of values. A `ShapeError` unless `values` has two dimensions.
    ///
    /// - Parameters:
    ///   - x: The range of the columns.
    ///   - y: The range of the rows, the first row at the lower end.
    ///   - values: The values, `[rows, columns]`.
    ///   - range: The numbers at the ends of the colormap; `nil` for the least and the greatest value.
    ///   - colormap: The colours.
    ///   - strength: From 0, the background's colour, to 1, the colormap's; less than 1 keeps points on top readable.
    ///   - isSmooth: Whether values are interpolated between the cells' middles; otherwise each cell is a rectangle of
    ///     one colour. `nil` to interpolate in grids of at least 16 rows and columns.
    public init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, values: Tensor, range: ClosedRange<Double>? = nil,
        colormap: Colormap = .diverging, strength: Double = 0.6, isSmooth: Bool? = nil
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
        (rows, columns) = (values.shape[0], values.shape[1])
        self.isSmooth = isSmooth ?? (rows >= 16 && columns >= 16)
        let finite = numbers.lazy.filter(\.isFinite)
        let (low, high) = range.map { ($0.lowerBound, $0.upperBound) } ?? (finite.min() ?? 0, finite.max() ?? 1)
        shares = numbers.map { value in
            // Equal values have the colour of the middle, as zero has in a range around it.
            value.isNaN ? .nan : high > low ? Float(min(max(share(of: value, from: low, to: high), 0), 1)) : 0.5
        }
        table = (0..<256).map { Style.background.mixed(with: colormap.color(at: Double($0) / 255), strength).bytes }
        missing = Style.background.mixed(with: colormap.color(at: .nan), strength).bytes
    }

    /// The ends of the ranges.
    public var extent: (x: [Double], y: [Double]) { ([x.lowerBound, x.upperBound], [y.lowerBound, y.upperBound]) }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        let (start, end) = (plot.point(x.lowerBound, y.upperBound), plot.point(x.upperBound, y.lowerBound))
        let whole = Canvas.Rect(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y)
        // Of a map that reaches beyond the axes, only what is seen is painted.
        let (left, top) = (max(whole.x, plot.rect.x - 1), max(whole.y, plot.rect.y - 1))
        let seen = Canvas.Rect(
            x: left, y: top, width: min(whole.right, plot.rect.right + 1) - left,
            height: min(whole.bottom, plot.rect.bottom + 1) - top)
        guard seen.width > 0, seen.height > 0, whole.width.isFinite, whole.height.isFinite else { return }
        let (width, height) = (
            max(Int((seen.width * canvas.density).rounded(.up)), 1),
            max(Int((seen.height * canvas.density).rounded(.up)), 1)
        )
        if columns > width || rows > height {
            // Cairo averages the cells that share a pixel.
            let bitmap = Bitmap(width: columns, height: rows) { column, row in
                self.color(of: shares[(rows - 1 - row) * columns + column])
            }
            canvas.image(bitmap, in: whole, isSmooth: true)
            return
        }
        // The position of each pixel's middle, counted in cells.
        func positions(_ count: Int, from start: Double, by extent: Double, cells: Int) -> [Double] {
            (0..<count).map { pixel -> Double in
                let middle = (Double(pixel) + 0.5) / Double(count)
                return (start + middle * extent) * Double(cells)
            }
        }
        let across = positions(
            width, from: (seen.x - whole.x) / whole.width, by: seen.width / whole.width, cells: columns)
        let down = positions(
            height, from: (whole.bottom - seen.y) / whole.height, by: -seen.height / whole.height, cells: rows)
        let bitmap = Bitmap(width: width, height: height) { column, row in
            self.color(of: value(at: across[column], down[row]))
        }
        canvas.image(bitmap, in: seen)
    }

    private func color(of share: Float) -> (red: UInt8, green: UInt8, blue: UInt8) {
        share.isNaN ? missing : table[Int(share * 255)]
    }

    /// The value at a position counted in cells: of its cell, or interpolated between the middles of four.
    ///
    /// Values are interpolated, not colours: halfway from one colour to another there may be one that the map does not
    /// have.
    private func value(at column: Double, _ row: Double) -> Float {
        func cell(_ position: Double, _ count: Int) -> Int { min(max(Int(position), 0), count - 1) }
        let own = shares[cell(row, rows) * columns + cell(column, columns)]
        guard isSmooth, !own.isNaN else { return own }
        let (u, v) = (
            min(max(column - 0.5, 0), Double(columns - 1)), min(max(row - 0.5, 0), Double(rows - 1))
        )
        let (left, low) = (min(Int(u), max(columns - 2, 0)), min(Int(v), max(rows - 2, 0)))
        let (right, high) = (min(left + 1, columns - 1), min(low + 1, rows - 1))
        let (s, t) = (Float(u - Double(left)), Float(v - Double(low)))
        let lower = shares[low * columns + left] * (1 - s) + shares[low * columns + right] * s
        let upper = shares[high * columns + left] * (1 - s) + shares[high * columns + right] * s
        let mean = lower * (1 - t) + upper * t
        return mean.isNaN ? own : mean
    }

    /// Draws nothing: a heatmap has no entry in the legend.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {}
}

extension Heatmap: CountedMark {
    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus {
        var census = NumberCensus()
        census.notFinite = shares.lazy.filter(\.isNaN).count
        census.shown = shares.count - census.notFinite
        return census
    }
}

extension Heatmap {
    /// The size of the grid.
    public var description: String { "heatmap of \(rows)×\(columns) values" }
}
