// How values of the library read in a cell's output and in texts: without the names of modules and of private parts.

extension Chart: CustomStringConvertible {
    /// What the chart shows, for screen readers and for front ends without pictures.
    public var description: String { figure.description }
}

extension PlotArea: CustomStringConvertible {
    /// The rectangle, and the ranges of the axes.
    public var description: String {
        func text(_ scale: Scale) -> String {
            NumberText.short(scale.range.lowerBound) + "…" + NumberText.short(scale.range.upperBound)
        }
        return "plot area \(rect), x \(text(x)), y \(text(y))"
    }
}

extension Bitmap: CustomStringConvertible {
    /// The size in pixels.
    public var description: String { "picture of \(width)×\(height) pixels" }
}

extension Diagram: CustomStringConvertible {
    /// The title, and how many boxes and arrows there are.
    public var description: String {
        "\(title.onOneLine) of \(NumberText.count(boxes.count, "box", "boxes")) and "
            + NumberText.count(arrows.count, "arrow")
    }
}

extension Diagram.Box: CustomStringConvertible {
    /// The lines of the text.
    public var description: String { "box \(lines.joined(separator: ", "))" }
}

extension Canvas: CustomStringConvertible {
    /// The size in points, and the density.
    public var description: String {
        "canvas of \(NumberText.short(width))×\(NumberText.short(height)) points at \(NumberText.short(density)) "
            + "pixels each"
    }
}

extension Canvas.Point: CustomStringConvertible {
    /// The distances from the left and the upper edge: `(20, 30.5)`.
    public var description: String { "(\(NumberText.short(x, digits: 6)), \(NumberText.short(y, digits: 6)))" }
}

extension Canvas.Rect: CustomStringConvertible {
    /// The size, and the upper left corner: `200×100 at (20, 30)`.
    public var description: String {
        "\(NumberText.short(width, digits: 6))×\(NumberText.short(height, digits: 6)) at \(Canvas.Point(x, y))"
    }
}

extension Color: CustomStringConvertible {
    /// The hexadecimal code, as on the web: `#D55E00`.
    public var description: String {
        let digits = Array("0123456789ABCDEF")
        return "#"
            + String([bytes.red, bytes.green, bytes.blue].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
