import CCairo

extension Canvas {
    /// The horizontal position of a text relative to its anchor.
    public enum Alignment: Sendable {
        /// The text starts at the anchor.
        case leading
        /// The text's middle is at the anchor.
        case center
        /// The text ends at the anchor.
        case trailing
    }

    /// The vertical position of a text relative to its anchor.
    public enum VerticalAlignment: Sendable {
        /// The anchor is at the top of the capitals.
        case top
        /// The anchor is at half the height of the capitals.
        case middle
        /// The anchor is on the baseline.
        case baseline
    }

    /// The height of a capital letter in DejaVu Sans, as a fraction of the font's size.
    static let capitalHeight = 0.729

    /// Draws one line of text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - anchor: The point that `align` and `vertical` refer to.
    ///   - size: The size of the font, in points.
    ///   - color: The colour.
    ///   - isBold: Whether the font is bold.
    ///   - align: The horizontal position relative to the anchor.
    ///   - vertical: The vertical position relative to the anchor.
    ///   - turn: The clockwise rotation about the anchor, in degrees.
    public func text(
        _ text: String, at anchor: Point, size: Double = Style.textSize, color: Color = Style.text,
        isBold: Bool = false,
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

    /// The width of a line of text, in points.
    public func textWidth(_ text: String, size: Double = Style.textSize, isBold: Bool = false) -> Double {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// The text, truncated with "…" if it is wider than the limit.
    func shortened(_ text: String, toWidth limit: Double, size: Double, isBold: Bool = false) -> String {
        guard textWidth(text, size: size, isBold: isBold) > limit else { return text }
        var kept = text
        while !kept.isEmpty, textWidth(kept + "…", size: size, isBold: isBold) > limit { kept.removeLast() }
        return kept + "…"
    }
}
