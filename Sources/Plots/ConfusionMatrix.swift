import Tensors

/// The contents of a confusion matrix's cells.
public enum ConfusionCells: Sendable, Hashable {
    /// The number of examples.
    case counts
    /// The percentage of the examples of the row's class.
    case percentages
    /// Both the number and the percentage.
    case countsAndPercentages
}

/// A confusion matrix: how often each class is predicted as each class, with a row for each true class and a column for
/// each predicted one.
///
/// ```swift
/// let picture = confusionMatrix(counts: [[90, 10], [20, 80]], classNames: ["cat", "dog"])
/// ```
///
/// - Parameters:
///   - counts: The numbers of examples, `counts[label][prediction]`; a `ShapeError` unless there are as many columns
///     as rows.
///   - classNames: The names of the classes; without them their indices are shown.
///   - cells: The contents of the cells; the colours always show the proportion of the row.
///   - title: The title.
public func confusionMatrix(
    counts: [[Int]], classNames: [String] = [], cells: ConfusionCells = .counts, title: String = "Confusion matrix"
) -> Figure {
    if let row = counts.first(where: { $0.count != counts.count }) {
        Failure.raise(
            ShapeError(
                operation: "confusionMatrix", shapes: [[counts.count, row.count]],
                message: "counts must be square, got \(counts.count) rows and a row of \(row.count) columns",
                hint: "give one count for each pair of a true and a predicted class"))
    }
    let names = counts.indices.map { $0 < classNames.count ? classNames[$0].onOneLine : "\($0)" }
    let total = counts.joined().reduce(0, +)
    let correct = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    let share = total > 0 ? ": \(NumberText.fixed(100 * Double(correct) / Double(total), decimals: 1)) % correct" : ""
    let grid = MatrixGrid(
        counts: counts, names: names, cells: cells, title: title,
        summary: "\(NumberText.fixed(Double(total), decimals: 0)) examples\(share)")
    return grid.figure
}

/// The drawing of a confusion matrix.
private struct MatrixGrid: Sendable {
    let counts: [[Int]]
    let names: [String]
    let cells: ConfusionCells
    let title: String
    let summary: String

    private var cellWidth: Double { cells == .countsAndPercentages ? 50 : 42 }
    private let cellHeight = 34.0

    var figure: Figure {
        // The names' widths determine the size of the picture.
        let ruler = Canvas(width: 1, height: 1)
        let widest = names.map { ruler.textWidth($0) }.max() ?? 0
        let left = Style.margin + 20 + min(widest, 140) + 8
        let isTurned = widest + 4 > cellWidth
        let heading = title.firstLines(3)
        let top =
            Style.margin + 36 + Canvas.textHeight(heading, size: Style.titleSize)
            - Canvas.textHeight("", size: Style.titleSize)
        let titleWidth = min(ruler.textWidth(heading, size: Style.titleSize, isBold: true), 640)
        let bottom = (isTurned ? min(widest, 140) * 0.64 + 10 : 16) + 26 + Style.margin
        let rect = Canvas.Rect(
            x: left, y: top, width: cellWidth * Double(names.count), height: cellHeight * Double(names.count))
        return Figure(
            width: max(rect.right + Style.margin + 6, 300, titleWidth + 2 * Style.margin), height: rect.bottom + bottom,
            description: "\(title.onOneLine) of \(summary)"
        ) { draw(on: $0, rect: rect, isTurned: isTurned) }
    }

    private func draw(on canvas: Canvas, rect: Canvas.Rect, isTurned: Bool) {
        canvas.text(
            canvas.shortened(
                title.firstLines(3), toWidth: canvas.width - 2 * Style.margin, size: Style.titleSize, isBold: true),
            at: Canvas.Point(Style.margin, Style.margin), size: Style.titleSize, isBold: true, vertical: .top)
        canvas.text(
            summary, at: Canvas.Point(Style.margin, rect.y - 19), color: Style.secondaryText, vertical: .top)
        for (row, line) in counts.enumerated() {
            let total = line.reduce(0, +)
            for (column, count) in line.enumerated() {
                let cell = Canvas.Rect(
                    x: rect.x + Double(column) * cellWidth, y: rect.y + Double(row) * cellHeight, width: cellWidth,
                    height: cellHeight)
                drawCell(on: canvas, cell, count, share: total > 0 ? Double(count) / Double(total) : 0)
            }
            canvas.text(
                canvas.shortened(names[row], toWidth: 140, size: Style.textSize),
                at: Canvas.Point(rect.x - 8, rect.y + (Double(row) + 0.5) * cellHeight), align: .trailing,
                vertical: .middle)
            let below = Canvas.Point(rect.x + (Double(row) + 0.5) * cellWidth, rect.bottom + 9)
            let name = canvas.shortened(names[row], toWidth: 140, size: Style.textSize)
            if isTurned {
                canvas.text(
                    name, at: Canvas.Point(below.x + 4, below.y), align: .trailing, vertical: .middle, turn: -40)
            } else {
                canvas.text(name, at: below, align: .center, vertical: .top)
            }
        }
        canvas.text(
            "predicted class", at: Canvas.Point(rect.center.x, canvas.height - Style.margin),
            color: Style.secondaryText,
            align: .center)
        canvas.text(
            "true class", at: Canvas.Point(Style.margin + 4, rect.center.y), color: Style.secondaryText, align: .center,
            vertical: .middle, turn: -90)
    }

    private func drawCell(on canvas: Canvas, _ cell: Canvas.Rect, _ count: Int, share: Double) {
        let color = Colormap.blues.color(at: share)
        canvas.fill(Canvas.Rect(x: cell.x, y: cell.y, width: cell.width - 1, height: cell.height - 1), color)
        let isEmpty = count == 0
        let ink = isEmpty ? Style.outline : color.contrast(with: .white) > 3.2 ? .white : Style.text
        let percent = NumberText.fixed(share * 100, decimals: share < 0.0995 && share > 0 ? 1 : 0) + " %"
        let middle = Canvas.Point(cell.center.x - 0.5, cell.center.y - 0.5)
        switch cells {
        case .counts:
            canvas.text("\(count)", at: middle, color: ink, align: .center, vertical: .middle)
        case .percentages:
            canvas.text(percent, at: middle, size: 10, color: ink, align: .center, vertical: .middle)
        case .countsAndPercentages:
            canvas.text(
                "\(count)", at: Canvas.Point(middle.x, middle.y - 7), color: ink, align: .center, vertical: .middle)
            canvas.text(
                percent, at: Canvas.Point(middle.x, middle.y + 7), size: 9, color: ink, align: .center,
                vertical: .middle)
        }
    }
}
