/// The look that all pictures share: a light background, dark text of one size, thin lines.
@usableFromInline
package enum Style {
    /// The background: a warm white that does not glare on a dark page and disappears into a light one.
    @usableFromInline package static let background = Color(0xFCFCFA)
    /// The colour of titles and values.
    @usableFromInline package static let text = Color(0x24292F)
    /// The colour of the labels of axes and ticks: a contrast of 5.9 to 1 with the background.
    package static let secondaryText = Color(0x5A6068)
    /// The colour of grid lines.
    package static let gridLine = Color(0xE4E5E3)
    /// The colour of axes and outlines.
    package static let outline = Color(0xA9ADB1)
    /// The size of ticks, labels and legends, in points.
    @usableFromInline package static let textSize = 11.0
    /// The size of titles, in points.
    package static let titleSize = 13.0
    /// The width of curves, in points.
    @usableFromInline package static let lineWidth = 1.8
    /// The radius of the background's corners, in points.
    package static let cornerRadius = 6.0
    /// The space between a picture's edge and its contents, in points.
    package static let margin = 14.0
}
