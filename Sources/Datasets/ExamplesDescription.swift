import Tensors

extension Examples: CustomStringConvertible {
    /// The count, the shapes and the classes: `200 examples: [2] → 2 classes (class 0: 100, class 1: 100)`.
    public var description: String {
        let input = inputs.shape.removing(at: 0)
        var text = "\(grouped(count)) example\(count == 1 ? "" : "s"): \(input) → "
        if let classes = classCounts {
            let listed = classes.prefix(12).map { "\($0.name): \(grouped($0.count))" }.joined(separator: ", ")
            text += "\(classes.count) class\(classes.count == 1 ? "" : "es")"
            if !classes.isEmpty { text += " (\(listed)\(classes.count > 12 ? ", …" : ""))" }
        } else {
            text += "\(targets.shape.removing(at: 0)) \(targets.dtype)"
        }
        return text + (weights == nil ? "" : ", weighted")
    }

    /// How many examples there are of each class; `nil` if the targets are not one class index for each example.
    package var classCounts: [(name: String, count: Int)]? {
        guard targets.rank == 1, !targets.dtype.isFloatingPoint else { return nil }
        var counts: [Int: Int] = [:]
        for label in targets.ints { counts[label, default: 0] += 1 }
        // Class numbers are small; other integers, such as house numbers, are values.
        guard counts.keys.allSatisfy({ (0..<10_000).contains($0) }) else { return nil }
        let last = max(counts.keys.max() ?? -1, classNames.count - 1)
        guard last < 10 * max(counts.count, classNames.count, 10) else { return nil }
        return (0..<last + 1).map { label in
            (classNames.indices.contains(label) ? classNames[label] : "class \(label)", counts[label] ?? 0)
        }
    }

    private func grouped(_ number: Int) -> String {
        var digits = Array(String(number))
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
        return String(digits)
    }
}

extension Batches: CustomStringConvertible {
    /// The number and size of the batches, and the examples that they come from.
    public var description: String {
        "\(count) \(isShuffled ? "shuffled " : "")batch\(count == 1 ? "" : "es") of \(size) from \(examples)"
    }
}

extension Batches.Iterator: CustomStringConvertible {
    /// How far the pass has come.
    public var description: String {
        "a pass over batches, after \(parts.position) of \(parts.examples.count) examples"
    }
}
