public import Foundation

/// A picture that code can change in place.
public final class Image: Widget, @unchecked Sendable {
    /// A picture in the format PNG.
    public init(png data: Data = Data()) {
        super.init(.control("Image"), ["format": "png", "value": .binary(data), "width": "", "height": ""])
    }

    /// The file's bytes.
    public var png: Data {
        get {
            guard case .binary(let data) = self["value"] else { return Data() }
            return data
        }
        set { set(["value": .binary(newValue)]) }
    }
}
