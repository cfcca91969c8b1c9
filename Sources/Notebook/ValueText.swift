import WorkerProtocol

/// The text that describes a value: Swift's own, cut to what a page can show, without the modules of cells and of a
/// million elements only the first thousand.
package struct ValueText {
    /// The number of elements of a collection that are shown.
    package static let maximumCount = 1000
    /// The number of bytes from which the rest is left out.
    package static let maximumSize = 20_000
    /// The depth from which parts are left to the value's own description.
    private static let maximumDepth = 50

    private var text = ""
    private var depth = 0

    private var isFull: Bool { text.utf8.count >= Self.maximumSize }

    /// The description of a value, as `print` would write it; a string in quotes, so that `"1"` and `1` differ.
    package static func description(of value: Any) -> String {
        var text = ValueText()
        text.add(value, isPart: value is String)
        return text.text
    }

    /// A string as a literal: in quotes, with backslashes before what would end it or break the line.
    package static func quoted(_ string: some StringProtocol) -> String {
        var result = "\""
        for scalar in string.unicodeScalars {
            result += scalar == "'" ? "'" : scalar.escaped(asASCII: false)
        }
        return result + "\""
    }

    // MARK: Values

    /// Adds a value.
    ///
    /// - Parameter isPart: Whether it is an element or a member of another, in which strings have quotes.
    private mutating func add(_ value: Any, isPart: Bool) {
        depth += 1
        defer { depth -= 1 }
        // A cast would look through an optional.
        if isOptional(value) {
            addMembers(of: value)
        } else if let list = value as? any ListedInPart {
            list.write(to: &self)
        } else if isPart, let string = value as? any StringProtocol {
            addQuoted(String(string))
        } else if isPart, let character = value as? Character {
            addQuoted(String(character))
        } else if isPart, let described = value as? any CustomDebugStringConvertible {
            addDescription(described.debugDescription)
        } else if let described = value as? any CustomStringConvertible {
            addDescription(described.description)
        } else if let described = value as? any CustomDebugStringConvertible {
            addDescription(described.debugDescription)
        } else if value is any TextOutputStreamable || depth > Self.maximumDepth {
            addDescription(String(describing: value))
        } else {
            addMembers(of: value)
        }
    }

    /// Adds a description that a type has itself, up to the limit.
    private mutating func addDescription(_ description: String) {
        let (shown, rest) = fitting(description)
        text += Self.withoutModules(String(shown)) + rest
    }

    /// The part of a text for which there is room, and a word about the rest.
    private func fitting(_ string: String) -> (shown: Substring, rest: String) {
        let room = max(Self.maximumSize - text.utf8.count, 0)
        guard string.utf8.count > room else { return (string[...], "") }
        let shown = string.prefix(bytes: room)
        return (shown, Self.rest(string.utf8.count - shown.utf8.count, "byte"))
    }

    /// A description without the names of cells' modules, which no cell can use.
    package static func withoutModules(_ description: String) -> String {
        guard description.contains("Cell") else { return description }
        return description.replacing(/\bCell\d+(_\d+)?\./, with: "")
    }

    private mutating func addQuoted(_ string: String) {
        let (shown, rest) = fitting(string)
        text += Self.quoted(shown) + rest
    }

    /// "… and 999,000 more elements".
    private static func rest(_ count: Int, _ unit: String) -> String {
        "… and \(ProgressView.grouped(count)) more \(unit)\(count == 1 ? "" : "s")"
    }

    /// Adds a value of a type without a description: its members, as Swift does.
    private mutating func addMembers(of value: Any) {
        let mirror = Mirror(reflecting: value)
        func typeName() -> String { _typeName(mirror.subjectType, qualified: false) }
        switch mirror.displayStyle {
        case .optional:
            guard let child = mirror.children.first else { return text += "nil" }
            text += "Optional("
            add(child.value, isPart: true)
            text += ")"
        case .tuple:
            addAll(mirror.children, "(", ")") { $0.hasPrefix(".") ? nil : $0 }
        case .struct:
            addAll(mirror.children, typeName() + "(", ")") { $0 }
        case .enum:
            if depth > 1 { text += typeName() + "." }
            guard let payload = mirror.children.first else { return addDescription(String(describing: value)) }
            text += payload.label ?? typeName()
            if Mirror(reflecting: payload.value).displayStyle == .tuple { return add(payload.value, isPart: true) }
            text += "("
            add(payload.value, isPart: true)
            text += ")"
        default:
            let description = String(describing: value)
            // The commonest reason to see one is a pair of parentheses that was forgotten.
            let isFunction = depth == 1 && description == "(Function)"
            addDescription(isFunction ? "a function of type \(typeName()): parentheses behind it call it" : description)
        }
    }

    private mutating func addAll(
        _ members: Mirror.Children, _ open: String, _ close: String, label: (String) -> String?
    ) {
        text += open
        for (index, member) in members.enumerated() {
            if index > 0 { text += ", " }
            guard !isFull else {
                text += "…"
                break
            }
            if let name = member.label.flatMap(label) { text += name + ": " }
            add(member.value, isPart: true)
        }
        text += close
    }

    /// Adds the elements of a collection in brackets, the first thousand or as many as fit.
    fileprivate mutating func addElements<Elements: Collection>(
        of elements: Elements, _ body: (inout ValueText, Elements.Element) -> Void
    ) {
        text += "["
        var shown = 0
        for element in elements {
            if shown > 0 { text += ", " }
            guard shown < Self.maximumCount, !isFull else {
                text += Self.rest(elements.count - shown, "element")
                break
            }
            let size = text.utf8.count
            body(&self, element)
            if shown > 0, isFull {
                // Half an element says nothing.
                text.removeSubrange(text.utf8.index(text.startIndex, offsetBy: size)...)
                text += Self.rest(elements.count - shown, "element")
                break
            }
            shown += 1
        }
        text += "]"
    }

    fileprivate mutating func addPart(_ value: Any) { add(value, isPart: true) }
    fileprivate mutating func addLiteral(_ literal: String) { text += literal }
}

private func isOptional(_ value: Any) -> Bool {
    func isOptional<Value>(_ value: Value) -> Bool { Value.self is any OptionalValue.Type }
    return _openExistential(value, do: isOptional)
}

private protocol OptionalValue {}
extension Optional: OptionalValue {}

/// A collection of which only a part may be shown.
private protocol ListedInPart {
    func write(to text: inout ValueText)
}

extension ListedInPart where Self: Collection {
    func write(to text: inout ValueText) { text.addElements(of: self) { $0.addPart($1) } }
}

extension Array: ListedInPart {}
extension ArraySlice: ListedInPart {}
extension ContiguousArray: ListedInPart {}
extension Set: ListedInPart {}
extension Dictionary: ListedInPart {
    func write(to text: inout ValueText) {
        guard !isEmpty else { return text.addLiteral("[:]") }
        text.addElements(of: self) { text, entry in
            text.addPart(entry.key)
            text.addLiteral(": ")
            text.addPart(entry.value)
        }
    }
}

extension String {
    /// The longest beginning of whole characters that has at most so many bytes.
    fileprivate func prefix(bytes: Int) -> Substring {
        var end = utf8.index(startIndex, offsetBy: bytes)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return self[..<end]
    }
}
