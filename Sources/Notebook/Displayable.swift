/// A type with a rich form: an image, a table, HTML.
///
/// The value of a cell's last expression, and the argument of ``display(_:)``, are shown in this form. A type needs
/// only one property:
///
/// ```swift
/// struct Board: Displayable {
///     var moves = ["e4", "e5"]
///     var mimeBundle: MimeBundle { .html("<b>\(moves.count) moves</b>", text: "\(moves)") }
/// }
/// ```
public protocol Displayable {
    /// The value's forms. Without `text/plain`, a text without HTML's tags, or the value's description, is added.
    var mimeBundle: MimeBundle { get }
}

extension MimeBundle: Displayable {
    /// The bundle itself.
    public var mimeBundle: MimeBundle { self }
}

/// A type whose rich form can be made faster at the cost of more bytes, for displays that change all the time.
package protocol QuickDisplayable: Displayable {
    /// The value's forms, made in a shorter time.
    var quickMimeBundle: MimeBundle { get }
}

extension MimeBundle {
    /// Creates the forms of any value: its own if it is ``Displayable``, otherwise its description as plain text.
    public init(describing value: Any) { self.init(describing: value, isQuick: false) }

    /// - Parameter isQuick: Whether to spend less time at the cost of more bytes.
    init(describing value: Any, isQuick: Bool) {
        let quick = isQuick ? (value as? any QuickDisplayable)?.quickMimeBundle : nil
        self = quick ?? (value as? any Displayable)?.mimeBundle ?? MimeBundle(list: value) ?? MimeBundle()
        if let text = plainText {
            contents["text/plain"] = .text(ValueText.withoutModules(text))
        } else {
            // A type's own description says more than its forms without their marks.
            let isDescribed = value is any CustomStringConvertible && !(value is MimeBundle)
            let fallback = isDescribed ? nil : textFallback
            contents["text/plain"] = .text(fallback ?? ValueText.description(of: value))
        }
    }
}
