extension String {
    /// The place this many Unicode code points from the start: how the protocol counts since 5.2. Clamped, for not
    /// every front end counts right.
    func index(atCodePoint offset: Int) -> String.Index {
        unicodeScalars.index(startIndex, offsetBy: max(0, offset), limitedBy: endIndex) ?? endIndex
    }

    /// How many code points come before a place.
    func codePointOffset(of index: String.Index) -> Int {
        unicodeScalars.distance(from: startIndex, to: index)
    }
}
