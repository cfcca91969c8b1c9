import CCairo

extension Canvas {
    /// Where a text's anchor lies along its line.
    public enum Alignment: Sendable {
        /// The text starts at the anchor.
        case leading
        /// The text's middle is at the anchor.
        case center
        /// The text ends at the anchor.
        case trailing
    }

    /// Where a text's anchor lies across its line.
    public enum VerticalAlignment: Sendable {
        /// The anchor is at the top of the capitals.
        case top
        /// The anchor is half-way up the capitals.
        case middle
        /// The anchor is on the line on which letters stand.
        case baseline
    }

    /// The height of a capital letter in DejaVu Sans, as a part of the font's size.
    static let capitalHeight = 0.729

    /// Draws one line of text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - anchor: The place that `align` and `vertical` speak of.
    ///   - size: The font's size in points.
    ///   - color: The letters' colour.
    ///   - isBold: Whether the letters are bold.
    ///   - align: Which part of the line stands at the anchor.
    ///   - vertical: Which height of the line stands at the anchor.
    ///   - turn: By how much the line is turned around its anchor, clockwise, in degrees.
    public func text(
        _ text: String, at anchor: Point, size: Double = Style.textSize, color: Color = Style.ink, isBold: Bool = false,
        align: Alignment = .leading, vertical: VerticalAlignment = .baseline, turn: Double = 0
    ) {
        let length = textWidth(text, size: size, isBold: isBold)
        let dx =
            switch align {
            case .leading: 0.0
            case .center: -length / 2
            case .trailing: -length
            }
        let dy =
            switch vertical {
            case .top: size * Self.capitalHeight
            case .middle: size * Self.capitalHeight / 2
            case .baseline: 0.0
            }
        cairo_save(context)
        cairo_translate(context, anchor.x, anchor.y)
        cairo_rotate(context, turn * Double.pi / 180)
        cairo_move_to(context, dx, dy)
        setColor(color, 1)
        cairo_show_text(context, text)
        cairo_restore(context)
        cairo_new_path(context)
    }

    /// The length of a line of text, in points.
    public func textWidth(_ text: String, size: Double = Style.textSize, isBold: Bool = false) -> Double {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// The text, cut and ended with "…" where it is longer than it may be.
    func shortened(_ text: String, toWidth limit: Double, size: Double, isBold: Bool = false) -> String {
        guard textWidth(text, size: size, isBold: isBold) > limit else { return text }
        var kept = text
        while !kept.isEmpty, textWidth(kept + "…", size: size, isBold: isBold) > limit { kept.removeLast() }
        return kept + "…"
    }
}
