import Tensors

/// Labelled boxes with arrows between them, optionally in frames, as of a computation graph or a network.
///
/// ```swift
/// var diagram = Diagram()
/// let input = diagram.add(Diagram.Box(["input", "[28, 28, 1]"], fill: Color(0xDDEBF7)))
/// let output = diagram.add(Diagram.Box(["dense", "[10]"]))
/// diagram.connect(input, output)
/// let picture = diagram.figure
/// ```
public struct Diagram: Sendable {
    /// A box of a diagram.
    public struct Box: Sendable {
        /// The text: the first line is dark, the lines below it are smaller and lighter. A line break begins a line.
        public var lines: [String]
        /// The colour.
        public var fill: Color
        /// Whether the corners are round, as for operations.
        public var isRound: Bool
        /// Whether the outline is dashed, as for constants.
        public var isDashed: Bool
        /// The frames around the box, outermost first. Boxes whose first frames are equal share them.
        public var frames: [String]

        /// A box.
        public init(
            _ lines: [String], fill: Color = .white, isRound: Bool = false, isDashed: Bool = false,
            frames: [String] = []
        ) {
            self.lines = lines.flatMap(\.drawnLines)
            self.fill = fill
            self.isRound = isRound
            self.isDashed = isDashed
            self.frames = frames
        }
    }

    /// The direction that arrows point in.
    public enum Direction: String, Sendable {
        /// From top to bottom.
        case down = "TB"
        /// From left to right.
        case right = "LR"
    }

    /// The boxes, in the order in which they were added.
    public private(set) var boxes: [Box] = []
    /// The arrows, by the indices of the boxes that they connect.
    public private(set) var arrows: [(from: Int, to: Int)] = []
    /// The direction that arrows point in.
    public var direction: Direction
    /// A description for screen readers and for front ends without pictures.
    public var title: String

    /// An empty diagram.
    public init(title: String = "diagram", direction: Direction = .down) {
        self.title = title
        self.direction = direction
    }

    /// Adds a box.
    ///
    /// - Returns: The index of the box, for ``connect(_:_:)``.
    @discardableResult
    public mutating func add(_ box: Box) -> Int {
        boxes.append(box)
        return boxes.count - 1
    }

    /// Adds an arrow between two boxes, by their indices. A `ValueError` if there is no such box.
    public mutating func connect(_ from: Int, _ to: Int) {
        guard boxes.indices.contains(from), boxes.indices.contains(to) else {
            Failure.raise(
                ValueError(
                    operation: "connect", message: "boxes \(from) and \(to) must be among the diagram's \(boxes.count)",
                    hint: "give the indices that add(_:) returned"))
        }
        arrows.append((from, to))
    }

    /// The picture, laid out by Graphviz (Gansner et al. 1993, "A technique for drawing directed graphs").
    public var figure: Figure {
        let layout = DiagramLayout(self)
        let margin = Style.margin
        return Figure(
            width: layout.width + 2 * margin, height: layout.height + 2 * margin,
            description: "\(title) of \(boxes.count) boxes"
        ) { canvas in
            canvas.translated(to: Canvas.Point(margin, margin)) { draw(layout, on: canvas) }
        }
    }

    private func draw(_ layout: DiagramLayout, on canvas: Canvas) {
        for frame in layout.frames {
            canvas.fill(frame.rect, Style.gridLine, opacity: 0.35, cornerRadius: Style.cornerRadius)
            canvas.stroke(frame.rect, Style.outline, width: 0.75, cornerRadius: Style.cornerRadius)
            canvas.text(
                frame.name, at: Canvas.Point(frame.rect.x + 6, frame.rect.y + 5), size: Box.smallSize,
                color: Style.secondaryText, isBold: true, vertical: .top)
        }
        for arrow in layout.arrows {
            canvas.curve(arrow.points, Style.secondaryText)
            canvas.arrowhead(from: arrow.points[arrow.points.count - 1], to: arrow.tip, Style.secondaryText)
        }
        for (box, rect) in zip(boxes, layout.boxes) { box.draw(in: rect, on: canvas) }
    }
}

extension Diagram.Box {
    static let smallSize = 9.5
    private static let lineHeight = 14.0

    /// The size that the box needs, in points.
    func size(measuredOn canvas: Canvas) -> (width: Double, height: Double) {
        let widths = lines.enumerated().map { canvas.textWidth($1, size: $0 == 0 ? Style.textSize : Self.smallSize) }
        return ((widths.max() ?? 0) + 20, Double(max(lines.count, 1)) * Self.lineHeight + 10)
    }

    fileprivate func draw(in rect: Canvas.Rect, on canvas: Canvas) {
        let radius = isRound ? min(rect.height / 2, 13) : 3
        canvas.fill(rect, fill, cornerRadius: radius)
        canvas.stroke(rect, Style.outline, width: 1, dash: isDashed ? [3, 2] : [], cornerRadius: radius)
        for (row, line) in lines.enumerated() {
            let y = rect.center.y + (Double(row) - Double(lines.count - 1) / 2) * Self.lineHeight
            canvas.text(
                line, at: Canvas.Point(rect.center.x, y), size: row == 0 ? Style.textSize : Self.smallSize,
                color: row == 0 ? Style.text : Style.secondaryText, align: .center, vertical: .middle)
        }
    }
}
