/// Which part of one dimension a subscript takes: an index (the dimension disappears), a range, or `.all`.
public struct Slice: Sendable, ExpressibleByIntegerLiteral {
    enum Kind {
        case index(Int)
        case range(lower: Int?, upper: Int?, step: Int)
    }
    let kind: Kind

    /// The whole dimension.
    public static let all = Slice(kind: .range(lower: nil, upper: nil, step: 1))

    /// The whole dimension, backwards.
    public static let reversed = Slice(kind: .range(lower: nil, upper: nil, step: -1))

    /// Every `step`-th of a range.
    public static func every(_ step: Int, of range: Range<Int>? = nil) -> Slice {
        Slice(kind: .range(lower: range?.lowerBound, upper: range?.upperBound, step: step))
    }

    /// One index; a negative one counts from the back.
    public static func at(_ index: Int) -> Slice { Slice(kind: .index(index)) }

    init(kind: Kind) { self.kind = kind }

    /// One index; a negative one counts from the back.
    public init(integerLiteral value: Int) { self.init(kind: .index(value)) }
}

/// What a tensor's subscript takes for a dimension: an `Int`, a range of them, or a ``Slice``.
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

/// A regular block of a tensor: in each dimension a first index, how many, and how far apart.
struct Block: Sendable {
    var starts: InlineArray<8, Int>
    var lengths: Shape
    var steps: InlineArray<8, Int>

    /// Strides and offset of the block's elements in a tensor of this shape.
    func layout(in shape: Shape) -> (strides: InlineArray<8, Int>, offset: Int) {
        let own = shape.strides
        var strides = InlineArray<8, Int>(repeating: 0)
        var offset = 0
        for axis in 0..<shape.rank {
            strides[axis] = own[axis] * steps[axis]
            offset += own[axis] * starts[axis]
        }
        return (strides, offset)
    }
}

extension Tensor {
    /// A part of the tensor: `t[0..<3, 1]` are the first three of dimension 0, at index 1 of dimension 1, with all of the others.
    public subscript(_ indices: any TensorIndex...) -> Tensor {
        guard indices.count <= rank else {
            Failure.raise(
                ShapeError(
                    operation: "subscript", shapes: [shape],
                    message: "\(indices.count) indices for the \(rank) dimensions of \(shape)",
                    hint: "give at most one for each dimension"))
        }
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        var kept = Shape()
        for axis in 0..<rank {
            let length = shape[axis]
            switch axis < indices.count ? indices[axis].slice.kind : Slice.all.kind {
            case .index(let index):
                block.starts[axis] = resolved(index, axis: axis)
                block.lengths[axis] = 1
            case .range(let lower, let upper, let step):
                let (from, to) = (lower ?? 0, upper ?? length)
                guard from >= 0, from <= to, to <= length, step != 0 else {
                    Failure.raise(
                        ValueError(
                            operation: "subscript",
                            message: "range \(from)..<\(to) is outside of dimension \(axis) of \(shape)",
                            hint: "that dimension has indices 0..<\(length)"))
                }
                block.starts[axis] = step > 0 ? from : Swift.max(to - 1, 0)
                block.lengths[axis] = (to - from + Swift.abs(step) - 1) / Swift.abs(step)
                block.steps[axis] = step
                kept.append(block.lengths[axis])
            }
        }
        return self.block(block).reshaped(to: kept)
    }

    private func resolved(_ index: Int, axis: Int) -> Int {
        let length = shape[axis]
        guard index >= -length, index < length else {
            Failure.raise(
                ValueError(
                    operation: "subscript", message: "index \(index) is outside of dimension \(axis) of \(shape)",
                    hint: "that dimension has indices 0..<\(length)"))
        }
        return index < 0 ? index + length : index
    }

    /// The elements of a block.
    func block(_ block: Block) -> Tensor {
        if block.lengths == shape, (0..<rank).allSatisfy({ block.steps[$0] == 1 }) { return self }
        let (strides, offset) = block.layout(in: shape)
        let out = copied(shape: block.lengths, strides: strides, offset: offset)
        return .recorded(out, block.lengths, from: self) { dy, x, _ in dy.placed(at: block, in: x.shape) }
    }

    /// The transpose of ``block(_:)``: zeros of a shape, with this tensor in the place of the block.
    func placed(at block: Block, in shape: Shape) -> Tensor {
        let (strides, offset) = block.layout(in: shape)
        let out = Storage(count: shape.elementCount, dtype: dtype)
        out.address.initializeMemory(as: UInt8.self, repeating: 0, count: out.count * dtype.size)
        withExtendedLifetime(storage) {
            Tensor.copy(
                block.lengths, from: storage.address, self.shape.strides, to: out.address + offset * dtype.size,
                strides,
                elementSize: dtype.size)
        }
        return .recorded(out, shape, from: self) { dy, _, _ in dy.block(block) }
    }

    /// The tensor with zeros (or another value) around it: for each dimension how many before and after.
    public func padded(_ amounts: [(before: Int, after: Int)], with value: Double = 0) -> Tensor {
        guard amounts.count == rank, amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
            Failure.raise(
                ShapeError(
                    operation: "padded", shapes: [shape],
                    message: "\(amounts.count) paddings for the \(rank) dimensions of \(shape)",
                    hint: "give (before, after) for every dimension, none negative"))
        }
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        var wide = shape
        for (axis, amount) in amounts.enumerated() {
            block.starts[axis] = amount.before
            wide[axis] += amount.before + amount.after
        }
        if value == 0 { return placed(at: block, in: wide) }
        return (self - scalar(value)).placed(at: block, in: wide) + scalar(value)
    }

    /// The tensor with an axis in reverse order.
    public func reversed(axis: Int) -> Tensor {
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        let axis = shape.axis(axis, in: "reversed")
        block.starts[axis] = Swift.max(shape[axis] - 1, 0)
        block.steps[axis] = -1
        return self.block(block)
    }
}
