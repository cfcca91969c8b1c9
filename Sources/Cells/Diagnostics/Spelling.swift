extension String {
    /// The Damerau–Levenshtein distance: the number of insertions, deletions, substitutions and transpositions of
    /// adjacent characters that turn this text into another one. Case is ignored.
    package func editDistance(to other: String) -> Int {
        let (own, other) = (Array(lowercased()), Array(other.lowercased()))
        var (before, last) = ([Int](), Array(0...other.count))
        for i in own.indices {
            var row = [i + 1]
            for j in other.indices {
                var least = Swift.min(last[j] + (own[i] == other[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, own[i] == other[j - 1], own[i - 1] == other[j] {
                    least = Swift.min(least, before[j - 1] + 1)
                }
                row.append(least)
            }
            (before, last) = (last, row)
        }
        return last[other.count]
    }

    /// The most similar name; `nil` if none is similar.
    package func nearest(among names: some Sequence<String>) -> String? {
        let nearest = names.map { ($0, $0.editDistance(to: self)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        guard let (likely, distance) = nearest, 2 * distance < likely.count else { return nil }
        return likely
    }
}
