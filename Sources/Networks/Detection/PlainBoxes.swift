/// Boxes as plain numbers, column by column, the one with the highest score first.
struct PlainBoxes {
    private let left, top, right, bottom, area: [Double]

    /// Boxes of rows [left, top, right, bottom].
    init(_ rows: [ArraySlice<Double>]) {
        func column(_ offset: Int) -> [Double] { rows.map { $0[$0.startIndex + offset] } }
        (left, top, right, bottom) = (column(0), column(1), column(2), column(3))
        area = rows.indices.map { [left, top, right, bottom] in
            max(right[$0] - left[$0], 0) * max(bottom[$0] - top[$0], 0)
        }
    }

    /// The indices of at most `limit` boxes that remain if each removes those behind it that it overlaps by more.
    ///
    /// A box that remains is compared with all behind it that are left: time in proportion to all boxes times those
    /// that remain, and memory to the number of boxes.
    func suppressed(_ overlap: Double, limit: Int) -> [Int] {
        var rest = Array(area.indices)
        var kept: [Int] = []
        while let best = rest.first, kept.count < limit {
            kept.append(best)
            let (x, y, end, bottomEnd, size) = (left[best], top[best], right[best], bottom[best], area[best])
            var count = 0
            for index in 1..<rest.count {
                let box = rest[index]
                let width = min(end, right[box]) - max(x, left[box])
                let height = min(bottomEnd, bottom[box]) - max(y, top[box])
                let shared = max(width, 0) * max(height, 0)
                guard shared / max(size + area[box] - shared, 1e-12) <= overlap else { continue }
                rest[count] = box
                count += 1
            }
            rest.removeLast(rest.count - count)
        }
        return kept
    }
}
