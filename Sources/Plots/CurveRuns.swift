/// The parts of a curve between its gaps, as points on the canvas.
///
/// They hold no more points than can be told apart. Within a width of one point a curve is drawn through its least and
/// greatest number, as in the M4 aggregation of Jugel et al. (2014): a million points look as they do in full.
package struct CurveRuns {
    package private(set) var runs: [[Canvas.Point]] = []
    private var run: [Canvas.Point] = []
    private var column: Column?
    private let bounds: Canvas.Rect

    /// The points of a curve that fall into the same width of one point.
    private struct Column {
        let number: Double
        var first, last, highest, lowest: (index: Int, point: Canvas.Point)
    }

    package init(_ xs: [Double], _ ys: [Double], in plot: PlotArea) {
        // Lines may leave the plot area, but not the range of Cairo's fixed-point numbers.
        let air = 1000.0
        bounds = Canvas.Rect(
            x: plot.rect.x - air, y: plot.rect.y - air, width: plot.rect.width + 2 * air,
            height: plot.rect.height + 2 * air)
        // Few points are drawn as they are.
        let isThinned = Double(xs.count) > 4 * plot.rect.width
        var previous: Canvas.Point?
        for index in xs.indices {
            let point = plot.point(xs[index], ys[index])
            guard point.x.isFinite, point.y.isFinite else {
                finish()
                previous = nil
                continue
            }
            if let previous, !(contains(previous) && contains(point)) {
                addClipped(previous, point)
            } else if !contains(point) {
                finish()
            } else if isThinned {
                add(point, index)
            } else {
                run.append(point)
            }
            previous = point
        }
        finish()
    }

    private mutating func finish() {
        flush()
        if !run.isEmpty { runs.append(run) }
        run = []
    }

    // MARK: Thinning

    private mutating func add(_ point: Canvas.Point, _ index: Int) {
        let number = point.x.rounded(.down)
        if column?.number == number {
            column!.last = (index, point)
            if point.y < column!.highest.point.y { column!.highest = (index, point) }
            if point.y > column!.lowest.point.y { column!.lowest = (index, point) }
        } else {
            flush()
            let entry = (index: index, point: point)
            column = Column(number: number, first: entry, last: entry, highest: entry, lowest: entry)
        }
    }

    private mutating func flush() {
        guard let column else { return }
        var previous = -1
        let kept = [column.first, column.highest, column.lowest, column.last].sorted { $0.index < $1.index }
        for (index, point) in kept where index != previous {
            run.append(point)
            previous = index
        }
        self.column = nil
    }

    // MARK: Clipping

    private func contains(_ point: Canvas.Point) -> Bool {
        point.x >= bounds.x && point.x <= bounds.right && point.y >= bounds.y && point.y <= bounds.bottom
    }

    /// Adds the part of a segment that lies within the bounds (Liang and Barsky, 1984).
    private mutating func addClipped(_ start: Canvas.Point, _ end: Canvas.Point) {
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        guard dx.isFinite, dy.isFinite else { return finish() }
        var (from, to) = (0.0, 1.0)
        let sides = [
            (-dx, start.x - bounds.x), (dx, bounds.right - start.x), (-dy, start.y - bounds.y),
            (dy, bounds.bottom - start.y),
        ]
        for (direction, distance) in sides {
            if direction == 0 {
                if distance < 0 { to = -1 }
            } else if direction < 0 {
                from = max(from, distance / direction)
            } else {
                to = min(to, distance / direction)
            }
        }
        guard from <= to else { return finish() }
        if from > 0 { finish() }
        flush()
        if from > 0 { run.append(Canvas.Point(start.x + from * dx, start.y + from * dy)) }
        run.append(to < 1 ? Canvas.Point(start.x + to * dx, start.y + to * dy) : end)
        if to < 1 { finish() }
    }
}
