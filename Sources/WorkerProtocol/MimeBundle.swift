public import Foundation

/// One value in several forms, keyed by MIME type: a front end shows the richest form that it supports.
///
/// `text/plain` should always be among them; `display(_:)` adds the value's description where it is missing.
public struct MimeBundle: Codable, Sendable, Equatable {
    /// The content of one form.
    public enum Content: Codable, Sendable, Equatable {
        /// Text: `text/plain`, `text/html`, `image/svg+xml`, …
        case text(String)
        /// Binary data, such as a PNG file; it is sent in base64.
        case binary(Data)
        /// JSON text: `application/json` and types that end in `+json`.
        case json(String)
    }

    /// The size at which an image is shown, in CSS pixels.
    public struct DisplaySize: Codable, Sendable, Equatable {
        /// Width in CSS pixels.
        public var width: Int
        /// Height in CSS pixels.
        public var height: Int

        /// Creates a size in CSS pixels.
        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// The forms, by MIME type.
    public var contents: [String: Content]
    /// The sizes at which images are shown, by MIME type; an image without one is shown at its own size in pixels.
    public var sizes: [String: DisplaySize]

    /// Creates a bundle of the given forms.
    public init(_ contents: [String: Content] = [:], sizes: [String: DisplaySize] = [:]) {
        self.contents = contents
        self.sizes = sizes
    }

    /// The plain text form, if there is one.
    public var plainText: String? {
        guard case .text(let text)? = contents["text/plain"] else { return nil }
        return text
    }

    /// A bundle of plain text.
    public static func text(_ text: String) -> MimeBundle { MimeBundle(["text/plain": .text(text)]) }

    /// A bundle of HTML, with plain text for front ends that do not show HTML.
    public static func html(_ html: String, text: String? = nil) -> MimeBundle {
        var bundle = MimeBundle(["text/html": .text(html)])
        if let text { bundle.contents["text/plain"] = .text(text) }
        return bundle
    }

    /// A bundle of a PNG image.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - width: The width at which to show it, in CSS pixels. An image with twice as many pixels is sharp on dense
    ///     screens.
    ///   - height: The height at which to show it, in CSS pixels.
    ///   - alternative: A plain text description, for front ends that do not show images.
    public static func png(
        _ data: Data, width: Int? = nil, height: Int? = nil, alternative: String = "picture"
    ) -> MimeBundle {
        var bundle = MimeBundle(["image/png": .binary(data), "text/plain": .text(alternative)])
        if let width, let height { bundle.sizes["image/png"] = DisplaySize(width: width, height: height) }
        return bundle
    }
}

extension MimeBundle {
    /// A bundle of Markdown, which is its own plain text.
    public static func markdown(_ markdown: String, text: String? = nil) -> MimeBundle {
        MimeBundle(["text/markdown": .text(markdown), "text/plain": .text(text ?? markdown)])
    }

    /// A bundle of LaTeX, with its `$` signs: `$\\frac{1}{2}$`. It is its own plain text.
    public static func latex(_ latex: String, text: String? = nil) -> MimeBundle {
        MimeBundle(["text/latex": .text(latex), "text/plain": .text(text ?? latex)])
    }

    /// A bundle of an SVG drawing.
    ///
    /// - Parameters:
    ///   - svg: The drawing's text, from `<svg` on.
    ///   - alternative: A plain text description, for front ends that do not show drawings.
    public static func svg(_ svg: String, alternative: String = "drawing") -> MimeBundle {
        MimeBundle(["image/svg+xml": .text(svg), "text/plain": .text(alternative)])
    }

    /// Plain text for a bundle that has none: the text of its HTML without the tags; `nil` if it has no HTML either.
    package var textFallback: String? {
        guard case .text(let html)? = contents["text/html"] else { return nil }
        let text = html.replacing(/<(style|script)\b[\s\S]*?<\/(style|script)>/, with: "")
            .replacing(/<\/t[dh]>/, with: "\t").replacing(/<br\b[^>]*>|<\/(p|div|tr|li|h\d)>/, with: "\n")
            .replacing(/<[^>]*>/, with: "")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&nbsp;", with: " ").replacing("&amp;", with: "&")
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return lines.joined(separator: "\n")
    }
}
