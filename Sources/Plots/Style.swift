/// The look that all pictures share: a quiet card, dark ink, one size of text.
public enum Style {
    /// The card's colour: a warm white that does not glare on a dark page and disappears into a light one.
    public static let card = Color(0xFCFCFA)
    /// Titles and values.
    public static let ink = Color(0x24292F)
    /// Labels of axes and ticks: 5.9 to 1 against the card.
    public static let quietInk = Color(0x5A6068)
    /// Lines of the grid.
    public static let grid = Color(0xE4E5E3)
    /// Axis lines and frames.
    public static let frame = Color(0xA9ADB1)
    /// The size of ticks, labels and legends, in points.
    public static let textSize = 11.0
    /// The size of titles, in points.
    public static let titleSize = 13.0
    /// The width of curves, in points.
    public static let lineWidth = 1.8
    /// The radius of the card's corners, in points.
    public static let cornerRadius = 6.0
    /// The space between the card's edge and what is drawn on it, in points.
    public static let margin = 14.0
}
