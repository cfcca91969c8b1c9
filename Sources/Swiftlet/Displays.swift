import Foundation
public import Networks
public import Notebook
public import Plots
public import Tensors

extension MimeBundle {
    /// A picture with two pixels for each point.
    ///
    /// - Parameter isFast: Whether to spend less time at the cost of a larger file, as live pictures do.
    init(_ figure: Figure, isFast: Bool = false) {
        self = .png(
            Data(figure.png(isFast: isFast)), width: Int(figure.width.rounded()), height: Int(figure.height.rounded()),
            alternative: figure.description)
    }
}

extension Figure: QuickDisplayable {
    /// The picture as PNG.
    public var mimeBundle: MimeBundle { MimeBundle(self) }
    package var quickMimeBundle: MimeBundle { MimeBundle(self, isFast: true) }
}

extension Chart: QuickDisplayable {
    /// The chart as PNG.
    public var mimeBundle: MimeBundle { figure.mimeBundle }
    package var quickMimeBundle: MimeBundle { figure.quickMimeBundle }
}

extension Diagram: QuickDisplayable {
    /// The diagram as PNG.
    public var mimeBundle: MimeBundle { figure.mimeBundle }
    package var quickMimeBundle: MimeBundle { figure.quickMimeBundle }
}

extension ComputationGraph: Displayable {
    /// The graph's picture as PNG, and a line of text for each operation. Of a graph of more than 500 operations, the
    /// first lines are shown, and no picture.
    public var mimeBundle: MimeBundle {
        guard vertices.count <= 500 else {
            let lines = description.split(separator: "\n", omittingEmptySubsequences: false)
            return .text((lines.prefix(500) + ["… and \(lines.count - 500) more lines"]).joined(separator: "\n"))
        }
        var bundle = figure.mimeBundle
        bundle.contents["text/plain"] = .text(description)
        return bundle
    }
}

extension Bitmap: Displayable {
    /// The bitmap as PNG, one point for each pixel.
    public var mimeBundle: MimeBundle {
        .png(Data(png()), width: width, height: height, alternative: "picture of \(width)×\(height) pixels")
    }
}

extension Summary: Displayable {
    /// The table as text, in Keras's form, and as HTML.
    public var mimeBundle: MimeBundle { .html(html, text: description) }
}

extension History: Displayable {
    /// A table with a row for each epoch; of more than 100 epochs, with the first and the last 50.
    public var mimeBundle: MimeBundle {
        guard let first = epochs.first else { return .text(description) }
        let right = "style=\"text-align: right; font-variant-numeric: tabular-nums\""
        func cells(_ texts: [String], _ tag: String) -> String {
            "<tr>" + texts.map { "<\(tag) \(right)>\($0.htmlEscaped)</\(tag)>" }.joined() + "</tr>"
        }
        let header = cells(["epoch"] + first.metrics.names + ["seconds"], "th")
        // Of a long training, the first and the last epochs.
        let shown = epochs.count <= 100 ? epochs : Array(epochs.prefix(50) + epochs.suffix(50))
        var lines = shown.map { report in
            let values = report.metrics.values.map { NumberText.metric($0, decimals: 4) }
            return cells(["\(report.epoch)"] + values + [NumberText.fixed(report.seconds, decimals: 1)], "td")
        }
        if shown.count < epochs.count { lines.insert(cells(["…"], "td"), at: 50) }
        let end =
            wasInterrupted
            ? "<p>Interrupted after \(steps.count) steps.</p>" : divergence.map { "<p>Stopped: \($0).</p>" } ?? ""
        return .html(
            "<table><thead>\(header)</thead><tbody>\(lines.joined(separator: "\n"))</tbody></table>\(end)",
            text: description)
    }
}

// A mark on its own is shown in a chart of its own.

extension Line: QuickDisplayable {
    /// A chart of the line.
    public var mimeBundle: MimeBundle { Chart { self }.mimeBundle }
    package var quickMimeBundle: MimeBundle { Chart { self }.quickMimeBundle }
}

extension Points: QuickDisplayable {
    /// A chart of the points.
    public var mimeBundle: MimeBundle { Chart { self }.mimeBundle }
    package var quickMimeBundle: MimeBundle { Chart { self }.quickMimeBundle }
}

extension Bars: QuickDisplayable {
    /// A chart of the bars.
    public var mimeBundle: MimeBundle { Chart { self }.mimeBundle }
    package var quickMimeBundle: MimeBundle { Chart { self }.quickMimeBundle }
}

extension Histogram: QuickDisplayable {
    /// A chart of the histogram.
    public var mimeBundle: MimeBundle { Chart { self }.mimeBundle }
    package var quickMimeBundle: MimeBundle { Chart { self }.quickMimeBundle }
}

extension Heatmap: QuickDisplayable {
    /// A chart of the heatmap.
    public var mimeBundle: MimeBundle { Chart { self }.mimeBundle }
    package var quickMimeBundle: MimeBundle { Chart { self }.quickMimeBundle }
}

extension Color: Displayable {
    /// A patch of the colour, and its hexadecimal code.
    public var mimeBundle: MimeBundle {
        .html(
            "<span style=\"display: inline-block; width: 2.4em; height: 1.2em; vertical-align: middle; "
                + "background: \(description)\"></span> <code>\(description)</code>", text: description)
    }
}

extension Colormap: Displayable {
    /// A strip of the colours, from 0 at the left to 1 at the right.
    public var mimeBundle: MimeBundle {
        let map = self
        return Figure(width: 284, height: 52, description: "colormap \(self)") { canvas in
            let strip = Bitmap(width: 256, height: 1) { column, _ in map.table[column] }
            canvas.image(strip, in: Canvas.Rect(x: 14, y: 14, width: 256, height: 24))
        }.mimeBundle
    }
}

extension LearningRateSearch: Displayable {
    /// The chart of the losses, and the suggestion in words.
    public var mimeBundle: MimeBundle {
        var bundle = plot().mimeBundle
        bundle.contents["text/plain"] = .text(description)
        return bundle
    }
}

extension RankedScores.Curve: Displayable {
    /// A chart of the curve.
    public var mimeBundle: MimeBundle {
        var bundle = Chart(width: 300) { Line(x: x, y: y) }.mimeBundle
        bundle.contents["text/plain"] = .text(description)
        return bundle
    }
}

extension ConfusionMatrix: Displayable {
    /// The matrix as a picture, and as text.
    public var mimeBundle: MimeBundle {
        let cells = counts.ints
        let rows = (0..<classes).map { Array(cells[$0 * classes..<($0 + 1) * classes]) }
        var bundle = confusionMatrix(counts: rows).mimeBundle
        bundle.contents["text/plain"] = .text(description)
        return bundle
    }
}
