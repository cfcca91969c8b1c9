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

extension Figure: Displayable {
    /// The picture as PNG.
    public var mimeBundle: MimeBundle { MimeBundle(self) }
}

extension Chart: Displayable {
    /// The chart as PNG.
    public var mimeBundle: MimeBundle { figure.mimeBundle }
}

extension Diagram: Displayable {
    /// The diagram as PNG.
    public var mimeBundle: MimeBundle { figure.mimeBundle }
}

extension ComputationGraph: Displayable {
    /// The graph's picture as PNG, and a line of text for each operation. A graph of more than 500 operations is shown
    /// as text only.
    public var mimeBundle: MimeBundle {
        guard vertices.count <= 500 else { return .text(description) }
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
    /// A table with a row for each epoch.
    public var mimeBundle: MimeBundle {
        guard let first = epochs.first else { return .text(description) }
        let right = "style=\"text-align: right; font-variant-numeric: tabular-nums\""
        func cells(_ texts: [String], _ tag: String) -> String {
            "<tr>" + texts.map { "<\(tag) \(right)>\($0.htmlEscaped)</\(tag)>" }.joined() + "</tr>"
        }
        let header = cells(["epoch"] + first.metrics.names + ["seconds"], "th")
        let lines = epochs.map { report in
            let values = report.metrics.values.map { NumberText.fixed($0, decimals: 4) }
            return cells(["\(report.epoch)"] + values + [NumberText.fixed(report.seconds, decimals: 1)], "td")
        }
        let end = wasInterrupted ? "<p>Interrupted after \(steps.count) steps.</p>" : ""
        return .html(
            "<table><thead>\(header)</thead><tbody>\(lines.joined(separator: "\n"))</tbody></table>\(end)",
            text: description)
    }
}
