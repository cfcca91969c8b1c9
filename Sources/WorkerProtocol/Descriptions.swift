// How messages read in texts: without their insides.

extension MimeBundle: CustomStringConvertible {
    /// The plain text, or the types of the forms that there are.
    public var description: String {
        plainText ?? (contents.isEmpty ? "no forms" : contents.keys.sorted().joined(separator: ", "))
    }
}

extension MimeBundle.Content: CustomStringConvertible {
    /// The text, or the number of bytes.
    public var description: String {
        switch self {
        case .text(let text), .json(let text): text.count > 200 ? text.prefix(200) + "…" : text
        case .binary(let data): "\(data.count) bytes"
        }
    }
}

extension MimeBundle.DisplaySize: CustomStringConvertible {
    /// Width and height in CSS pixels.
    public var description: String { "\(width)×\(height)" }
}

extension CommMessage: CustomStringConvertible {
    /// What the message does, and how much it carries.
    public var description: String { "comm message: \(kind), \(data.utf8.count) bytes" }
}

extension CommMessage.Kind: CustomStringConvertible {
    /// The name of the kind.
    public var description: String {
        switch self {
        case .open(let target): "open \(target)"
        case .message: "message"
        case .close: "close"
        }
    }
}
