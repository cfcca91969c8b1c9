/// A value with a rich form: a picture, a table, HTML.
///
/// The last expression of a cell, and what is given to ``display(_:)``, is shown in this form. A type needs only one property:
///
/// ```swift
/// extension Board: Displayable {
///     var mimeBundle: MimeBundle { .html("<table>…</table>", text: description) }
/// }
/// ```
public protocol Displayable {
    /// The value's forms. `text/plain` may be left out: the value's description is then used.
    var mimeBundle: MimeBundle { get }
}

extension MimeBundle: Displayable {
    /// The bundle itself.
    public var mimeBundle: MimeBundle { self }
}

extension MimeBundle {
    /// The forms of any value: its own where it is ``Displayable``, and its description as plain text otherwise.
    public init(describing value: Any) {
        self = (value as? any Displayable)?.mimeBundle ?? MimeBundle()
        if contents["text/plain"] == nil { contents["text/plain"] = .text(MimeBundle.description(of: value)) }
    }

    /// A string is shown in quotes, as Swift writes it, so that `"1"` and `1` differ; everything else as it describes itself.
    private static func description(of value: Any) -> String {
        if let text = value as? String { return text.debugDescription }
        return String(describing: value)
    }
}
