public import Foundation

/// An image that code can replace in place.
public final class Image: Widget, @unchecked Sendable {
    /// Creates a widget that shows a PNG image.
    public init(png data: Data = Data()) {
        super.init(.control("Image"), ["format": "png", "value": .binary(data), "width": "", "height": ""])
    }

    /// The bytes of the PNG file.
    public var png: Data {
        get {
            guard case .binary(let data) = self["value"] else { return Data() }
            return data
        }
        set { set(["value": .binary(newValue)]) }
    }
}
