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

    /// The distance between the baselines of two lines, as a fraction of the font's size.
    static let lineSpacing = 1.3

    /// Draws a text. Line breaks begin new lines below the first one.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - anchor: The point that `align` and `vertical` refer to.
    ///   - size: The size of the font, in points.
    ///   - color: The colour.
    ///   - isBold: Whether the font is bold.
    ///   - align: The horizontal position relative to the anchor.
    ///   - vertical: The vertical position relative to the anchor, of the first line or, for
    ///     ``VerticalAlignment/middle``, of all lines.
    ///   - turn: The clockwise rotation about the anchor, in degrees.
    public func text(
        _ text: String, at anchor: Point, size: Double = Style.textSize, color: Color = Style.text,
        isBold: Bool = false,
        align: Alignment = .leading, vertical: VerticalAlignment = .baseline, turn: Double = 0
    ) {
        // Cairo draws nothing more after a font of no size.
        guard size > 0, size.isFinite else { return }
        let lines = text.drawnLines
        selectFont(size: size, isBold: isBold)
        var dy =
            switch vertical {
            case .top: size * Self.capitalHeight
            case .middle: size * (Self.capitalHeight - Double(lines.count - 1) * Self.lineSpacing) / 2
            case .baseline: 0.0
            }
        cairo_save(context)
        cairo_translate(context, anchor.x, anchor.y)
        cairo_rotate(context, turn * Double.pi / 180)
        setColor(color, 1)
        for line in lines {
            let dx =
                switch align {
                case .leading: 0.0
                case .center: -advance(line) / 2
                case .trailing: -advance(line)
                }
            cairo_move_to(context, dx, dy)
            cairo_show_text(context, line)
            dy += size * Self.lineSpacing
        }
        cairo_restore(context)
        cairo_new_path(context)
    }

    /// The width of the longest line of a text, in points.
    public func textWidth(_ text: String, size: Double = Style.textSize, isBold: Bool = false) -> Double {
        guard size > 0, size.isFinite else { return 0 }
        selectFont(size: size, isBold: isBold)
        return text.drawnLines.map(advance).max() ?? 0
    }

    /// The height from the top of the first line's capitals to the last baseline, in points.
    static func textHeight(_ text: String, size: Double = Style.textSize) -> Double {
        size * (capitalHeight + Double(text.drawnLines.count - 1) * lineSpacing)
    }

    private func selectFont(size: Double, isBold: Bool) {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }

    /// The width of one line in the selected font.
    private func advance(_ line: String) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, line, &extents)
        return extents.x_advance
    }

    /// The text, each line truncated with "…" if it is wider than the limit.
    func shortened(_ text: String, toWidth limit: Double, size: Double = Style.textSize, isBold: Bool = false) -> String
    {
        text.drawnLines.map { line in
            guard textWidth(line, size: size, isBold: isBold) > limit else { return line }
            // More letters than anyone can read in one line need not be measured.
            let letters = Array(line.prefix(1000))
            var (fitting, tooWide) = (0, letters.count)
            while tooWide - fitting > 1 {
                let middle = (fitting + tooWide) / 2
                if textWidth(String(letters[..<middle]) + "…", size: size, isBold: isBold) > limit {
                    tooWide = middle
                } else {
                    fitting = middle
                }
            }
            return String(letters[..<fitting]) + "…"
        }.joined(separator: "\n")
    }

    /// The text with line breaks between words, so that its lines fit into a width where that is possible.
    func wrapped(_ text: String, toWidth limit: Double, size: Double = Style.textSize, isBold: Bool = false) -> String {
        text.drawnLines.map { line in
            var lines: [String] = []
            for word in line.split(separator: " ") {
                let longer = (lines.last.map { $0 + " " } ?? "") + word
                if !lines.isEmpty, textWidth(longer, size: size, isBold: isBold) <= limit {
                    lines[lines.count - 1] = longer
                } else {
                    lines.append(String(word))
                }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension String {
    /// The lines of a text as they can be drawn: a font has no pictures for control characters but boxes.
    var drawnLines: [String] {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.unicodeScalars.contains { $0.properties.generalCategory == .control }
                ? String(
                    String.UnicodeScalarView(
                        line.unicodeScalars.map {
                            $0.properties.generalCategory == .control ? " " : $0
                        }))
                : String(line)
        }
    }

    /// The text on one line, with a space for each line break.
    var onOneLine: String { drawnLines.joined(separator: " ") }

    /// At most so many lines, the last with "…" if there were more.
    func firstLines(_ limit: Int) -> String {
        let lines = drawnLines
        return lines.count <= limit ? self : (lines[..<(limit - 1)] + [lines[limit - 1] + "…"]).joined(separator: "\n")
    }
}
