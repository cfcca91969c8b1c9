/// A chart: marks on a pair of axes. A cell whose last expression is a chart shows it.
///
/// ```swift
/// let chart = Chart("Activations", x: "z", y: "a") {
///     Line(over: -4...4, "ReLU") { max($0, 0) }
///     Line(over: -4...4, "leaky ReLU") { max($0, 0.1 * $0) }
/// }
/// ```
public struct Chart: Sendable {
    /// Collects the marks between a chart's braces, where `if` and `for` can be used.
    @resultBuilder public enum Builder {
        /// A mark.
        public static func buildExpression(_ mark: some Mark) -> [any Mark] { [mark] }
        /// Several marks.
        public static func buildExpression(_ marks: [any Mark]) -> [any Mark] { marks }
        /// All marks in order.
        public static func buildBlock(_ parts: [any Mark]...) -> [any Mark] { parts.flatMap { $0 } }
        /// The marks of every iteration of a loop.
        public static func buildArray(_ parts: [[any Mark]]) -> [any Mark] { parts.flatMap { $0 } }
        /// The marks under a condition.
        public static func buildOptional(_ part: [any Mark]?) -> [any Mark] { part ?? [] }
        /// The marks if a condition holds.
        public static func buildEither(first part: [any Mark]) -> [any Mark] { part }
        /// The marks if it does not.
        public static func buildEither(second part: [any Mark]) -> [any Mark] { part }
    }

    /// The title; empty for none.
    public var title: String
    /// The label of the x axis; empty for none.
    public var xLabel: String
    /// The label of the y axis; empty for none.
    public var yLabel: String
    /// The scale of the x axis.
    public var xScale: AxisScale
    /// The scale of the y axis.
    public var yScale: AxisScale
    /// The range of the x axis; `nil` to fit the marks.
    public var xRange: ClosedRange<Double>?
    /// The range of the y axis; `nil` to fit the marks.
    public var yRange: ClosedRange<Double>?
    /// The width in points.
    public var width: Double
    /// The height in points.
    public var height: Double
    /// The marks, drawn in order.
    public var marks: [any Mark]

    /// A chart of the marks between its braces.
    ///
    /// - Parameters:
    ///   - title: The title; empty for none.
    ///   - x: The label of the x axis; empty for none.
    ///   - y: The label of the y axis; empty for none.
    ///   - xScale: The scale of the x axis.
    ///   - yScale: The scale of the y axis.
    ///   - xRange: The range of the x axis; `nil` to fit the marks.
    ///   - yRange: The range of the y axis; `nil` to fit the marks.
    ///   - width: The width in points.
    ///   - height: The height in points.
    ///   - marks: The marks. What they throw, the chart throws.
    public init(
        _ title: String = "", x: String = "", y: String = "", xScale: AxisScale = .linear, yScale: AxisScale = .linear,
        xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil, width: Double = 480,
        height: Double = 300,
        @Builder marks: () throws -> [any Mark]
    ) rethrows {
        self.title = title
        xLabel = x
        yLabel = y
        self.xScale = xScale
        self.yScale = yScale
        self.xRange = xRange
        self.yRange = yRange
        self.width = width
        self.height = height
        self.marks = try marks()
    }

    /// The chart as a picture, for ``Figure/save(to:density:)``, ``Figure/row(_:spacing:)`` and
    /// ``Figure/column(_:spacing:)``.
    public var figure: Figure {
        let named = marks.compactMap(\.label)
        let subject = (title.isEmpty ? [yLabel, xLabel].filter { !$0.isEmpty }.joined(separator: " over ") : title)
            .onOneLine
        let description =
            "chart" + (subject.isEmpty ? "" : " of \(subject)")
            + (named.isEmpty ? "" : ": \(named.map(\.onOneLine).joined(separator: ", "))")
        return Figure(width: width, height: height, description: description) {
            ChartDrawing(chart: self, canvas: $0).draw()
        }
    }
}
