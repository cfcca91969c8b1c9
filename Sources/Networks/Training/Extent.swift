internal import Foundation
internal import Tensors

/// The range of a tensor's values, read from a sample of bounded size.
struct Extent {
    /// The least and the largest value of the sample; NaN if it contains NaN.
    let least, largest: Double
    /// Whether the sample contains no NaN and no infinity.
    let isFinite: Bool
    /// Whether every row of the first axis was read.
    let isComplete: Bool
    /// The rows that were read.
    let sample: Tensor

    /// The number of elements that are read at most: a millisecond.
    private static let budget = 1 << 20

    /// The range of a tensor whose first axis counts examples; nil if it has no elements.
    init?(of x: Tensor) {
        guard x.rank > 0, x.count > 0 else { return nil }
        let rows = x.shape[0]
        let read = min(rows, max(Self.budget / (x.count / rows), 1))
        isComplete = read == rows
        // Evenly spread, for data may be sorted.
        let sample =
            isComplete ? x.detached() : withoutGradients { x.gathered(Tensor((0..<read).map { $0 * rows / read })) }
        self.sample = sample
        isFinite = !sample.dtype.isFloatingPoint || sample.sum().item().isFinite || sample.isFinite().all()
        least = isFinite ? sample.min().item() : .nan
        largest = isFinite ? sample.max().item() : .nan
    }

    /// The largest absolute value.
    var magnitude: Double { max(abs(least), abs(largest)) }

    /// `0 to 255`.
    var text: String { Self.text(least, largest) }

    /// `0 to 255`, with four digits at most.
    static func text(_ least: Double, _ largest: Double) -> String { "\(number(least)) to \(number(largest))" }

    /// A number as it is read best: `255`, `0.25`, `1.2e+09`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        return value == value.rounded() && abs(value) < 1e7 ? "\(Int(value))" : String(format: "%.4g", value)
    }

    /// The position of the first element that is NaN or infinite, and what it is: `NaN, the first at [17, 3, 7, 0]`.
    static func firstOdd(in x: Tensor) -> String? {
        guard x.dtype.isFloatingPoint, !x.isFinite().all() else { return nil }
        let values = x.doubles
        guard let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
        return "\(values[index].isNaN ? "NaN" : "infinity"), the first at \(x.shape.position(of: index))"
    }
}

extension Shape {
    /// The indices of the element at this position in memory.
    fileprivate func position(of element: Int) -> [Int] {
        var rest = element
        var indices: [Int] = []
        for length in reversed() {
            indices.append(rest % Swift.max(length, 1))
            rest /= Swift.max(length, 1)
        }
        return indices.reversed()
    }
}

extension Tensor {
    /// Whether both are the same elements in memory.
    func isSameMemory(as other: Tensor) -> Bool { storage === other.storage && shape == other.shape }
}
