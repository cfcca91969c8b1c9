/// The part of one dimension that a subscript takes: an index, which removes the dimension, a range, or one of the
/// members below.
public struct Slice: Sendable, ExpressibleByIntegerLiteral {
    enum Kind {
        case index(Int)
        case range(lower: Int?, upper: Int?, step: Int)
        case progression(start: Int, count: Int, step: Int)
        case newAxis
        case ellipsis
    }
    let kind: Kind

    /// The whole dimension: NumPy's `:`.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2], [3, 4]])
    /// let column = x[Slice.all, 0]  // [1, 3]
    /// ```
    public static let all = Slice(kind: .range(lower: nil, upper: nil, step: 1))

    /// The whole dimension in reverse order: NumPy's `::-1`.
    ///
    /// ```swift
    /// let y = Tensor([1, 2, 3])[Slice.reversed]  // [3, 2, 1]
    /// ```
    public static let reversed = Slice(kind: .range(lower: nil, upper: nil, step: -1))

    /// As many whole dimensions as the other indices leave: NumPy's `...`.
    ///
    /// ```swift
    /// let images = Tensor.zeros([8, 28, 28, 3])
    /// print(images[Slice.ellipsis, 0].shape)  // [8, 28, 28]
    /// ```
    public static let ellipsis = Slice(kind: .ellipsis)

    /// A new dimension of length 1: NumPy's `None`.
    ///
    /// ```swift
    /// let x = Tensor([1, 2, 3])
    /// print(x[Slice.newAxis].shape)  // [1, 3]
    /// ```
    public static let newAxis = Slice(kind: .newAxis)

    /// Every `step`-th index of a range, or of the whole dimension; with a negative step backwards from its end.
    ///
    /// ```swift
    /// let y = Tensor.arange(6)[Slice.every(2)]  // [0, 2, 4]
    /// ```
    public static func every(_ step: Int, of range: Range<Int>? = nil) -> Slice {
        Slice(kind: .range(lower: range?.lowerBound, upper: range?.upperBound, step: step))
    }

    /// The indices from `first` up to `end`, which is excluded; either may be negative and then counts from the end.
    /// For ranges that Swift cannot form, such as NumPy's `1:-1`.
    ///
    /// ```swift
    /// let x = Tensor.arange(5)
    /// print(x[Slice.from(1, upTo: -1)])    // [1, 2, 3]
    /// ```
    public static func from(_ first: Int, upTo end: Int) -> Slice {
        Slice(kind: .range(lower: first, upper: end, step: 1))
    }

    /// The indices from `first` to `last`, which is included; either may be negative and then counts from the end.
    ///
    /// ```swift
    /// let y = Tensor.arange(5)[Slice.from(1, through: -2)]  // [1, 2, 3]
    /// ```
    public static func from(_ first: Int, through last: Int) -> Slice { Slice(first, through: last) }

    /// One index, which removes the dimension; a negative one counts from the end. The same as an `Int`, where a
    /// ``Slice`` is needed.
    ///
    /// ```swift
    /// let last = Slice.at(-1)
    /// let y = Tensor([[1, 2], [3, 4]])[last]  // [3, 4]
    /// ```
    public static func at(_ index: Int) -> Slice { Slice(kind: .index(index)) }

    init(kind: Kind) { self.kind = kind }

    /// Both ends are included. After the last index, -1, comes the end and not index 0.
    fileprivate init(_ first: Int?, through last: Int) {
        self.init(kind: .range(lower: first, upper: last == -1 ? nil : last + 1, step: 1))
    }

    /// One index; a negative one counts from the end.
    public init(integerLiteral value: Int) { self.init(kind: .index(value)) }
}

/// What a tensor's subscript takes for a dimension: an `Int`, a range of them, a stride
/// (`stride(from: 8, to: 0, by: -2)`), or a ``Slice``.
///
/// Negative bounds count from the end, and mean what they mean in NumPy: `t[(-2)...]` is the last two, `t[...(-1)]` is
/// all, `t[..<(-1)]` all but the last. A range whose end does not come after its start is empty. Swift itself refuses a
/// range such as `1..<(-1)`, whose bounds descend: use ``Slice/from(_:upTo:)``.
public protocol TensorIndex {
    /// The part of the dimension.
    var slice: Slice { get }
}

extension Slice: TensorIndex {
    /// The slice itself.
    public var slice: Slice { self }
}
extension Int: TensorIndex {
    /// One index; a negative one counts from the end.
    public var slice: Slice { Slice(kind: .index(self)) }
}
extension Range: TensorIndex where Bound == Int {
    /// The indices of the range.
    public var slice: Slice { Slice(kind: .range(lower: lowerBound, upper: upperBound, step: 1)) }
}
extension ClosedRange: TensorIndex where Bound == Int {
    /// The indices of the range.
    public var slice: Slice { Slice(lowerBound, through: upperBound) }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
    /// The indices from the bound to the end.
    public var slice: Slice { Slice(kind: .range(lower: lowerBound, upper: nil, step: 1)) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
    /// The indices up to the bound, which is excluded.
    public var slice: Slice { Slice(kind: .range(lower: nil, upper: upperBound, step: 1)) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
    /// The indices up to the bound, which is included.
    public var slice: Slice { Slice(nil, through: upperBound) }
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
