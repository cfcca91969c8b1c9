import Glibc

/// A picture that knows how to draw itself and renders as PNG at any density. A cell whose last expression is a figure
/// shows it.
///
/// ```swift
/// let red = Figure(width: 40, height: 40, description: "a red square") { canvas in
///     canvas.fill(Canvas.Rect(x: 0, y: 0, width: 40, height: 40), .vermilion)
/// }
/// let both = Figure.row([red, red], spacing: 8)
/// ```
public struct Figure: Sendable, CustomStringConvertible {
    /// The width in points (CSS pixels).
    public let width: Double
    /// The height in points (CSS pixels).
    public let height: Double
    /// A description for screen readers and for front ends without pictures.
    public let description: String
    private let drawing: @Sendable (Canvas) -> Void

    /// A custom picture.
    ///
    /// - Parameters:
    ///   - width: The width in points.
    ///   - height: The height in points.
    ///   - description: A description for screen readers and for front ends without pictures.
    ///   - drawing: Draws the picture on a canvas of that size.
    public init(
        width: Double, height: Double, description: String = "picture", drawing: @escaping @Sendable (Canvas) -> Void
    ) {
        self.width = width
        self.height = height
        self.description = description
        self.drawing = drawing
    }

    /// Draws the picture on a canvas.
    public func draw(on canvas: Canvas) { drawing(canvas) }

    /// The picture as a PNG file.
    ///
    /// - Parameters:
    ///   - density: The number of pixels for each point; 2 is sharp on high-density screens. A picture that would be
    ///     larger than 32,767 pixels on a side, or 100 million pixels, has fewer.
    ///   - isFast: Whether to spend less time at the cost of a larger file, as live pictures do.
    /// - Returns: The bytes of the file.
    public func png(density: Double = 2, isFast: Bool = false) -> [UInt8] {
        let canvas = Canvas(width: width, height: height, density: min(density, greatestDensity))
        draw(on: canvas)
        return canvas.png(isFast: isFast)
    }

    /// The number of pixels for each point with which the picture is as large as a canvas can be.
    private var greatestDensity: Double {
        let side = Double(Canvas.greatestSide - 1) / max(width, height, 1)
        return min(side, (Double(PNG.greatestPixelCount) / max(width * height, 1)).squareRoot())
    }

    /// Writes the picture to a PNG file.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - density: The number of pixels for each point.
    /// - Throws: ``PictureError`` if the file cannot be written.
    public func save(to path: String, density: Double = 2) throws {
        let bytes = png(density: density)
        guard let file = fopen(path, "wb") else {
            throw PictureError(description: "\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw PictureError(description: "\(path) was written only in part: \(String(cString: strerror(errno))).")
        }
    }

    /// Pictures side by side, aligned at the top, `spacing` points apart.
    public static func row(_ figures: [Figure], spacing: Double = 0) -> Figure {
        let width = figures.reduce(0) { $0 + $1.width } + spacing * Double(max(figures.count - 1, 0))
        let description = figures.map(\.description).joined(separator: "; ")
        return Figure(width: width, height: figures.map(\.height).max() ?? 0, description: description) { canvas in
            var x = 0.0
            for figure in figures {
                canvas.translated(to: Canvas.Point(x, 0)) { figure.draw(on: canvas) }
                x += figure.width + spacing
            }
        }
    }

    /// Pictures below one another, aligned at the left, `spacing` points apart.
    public static func column(_ figures: [Figure], spacing: Double = 0) -> Figure {
        let height = figures.reduce(0) { $0 + $1.height } + spacing * Double(max(figures.count - 1, 0))
        let description = figures.map(\.description).joined(separator: "; ")
        return Figure(width: figures.map(\.width).max() ?? 0, height: height, description: description) { canvas in
            var y = 0.0
            for figure in figures {
                canvas.translated(to: Canvas.Point(0, y)) { figure.draw(on: canvas) }
                y += figure.height + spacing
            }
        }
    }
}
