extension String {
    /// The index after a number of Unicode code points, the unit of the protocol since 5.2. Clamped, because not every
    /// front end counts correctly.
    func index(atCodePoint offset: Int) -> String.Index {
        unicodeScalars.index(startIndex, offsetBy: max(0, offset), limitedBy: endIndex) ?? endIndex
    }

    /// The number of code points before an index.
    func codePointOffset(of index: String.Index) -> Int {
        unicodeScalars.distance(from: startIndex, to: index)
    }
}
