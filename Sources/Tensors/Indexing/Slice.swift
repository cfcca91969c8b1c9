/// Which part of one dimension a subscript takes: an index (the dimension disappears), a range, or one of the members below.
public struct Slice: Sendable, ExpressibleByIntegerLiteral {
    enum Kind {
        case index(Int)
        case range(lower: Int?, upper: Int?, step: Int)
        case progression(start: Int, count: Int, step: Int)
        case newAxis
        case ellipsis
    }
    let kind: Kind

    /// The whole dimension.
    public static let all = Slice(kind: .range(lower: nil, upper: nil, step: 1))

    /// The whole dimension, backwards.
    public static let reversed = Slice(kind: .range(lower: nil, upper: nil, step: -1))

    /// All of as many dimensions as the other indices leave: NumPy's `...`.
    public static let ellipsis = Slice(kind: .ellipsis)

    /// A new dimension of length 1: NumPy's `None`.
    public static let newAxis = Slice(kind: .newAxis)

    /// Every `step`-th of a range; with a negative step from its end backwards.
    public static func every(_ step: Int, of range: Range<Int>? = nil) -> Slice {
        Slice(kind: .range(lower: range?.lowerBound, upper: range?.upperBound, step: step))
    }

    /// One index; a negative one counts from the back.
    public static func at(_ index: Int) -> Slice { Slice(kind: .index(index)) }

    init(kind: Kind) { self.kind = kind }

    /// One index; a negative one counts from the back.
    public init(integerLiteral value: Int) { self.init(kind: .index(value)) }
}

/// What a tensor's subscript takes for a dimension: an `Int`, a range of them, a stride (`stride(from: 8, to: 0, by: -2)`), or a
/// ``Slice``. Negative numbers count from the back: `t[(-2)...]` are the last two.
public protocol TensorIndex {
    /// The part of the dimension.
    var slice: Slice { get }
}

extension Slice: TensorIndex {
    /// The slice itself.
    public var slice: Slice { self }
}
extension Int: TensorIndex {
    /// One index; a negative one counts from the back.
    public var slice: Slice { Slice(kind: .index(self)) }
}
extension Range: TensorIndex where Bound == Int {
    /// The indices of the range.
    public var slice: Slice { Slice(kind: .range(lower: lowerBound, upper: upperBound, step: 1)) }
}
extension ClosedRange: TensorIndex where Bound == Int {
    /// The indices of the range.
    public var slice: Slice { Slice(kind: .range(lower: lowerBound, upper: upperBound + 1, step: 1)) }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
    /// The indices from here to the end.
    public var slice: Slice { Slice(kind: .range(lower: lowerBound, upper: nil, step: 1)) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
    /// The indices up to here.
    public var slice: Slice { Slice(kind: .range(lower: nil, upper: upperBound, step: 1)) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
    /// The indices up to here, this one included.
    public var slice: Slice { Slice(kind: .range(lower: nil, upper: upperBound + 1, step: 1)) }
}
extension StrideTo: TensorIndex where Element == Int {
    /// The indices of the progression.
    public var slice: Slice { Slice(progression: Array(self)) }
}
extension StrideThrough: TensorIndex where Element == Int {
    /// The indices of the progression.
    public var slice: Slice { Slice(progression: Array(self)) }
}

extension Slice {
    fileprivate init(progression: [Int]) {
        let step = progression.count > 1 ? progression[1] - progression[0] : 1
        self.init(kind: .progression(start: progression.first ?? 0, count: progression.count, step: step))
    }
}
