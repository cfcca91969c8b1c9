/// Labelled boxes with arrows between them, perhaps in frames: a computation graph, a network.
///
/// ```swift
/// var diagram = Diagram()
/// let input = diagram.add(Diagram.Box(["input", "[28, 28, 1]"], fill: Color(0xDDEBF7)))
/// let output = diagram.add(Diagram.Box(["dense", "[10]"]))
/// diagram.connect(input, output)
/// diagram.figure
/// ```
public struct Diagram: Sendable {
    /// A box of a diagram.
    public struct Box: Sendable {
        /// What is written in it: the first line in ink, those below it quieter.
        public var lines: [String]
        /// Its colour.
        public var fill: Color
        /// Whether its ends are round, as those of operations are.
        public var isRound: Bool
        /// Whether its rim is dashed, as those of constants are.
        public var isDashed: Bool
        /// The frames around it, outermost first. Boxes with the same first frames stand in the same ones.
        public var frames: [String]

        /// A box.
        public init(
            _ lines: [String], fill: Color = .white, isRound: Bool = false, isDashed: Bool = false,
            frames: [String] = []
        ) {
            self.lines = lines
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
    /// The arrows, by the places of the boxes that they lead from and to.
    public private(set) var arrows: [(from: Int, to: Int)] = []
    /// The direction that arrows point in.
    public var direction: Direction
    /// What the diagram shows, for readers and front ends without pictures.
    public var title: String

    /// A diagram without boxes yet.
    public init(title: String = "diagram", direction: Direction = .down) {
        self.title = title
        self.direction = direction
    }

    /// Adds a box.
    ///
    /// - Returns: Its place, by which arrows refer to it.
    @discardableResult
    public mutating func add(_ box: Box) -> Int {
        boxes.append(box)
        return boxes.count - 1
    }

    /// Adds an arrow.
    ///
    /// - Precondition: Both boxes were added before.
    public mutating func connect(_ from: Int, _ to: Int) {
        precondition(
            boxes.indices.contains(from) && boxes.indices.contains(to), "an arrow leads from one added box to another")
        arrows.append((from, to))
    }

    /// The picture. Graphviz finds the places (Gansner et al. 1993, "A technique for drawing directed graphs").
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
            canvas.fill(frame.rect, Style.grid, opacity: 0.35, cornerRadius: Style.cornerRadius)
            canvas.stroke(frame.rect, Style.frame, width: 0.75, cornerRadius: Style.cornerRadius)
            canvas.text(
                frame.name, at: Canvas.Point(frame.rect.x + 6, frame.rect.y + 5), size: Box.smallSize,
                color: Style.quietInk, isBold: true, vertical: .top)
        }
        for arrow in layout.arrows {
            canvas.curve(arrow.points, Style.quietInk)
            canvas.arrowhead(from: arrow.points[arrow.points.count - 1], to: arrow.tip, Style.quietInk)
        }
        for (box, rect) in zip(boxes, layout.boxes) { box.draw(in: rect, on: canvas) }
    }
}

extension Diagram.Box {
    static let smallSize = 9.5
    private static let lineHeight = 14.0

    /// The room that the box needs, in points.
    func size(measuredOn canvas: Canvas) -> (width: Double, height: Double) {
        let widths = lines.enumerated().map { canvas.textWidth($1, size: $0 == 0 ? Style.textSize : Self.smallSize) }
        return ((widths.max() ?? 0) + 20, Double(max(lines.count, 1)) * Self.lineHeight + 10)
    }

    fileprivate func draw(in rect: Canvas.Rect, on canvas: Canvas) {
        let radius = isRound ? min(rect.height / 2, 13) : 3
        canvas.fill(rect, fill, cornerRadius: radius)
        canvas.stroke(rect, Style.frame, width: 1, dash: isDashed ? [3, 2] : [], cornerRadius: radius)
        for (place, line) in lines.enumerated() {
            let y = rect.center.y + (Double(place) - Double(lines.count - 1) / 2) * Self.lineHeight
            canvas.text(
                line, at: Canvas.Point(rect.center.x, y), size: place == 0 ? Style.textSize : Self.smallSize,
                color: place == 0 ? Style.ink : Style.quietInk, align: .center, vertical: .middle)
        }
    }
}
