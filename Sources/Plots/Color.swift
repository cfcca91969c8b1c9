/// An opaque colour in sRGB.
public struct Color: Sendable, Hashable {
    /// Red, from 0 to 1.
    public var red: Double
    /// Green, from 0 to 1.
    public var green: Double
    /// Blue, from 0 to 1.
    public var blue: Double

    /// A colour by its red, green and blue components, each from 0 to 1.
    public init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour by its hexadecimal code, as on the web: `Color(0xD55E00)`.
    public init(_ hex: UInt32) {
        self.init(
            red: Double(hex >> 16 & 0xFF) / 255, green: Double(hex >> 8 & 0xFF) / 255, blue: Double(hex & 0xFF) / 255)
    }

    /// A grey between black (0) and white (1).
    public static func gray(_ level: Double) -> Color { Color(red: level, green: level, blue: level) }

    /// A linear interpolation between this colour and another one.
    ///
    /// - Parameters:
    ///   - other: The colour at `fraction` 1.
    ///   - fraction: From 0, this colour, to 1, the other one.
    public func mixed(with other: Color, _ fraction: Double) -> Color {
        Color(
            red: red + (other.red - red) * fraction, green: green + (other.green - green) * fraction,
            blue: blue + (other.blue - blue) * fraction)
    }

    /// The relative luminance by WCAG 2, from 0 to 1.
    public var luminance: Double {
        func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : power((part + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The contrast ratio with another colour by WCAG 2, from 1 to 21.
    public func contrast(with other: Color) -> Double {
        let (bright, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (bright + 0.05) / (dark + 0.05)
    }

    /// The three components as bytes.
    package var bytes: (red: UInt8, green: UInt8, blue: UInt8) { (byte(red), byte(green), byte(blue)) }

    private func byte(_ part: Double) -> UInt8 { UInt8((min(max(part, 0), 1) * 255).rounded()) }
}

extension Color {
    /// The ten colours of a chart's curves, in order: the palette of Okabe and Ito (2008), which readers with any
    /// colour vision can distinguish, without its yellow and with two tones darkened so that thin lines stand out
    /// against white; then three darker tones.
    ///
    /// Further marks use the colours again, with dashed lines and other shapes of points.
    public static let series: [Color] = [
        Color(0x0072B2), Color(0xD55E00), Color(0x009E73), Color(0xB8589A), Color(0xC98A00), Color(0x3A9FD8),
        Color(0x5B5B5B), Color(0x2A2478), Color(0x6E2416), Color(0x7B68EE),
    ]

    /// The first colour of ``series``.
    public static let blue = series[0]
    /// The second colour of ``series``.
    public static let vermilion = series[1]
    /// The third colour of ``series``.
    public static let green = series[2]
    /// Black.
    public static let black = Color.gray(0)
    /// White.
    public static let white = Color.gray(1)
}
