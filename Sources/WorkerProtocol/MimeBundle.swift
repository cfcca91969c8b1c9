public import Foundation

/// One result in several forms, keyed by MIME type: a front end shows the richest form that it understands.
///
/// `text/plain` should always be among them; `display(_:)` adds a value's description where it is missing.
public struct MimeBundle: Codable, Sendable, Equatable {
    /// The content of one form.
    public enum Content: Codable, Sendable, Equatable {
        /// Text: `text/plain`, `text/html`, `image/svg+xml`, …
        case text(String)
        /// Binary data, such as a PNG: it travels in base64.
        case binary(Data)
        /// JSON text, for `application/json` and its relatives.
        case json(String)
    }

    /// The size at which a picture is shown, in CSS pixels.
    public struct DisplaySize: Codable, Sendable, Equatable {
        /// Width in CSS pixels.
        public var width: Int
        /// Height in CSS pixels.
        public var height: Int

        /// A size in CSS pixels.
        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// The forms, by MIME type.
    public var contents: [String: Content]
    /// Sizes at which pictures are to be shown, by MIME type; a picture without one is shown pixel by pixel.
    public var sizes: [String: DisplaySize]

    /// A bundle of the given forms.
    public init(_ contents: [String: Content] = [:], sizes: [String: DisplaySize] = [:]) {
        self.contents = contents
        self.sizes = sizes
    }

    /// The plain text form, if there is one.
    public var plainText: String? {
        guard case .text(let text)? = contents["text/plain"] else { return nil }
        return text
    }

    /// Plain text.
    public static func text(_ text: String) -> MimeBundle { MimeBundle(["text/plain": .text(text)]) }

    /// HTML, with plain text for front ends that show none.
    public static func html(_ html: String, text: String? = nil) -> MimeBundle {
        var bundle = MimeBundle(["text/html": .text(html)])
        if let text { bundle.contents["text/plain"] = .text(text) }
        return bundle
    }

    /// A PNG picture.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - width: The width at which to show it in CSS pixels. A picture rendered at twice this many pixels is crisp on dense screens.
    ///   - height: The height at which to show it, in CSS pixels.
    ///   - alternative: What the picture shows, for front ends and readers without pictures.
    public static func png(
        _ data: Data, width: Int? = nil, height: Int? = nil, alternative: String = "picture"
    ) -> MimeBundle {
        var bundle = MimeBundle(["image/png": .binary(data), "text/plain": .text(alternative)])
        if let width, let height { bundle.sizes["image/png"] = DisplaySize(width: width, height: height) }
        return bundle
    }
}
