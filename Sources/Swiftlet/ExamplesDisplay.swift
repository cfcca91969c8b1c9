public import Datasets
import Foundation
public import Notebook
import Plots
import Tensors

extension Examples: Displayable {
    /// A table of counts, shapes and classes, with pictures of the first images or a scatter of points in the plane.
    public var mimeBundle: MimeBundle { .html(ExamplesTable(self).html, text: description) }
}

/// What a notebook shows of a data set.
private struct ExamplesTable {
    private static let pointLimit = 2000
    private static let imageCount = 16
    private static let classLimit = 20

    let examples: Examples

    init(_ examples: Examples) { self.examples = examples }

    var html: String {
        let inputs = examples.inputs
        var rows = [
            ("examples", NumberText.fixed(Double(examples.count), decimals: 0)),
            ("inputs", form(inputs)),
            ("targets", examples.classCounts == nil ? form(examples.targets) : "class indices"),
        ]
        if let weights = examples.weights { rows.append(("weights", form(weights))) }
        let summary = rows.map { "<tr><th style=\"text-align: left\">\($0)</th><td>\($1.htmlEscaped)</td></tr>" }
        return "<table>\(summary.joined())</table>" + classes + picture
    }

    /// The shape of one element, the type, and the range of the numbers.
    private func form(_ tensor: Tensor) -> String {
        let text = "\(tensor.shape.removing(at: 0)) \(tensor.dtype)"
        guard tensor.count > 0, tensor.count <= 100_000_000, tensor.dtype != .bool else { return text }
        let numbers = tensor.detached()
        let (low, high) = (numbers.min().item(), numbers.max().item())
        return text + ", from \(NumberText.short(low)) to \(NumberText.short(high))"
    }

    private var classes: String {
        guard let counts = examples.classCounts, !counts.isEmpty else { return "" }
        let cell = "style=\"text-align: right; font-variant-numeric: tabular-nums\""
        var lines = counts.prefix(Self.classLimit).map { name, count in
            "<tr><td style=\"text-align: left\">\(name.htmlEscaped)</td>"
                + "<td \(cell)>\(NumberText.fixed(Double(count), decimals: 0))</td></tr>"
        }
        if counts.count > Self.classLimit {
            lines.append("<tr><td colspan=\"2\">… and \(counts.count - Self.classLimit) more classes</td></tr>")
        }
        return "<table><thead><tr><th style=\"text-align: left\">class</th><th \(cell)>count</th></tr></thead>"
            + "<tbody>\(lines.joined())</tbody></table>"
    }

    private var picture: String {
        guard examples.count > 0, let figure = images ?? scatter else { return "" }
        let data = Data(figure.png()).base64EncodedString()
        return "<img src=\"data:image/png;base64,\(data)\" width=\"\(Int(figure.width.rounded()))\" "
            + "alt=\"\(figure.description.htmlEscaped)\">"
    }

    /// The first images with their classes.
    private var images: Figure? {
        let shape = examples.inputs.shape
        let isImage =
            switch shape.rank {
            case 4: shape[1] > 1 && shape[2] > 1 && (shape[3] == 1 || shape[3] == 3)
            // Sequences of vectors have three axes as well.
            case 3: shape[1] == shape[2] && shape[1] >= 8
            default: false
            }
        guard isImage, shape.elementCount > 0 else { return nil }
        let shown = examples[..<min(Self.imageCount, examples.count)]
        let counts = examples.classCounts
        let titles = counts.map { counts in
            shown.targets.ints.map { counts.indices.contains($0) ? counts[$0].name : "\($0)" }
        }
        let (low, high) = (shown.inputs.min().item(), shown.inputs.max().item())
        let isScaled = low >= 0 && high <= (shown.inputs.dtype == .uint8 ? 255 : 1)
        return imageGrid(shown.inputs, titles: titles ?? [], normalize: !isScaled)
    }

    /// The first points in the plane by their classes, or of a curve.
    private var scatter: Figure? {
        let part = examples[..<min(Self.pointLimit, examples.count)]
        let inputs = part.inputs, targets = part.targets
        let width = inputs.count / max(part.count, 1)
        if width == 2 {
            let points = inputs.reshaped(to: [part.count, 2]).doubles
            let labels = examples.classCounts.map { _ in targets.ints } ?? Array(repeating: 0, count: part.count)
            let classes = Set(labels).sorted()
            guard classes.count <= Self.classLimit else { return nil }
            let names = examples.classCounts
            return Chart(width: 400, height: 300) {
                for label in classes {
                    let chosen = labels.indices.filter { labels[$0] == label }
                    Points(
                        x: chosen.map { points[2 * $0] }, y: chosen.map { points[2 * $0 + 1] }, names?[label].name)
                }
            }.figure
        }
        if width == 1, targets.count == part.count {
            return Chart(x: "input", y: "target", width: 400, height: 300) {
                Points(x: inputs.flattened(), y: targets.flattened())
            }.figure
        }
        return nil
    }
}
