import Foundation
import WorkerProtocol

extension MimeBundle {
    /// The number of elements of a list that are shown in their own forms.
    private static let maximumCount = 60

    /// The forms of an array of ``Displayable`` values with rich forms: each beside the one before it; `nil` for any
    /// other value.
    init?(list value: Any) {
        guard let elements = (value as? any DisplayableElements)?.displayables, !elements.isEmpty else { return nil }
        let bundles = elements.prefix(Self.maximumCount).map(MimeBundle.init(describing:))
        let items = bundles.compactMap(\.markup)
        guard items.count == bundles.count else { return nil }
        let rest = elements.count - bundles.count
        let more = rest > 0 ? "… and \(ProgressView.grouped(rest)) more" : ""
        let texts = bundles.compactMap(\.plainText) + (rest > 0 ? [more] : [])
        let style = "display:flex;flex-wrap:wrap;gap:1em;align-items:flex-start"
        self.init([
            "text/plain": .text("[" + texts.joined(separator: ", ") + "]"),
            "text/html": .text(
                "<div style=\"\(style)\">" + items.map { "<div>\($0)</div>" }.joined() + "</div>"
                    + (rest > 0 ? "<p>\(more)</p>" : "")),
        ])
    }

    /// The bundle as a part of a page; `nil` if it has no form that can be one.
    private var markup: String? {
        if case .text(let html)? = contents["text/html"] { return html }
        if case .text(let svg)? = contents["image/svg+xml"] { return svg }
        guard case .binary(let data)? = contents["image/png"] else { return nil }
        let size = sizes["image/png"].map { " width=\"\($0.width)\" height=\"\($0.height)\"" } ?? ""
        let text = (plainText ?? "picture").htmlEscaped
        return "<img src=\"data:image/png;base64,\(data.base64EncodedString())\" alt=\"\(text)\"\(size)>"
    }
}

/// A collection that may consist of ``Displayable`` values.
private protocol DisplayableElements {
    var displayables: [any Displayable]? { get }
}

extension Array: DisplayableElements {
    fileprivate var displayables: [any Displayable]? {
        guard Element.self is any Displayable.Type || Element.self == (any Displayable).self else { return nil }
        return compactMap { $0 as? any Displayable }
    }
}
