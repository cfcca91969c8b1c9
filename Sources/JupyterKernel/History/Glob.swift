/// A pattern in which `*` stands for any text and `?` for any character; every other character stands for itself.
struct Glob: Sendable {
    private let pattern: [Unicode.Scalar]

    init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

    /// Whether the whole text matches. Takes time proportional to the product of the two lengths at most.
    func matches(_ text: String) -> Bool {
        let text = text.unicodeScalars
        var position = text.startIndex
        var next = 0
        // Where to resume if the last star must match more text.
        var retry: (position: String.Index, next: Int)?
        while position < text.endIndex {
            if next < pattern.count, pattern[next] == "*" {
                next += 1
                retry = (position, next)
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[position] {
                next += 1
                position = text.index(after: position)
            } else if let last = retry {
                position = text.index(after: last.position)
                next = last.next
                retry = (position, next)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
