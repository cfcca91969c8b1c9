/// A mapping from numbers to colours.
///
/// ```swift
/// let hot = Colormap.viridis.color(at: 0.9)
/// ```
public enum Colormap: Sendable, Hashable, CaseIterable {
    /// Black to white, for grey images.
    case gray
    /// Matplotlib's viridis: dark blue over green to yellow, perceptually uniform.
    case viridis
    /// Blue over white to red, for numbers around zero such as weights (ColorBrewer's RdBu, reversed).
    case diverging
    /// White to dark blue, for counts and proportions (ColorBrewer's Blues).
    case blues

    /// The colour of a number from 0 to 1. Smaller and greater numbers have the colours of the ends; NaN is grey.
    public func color(at fraction: Double) -> Color {
        guard !fraction.isNaN else { return .gray(0.5) }
        let position = min(max(fraction, 0), 1) * Double(anchors.count - 1)
        let index = min(Int(position), anchors.count - 2)
        return anchors[index].mixed(with: anchors[index + 1], position - Double(index))
    }

    /// The colours at 256 equally spaced numbers.
    package var table: [(red: UInt8, green: UInt8, blue: UInt8)] { (0..<256).map { color(at: Double($0) / 255).bytes } }

    private var anchors: [Color] {
        switch self {
        case .gray: Self.grayAnchors
        case .viridis: Self.viridisAnchors
        case .diverging: Self.divergingAnchors
        case .blues: Self.bluesAnchors
        }
    }

    private static let grayAnchors: [Color] = [.black, .white]
    private static let viridisAnchors: [Color] = [
        0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26828E, 0x21918C, 0x1FA088, 0x28AE80,
        0x3FBC73, 0x5EC962, 0x84D44B, 0xADDC30, 0xD8E219, 0xFDE725,
    ].map { Color($0) }
    private static let divergingAnchors: [Color] = [
        0x053061, 0x2065AB, 0x4393C3, 0x90C4DD, 0xD1E5F0, 0xF7F6F6, 0xFDDBC7, 0xF3A481, 0xD6604D, 0xB1182B, 0x67001F,
    ].map { Color($0) }
    private static let bluesAnchors: [Color] = [
        0xF7FBFF, 0xE3EEF9, 0xD0E1F2, 0xB7D4EA, 0x94C4DF, 0x6AAED6, 0x4A98C9, 0x2E7EBC, 0x1764AB, 0x084A91, 0x08306B,
    ].map { Color($0) }
}
