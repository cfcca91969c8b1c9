import Tensors

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
    private let missingCount: Int

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
        let all = values.numbers
        let numbers = all.filter(\.isFinite)
        missingCount = all.count - numbers.count
        var (low, high) = (numbers.min() ?? 0, numbers.max() ?? 1)
        // Intervals must be wider than the distance of neighbouring floating-point numbers.
        let least = 4 * max(low.magnitude, high.magnitude).ulp * Double(bins)
        if low == high || high - low < least {
            let half = low == high ? max(0.5, least) : least
            (low, high) = (max(low - half, -.greatestFiniteMagnitude), min(high + half, .greatestFiniteMagnitude))
        }
        // Weighted ends, because the difference of the greatest numbers would be infinite.
        edges = (0...bins).map { low * (Double(bins - $0) / Double(bins)) + high * (Double($0) / Double(bins)) }
        var counts = [Int](repeating: 0, count: bins)
        for number in numbers {
            var bin = min(Int(share(of: number, from: low, to: high) * Double(bins)), bins - 1)
            // Rounding must not move a number across an edge.
            if number < edges[bin], bin > 0 { bin -= 1 }
            if bin < bins - 1, number >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        self.counts = counts
        self.label = label
        self.color = color
    }

    /// Bars start at zero.
    public var startsAtZero: Bool { true }
    /// The numbers that the axes have to cover.
    public var extent: (x: [Double], y: [Double]) {
        // Without a number there is nothing to cover.
        counts.contains { $0 > 0 } ? (edges, counts.numbers) : ([], [])
    }

    /// Draws the mark.
    public func draw(on canvas: Canvas, in plot: PlotArea, color: Color) {
        for (bin, count) in counts.enumerated() where count > 0 {
            let start = plot.pointWithinReach(edges[bin], 0).x
            let end = plot.pointWithinReach(edges[bin + 1], Double(count))
            guard start.isFinite, end.x.isFinite else { continue }
            canvas.fill(
                Canvas.Rect(
                    x: start + 0.25, y: end.y, width: max(end.x - start - 0.5, 0.5), height: plot.ground - end.y),
                color,
                opacity: 0.8)
        }
    }

    /// Draws the legend's symbol.
    public func drawSwatch(on canvas: Canvas, at middle: Canvas.Point, color: Color) {
        canvas.fill(Canvas.Rect(x: middle.x - 5, y: middle.y - 5, width: 10, height: 10), color, opacity: 0.8)
    }
}

extension Histogram: CountedMark {
    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus {
        var census = NumberCensus()
        census.shown = zip(edges, counts).reduce(0) { $0 + (x.shows($1.0) ? $1.1 : 0) }
        census.notPositive = counts.reduce(0, +) - census.shown
        census.notFinite = missingCount
        return census
    }
}

extension Histogram {
    /// How many numbers fall into how many intervals, and the name.
    public var description: String {
        let range = "\(NumberText.short(edges[0]))…\(NumberText.short(edges[edges.count - 1]))"
        return "histogram of \(NumberText.count(counts.reduce(0, +), "number")) in "
            + "\(NumberText.count(counts.count, "interval")), \(range)"
            + (label.map { ": \($0.onOneLine)" } ?? "")
    }
}
