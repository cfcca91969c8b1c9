import CCairo
import Tensors

/// A surface to draw on, measured in points (CSS pixels) from its upper left corner and rendered at a higher density.
///
/// Its background is opaque, so that a picture looks the same on a light page and on a dark one.
///
/// ```swift
/// let sun = Figure(width: 80, height: 80, description: "a sun") { canvas in
///     canvas.disc(Canvas.Point(40, 40), radius: 24, Color(0xC98A00))
/// }
/// ```
public final class Canvas {
    /// A point on a canvas.
    public struct Point: Sendable, Hashable {
        /// The distance from the left edge, in points.
        public var x: Double
        /// The distance from the upper edge, in points.
        public var y: Double

        /// A point by its distances from the left and the upper edge, in points.
        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A rectangle parallel to the edges, in points.
    public struct Rect: Sendable, Hashable {
        /// The left edge.
        public var x: Double
        /// The upper edge.
        public var y: Double
        /// The width.
        public var width: Double
        /// The height.
        public var height: Double

        /// A rectangle by its upper left corner and size.
        public init(x: Double, y: Double, width: Double, height: Double) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }

        /// The right edge.
        public var right: Double { x + width }
        /// The lower edge.
        public var bottom: Double { y + height }
        /// The middle.
        public var center: Point { Point(x + width / 2, y + height / 2) }
    }

    /// The width in points.
    public let width: Double
    /// The height in points.
    public let height: Double
    /// The number of pixels for each point.
    public let density: Double

    let context: OpaquePointer
    private let surface: OpaquePointer

    /// The greatest number of pixels on a side: Cairo's coordinates have 16 bits.
    static let greatestSide = 32_767

    /// The size in pixels; `nil` if there is no such canvas.
    private static func pixels(_ width: Double, _ height: Double, _ density: Double) -> (width: Int, height: Int)? {
        let sides = [width, height].map { ($0 * density).rounded(.up) }
        guard density > 0, sides.allSatisfy({ $0 >= 0 && $0 <= Double(greatestSide) }) else { return nil }
        return (max(Int(sides[0]), 1), max(Int(sides[1]), 1))
    }

    /// A canvas of one colour. A `ValueError` if it is larger than Cairo's 32,767 pixels on a side.
    ///
    /// - Parameters:
    ///   - width: The width in points.
    ///   - height: The height in points.
    ///   - density: The number of pixels for each point.
    ///   - background: The colour of the background.
    public init(width: Double, height: Double, density: Double = 2, background: Color = Style.background) {
        self.width = width
        self.height = height
        self.density = density
        guard let pixels = Self.pixels(width, height, density) else {
            Failure.raise(
                ValueError(
                    operation: "Canvas",
                    message:
                        "a canvas of \(width)×\(height) points cannot be made with \(density) pixels for each point",
                    hint:
                        "use sizes above 0 and at most \(Self.greatestSide) pixels on a side: make the picture smaller, "
                        + "or give a lower density"))
        }
        surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(pixels.width), Int32(pixels.height))
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else {
            let reason = String(cString: cairo_status_to_string(status))
            Failure.raise(
                ValueError(
                    operation: "Canvas", message: "a canvas of \(width)×\(height) points cannot be made (\(reason))",
                    hint: "make the picture smaller, or give a lower density"))
        }
        context = cairo_create(surface)
        cairo_scale(context, density, density)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        setColor(background, 1)
        cairo_paint(context)
        let options = cairo_font_options_create()
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_set_font_options(context, options)
        cairo_font_options_destroy(options)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    // MARK: Shapes

    /// Fills a rectangle.
    public func fill(_ rect: Rect, _ color: Color, opacity: Double = 1, cornerRadius: Double = 0) {
        outline(rect, cornerRadius)
        setColor(color, opacity)
        cairo_fill(context)
    }

    /// Draws the outline of a rectangle.
    public func stroke(
        _ rect: Rect, _ color: Color, width: Double = 1, dash: [Double] = [], cornerRadius: Double = 0
    ) {
        outline(rect, cornerRadius)
        strokePath(color, width, dash: dash, opacity: 1)
    }

    /// Draws a line through points.
    ///
    /// - Parameters:
    ///   - points: The points.
    ///   - color: The colour.
    ///   - width: The width in points.
    ///   - dash: The lengths of dashes and gaps, in points; empty for a solid line.
    ///   - opacity: From 0, transparent, to 1, opaque.
    public func line(_ points: [Point], _ color: Color, width: Double = 1, dash: [Double] = [], opacity: Double = 1) {
        guard let first = points.first else { return }
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        strokePath(color, width, dash: dash, opacity: opacity)
    }

    /// Draws a Bézier curve.
    ///
    /// - Parameters:
    ///   - points: The start, then for each segment two control points and its end.
    ///   - color: The colour.
    ///   - width: The width in points.
    public func curve(_ points: [Point], _ color: Color, width: Double = 1) {
        guard let first = points.first else { return }
        cairo_move_to(context, first.x, first.y)
        for part in stride(from: 1, to: points.count - 2, by: 3) {
            let (a, b, end) = (points[part], points[part + 1], points[part + 2])
            cairo_curve_to(context, a.x, a.y, b.x, b.y, end.x, end.y)
        }
        strokePath(color, width, dash: [], opacity: 1)
    }

    /// Fills an arrowhead between the end of its line and its tip.
    public func arrowhead(from base: Point, to tip: Point, _ color: Color) {
        let (dx, dy) = (tip.x - base.x, tip.y - base.y)
        polygon(
            [
                tip, Point(base.x - dy * 0.38, base.y + dx * 0.38), Point(base.x + dy * 0.38, base.y - dx * 0.38),
            ], color)
    }

    /// Fills the polygon with these corners.
    public func polygon(_ points: [Point], _ color: Color, opacity: Double = 1) {
        guard let first = points.first else { return }
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        cairo_close_path(context)
        setColor(color, opacity)
        cairo_fill(context)
    }

    /// Fills a disc, with an optional rim.
    public func disc(_ center: Point, radius: Double, _ color: Color, opacity: Double = 1, rim: Color? = nil) {
        cairo_new_sub_path(context)
        cairo_arc(context, center.x, center.y, radius, 0, 2 * Double.pi)
        setColor(color, opacity)
        if let rim {
            cairo_fill_preserve(context)
            strokePath(rim, 0.75, dash: [], opacity: opacity)
        } else {
            cairo_fill(context)
        }
    }

    /// Draws only what lies inside a rectangle.
    public func clipped(to rect: Rect, _ body: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
        cairo_clip(context)
        body()
        cairo_restore(context)
    }

    /// Draws with the origin moved to a point.
    public func translated(to origin: Point, _ body: () -> Void) {
        cairo_save(context)
        cairo_translate(context, origin.x, origin.y)
        body()
        cairo_restore(context)
    }

    /// Draws a bitmap into a rectangle.
    ///
    /// - Parameters:
    ///   - bitmap: The picture.
    ///   - rect: The rectangle, to which it is stretched.
    ///   - isSmooth: Whether to interpolate between pixels; otherwise each pixel is a sharp square.
    public func image(_ bitmap: Bitmap, in rect: Rect, isSmooth: Bool = false) {
        // Cairo draws nothing more once it was asked to scale to nothing.
        guard bitmap.width > 0, bitmap.height > 0, rect.width > 0, rect.height > 0, rect.width.isFinite,
            rect.height.isFinite
        else { return }
        // Cairo's pixels are blue, green, red, alpha on a little-endian machine, with alpha multiplied in.
        var pixels = bitmap.bytes
        pixels.withUnsafeMutableBufferPointer { buffer in
            for start in stride(from: 0, to: buffer.count, by: 4) {
                let alpha = UInt32(buffer[start + 3])
                let (red, blue) = (UInt32(buffer[start]), UInt32(buffer[start + 2]))
                buffer[start] = UInt8((blue * alpha + 127) / 255)
                buffer[start + 1] = UInt8((UInt32(buffer[start + 1]) * alpha + 127) / 255)
                buffer[start + 2] = UInt8((red * alpha + 127) / 255)
            }
            let source = cairo_image_surface_create_for_data(
                buffer.baseAddress, CAIRO_FORMAT_ARGB32, Int32(bitmap.width), Int32(bitmap.height),
                Int32(bitmap.width * 4))
            cairo_save(context)
            cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
            cairo_clip(context)
            cairo_translate(context, rect.x, rect.y)
            cairo_scale(context, rect.width / Double(bitmap.width), rect.height / Double(bitmap.height))
            cairo_set_source_surface(context, source, 0, 0)
            cairo_pattern_set_filter(cairo_get_source(context), isSmooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
            cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
            cairo_paint(context)
            cairo_restore(context)
            cairo_surface_destroy(source)
        }
    }

    // MARK: Result

    /// The canvas as a PNG file with rounded corners.
    package func png(isFast: Bool = false) -> [UInt8] {
        cairo_surface_flush(surface)
        let (columns, rows) = (
            Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
        )
        guard let data = cairo_image_surface_get_data(surface) else {
            fatalError("the canvas has no pixels")
        }
        roundCorners(data, columns, rows)
        // Rows of four-byte pixels follow each other without gaps in this format.
        let pixels = UnsafeRawBufferPointer(start: data, count: columns * rows * 4)
        return PNG.encode(pixels, width: columns, height: rows, order: .bgra, density: density, isFast: isFast)
    }

    /// Makes the corners transparent. The background has one colour there, so that only alpha changes.
    private func roundCorners(_ data: UnsafeMutablePointer<UInt8>, _ columns: Int, _ rows: Int) {
        let radius = Style.cornerRadius * density
        let reach = Int(radius.rounded(.up))
        guard columns > 2 * reach, rows > 2 * reach else { return }
        for row in 0..<reach {
            for column in 0..<reach {
                let (dx, dy) = (radius - Double(column) - 0.5, radius - Double(row) - 0.5)
                let coverage = min(max(radius - (dx * dx + dy * dy).squareRoot() + 0.5, 0), 1)
                let alpha = UInt8((coverage * 255).rounded())
                for y in [row, rows - 1 - row] {
                    for x in [column, columns - 1 - column] { data[(y * columns + x) * 4 + 3] = alpha }
                }
            }
        }
    }

    // MARK: Helpers

    func setColor(_ color: Color, _ opacity: Double) {
        cairo_set_source_rgba(context, color.red, color.green, color.blue, opacity)
    }

    private func strokePath(_ color: Color, _ width: Double, dash: [Double], opacity: Double) {
        setColor(color, opacity)
        cairo_set_line_width(context, width)
        // Cairo draws nothing more after dashes that make no line.
        let isSolid = !dash.allSatisfy { $0 >= 0 && $0.isFinite } || dash.allSatisfy { $0 == 0 }
        cairo_set_dash(context, dash, isSolid ? 0 : Int32(dash.count), 0)
        cairo_stroke(context)
    }

    private func outline(_ rect: Rect, _ radius: Double) {
        guard radius > 0 else {
            cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
            return
        }
        let quarter = Double.pi / 2
        cairo_new_sub_path(context)
        cairo_arc(context, rect.right - radius, rect.y + radius, radius, -quarter, 0)
        cairo_arc(context, rect.right - radius, rect.bottom - radius, radius, 0, quarter)
        cairo_arc(context, rect.x + radius, rect.bottom - radius, radius, quarter, 2 * quarter)
        cairo_arc(context, rect.x + radius, rect.y + radius, radius, 2 * quarter, 3 * quarter)
        cairo_close_path(context)
    }
}
