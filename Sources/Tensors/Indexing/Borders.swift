/// How a tensor is continued beyond its borders, as in NumPy's `pad`. Examples are of the elements 1 2 3.
public enum Border: Sendable, Hashable {
    /// A constant: 0 0 | 1 2 3 | 0 0.
    case constant(Double)
    /// The elements mirrored at the last one, which is not repeated: 3 2 | 1 2 3 | 2 1.
    case reflect
    /// The last element repeated (NumPy's `edge`): 1 1 | 1 2 3 | 3 3.
    case replicate
    /// The elements from the other end: 2 3 | 1 2 3 | 1 2.
    case wrap

    /// The index in 0..<length of the element that continues the tensor at a position outside of it.
    fileprivate func index(_ position: Int, length: Int) -> Int {
        switch self {
        case .constant, .replicate: return Swift.min(Swift.max(position, 0), length - 1)
        case .wrap: return (position % length + length) % length
        case .reflect:
            let period = Swift.max(2 * (length - 1), 1)
            let index = (position % period + period) % period
            return Swift.min(index, period - index)
        }
    }
}

extension Tensor {
    /// The tensor padded with zeros or another value (NumPy's `pad`): for each dimension the counts of elements before
    /// and after.
    ///
    /// ```swift
    /// let x = Tensor.ones([2, 3])
    /// print(x.padded([(1, 1), (0, 2)]).shape)  // [4, 5]
    /// ```
    /// To continue the tensor itself, pass a ``Border``; the inverse is ``cropped(_:)``.
    public func padded(_ amounts: [(before: Int, after: Int)], with value: Double = 0) -> Tensor {
        guard amounts.count == rank, amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
            failPadding(amounts.count)
        }
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        var wide = shape
        for (axis, amount) in amounts.enumerated() {
            block.starts[axis] = amount.before
            wide[axis] += amount.before + amount.after
        }
        if value == 0 { return placed(at: block, in: wide) }
        var result = Tensor.full(wide, value, dtype: dtype)
        result.replace(block, shape: shape, with: self)
        return result
    }

    /// The tensor continued beyond its borders (NumPy's `pad`): for each dimension the counts of elements before and
    /// after.
    ///
    /// ```swift
    /// let x = Tensor([1, 2, 3])
    /// let y = x.padded([(2, 2)], with: .reflect)  // [3, 2, 1, 2, 3, 2, 1]
    /// ```
    public func padded(_ amounts: [(before: Int, after: Int)], with border: Border) -> Tensor {
        if case .constant(let value) = border { return padded(amounts, with: value) }
        guard amounts.count == rank, amounts.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
            failPadding(amounts.count)
        }
        var result = self
        for (axis, (before, after)) in amounts.enumerated() where before + after > 0 {
            let length = shape[axis]
            let reach = border == .replicate ? Int.max : border == .reflect ? length - 1 : length
            guard length > 0, before <= reach, after <= reach else {
                Failure.raise(
                    ShapeError(
                        operation: "padded", shapes: [shape],
                        message: "axis \(axis) of \(shape) is too short to be padded by \(Swift.max(before, after))",
                        hint: "\(border) reaches \(Swift.max(reach, 0)) elements here; pad less, or use .replicate"))
            }
            let indices = (-before..<length + after).map { border.index($0, length: length) }
            result = result.gathered(Tensor(indices), axis: axis)
        }
        return result
    }

    /// The tensor without these counts of elements before and after, for each dimension.
    ///
    /// ```swift
    /// let x = Tensor.arange(5)
    /// let y = x.cropped([(1, 1)])  // [1, 2, 3]
    /// ```
    /// A subscript does the same for the first dimensions: `x[1..<4]`.
    public func cropped(_ amounts: [(before: Int, after: Int)]) -> Tensor {
        guard amounts.count == rank,
            zip(amounts, shape).allSatisfy({ $0.before >= 0 && $0.after >= 0 && $0.before + $0.after <= $1 })
        else {
            Failure.raise(
                ShapeError(
                    operation: "cropped", shapes: [shape],
                    message: "\(amounts.map { [$0.before, $0.after] }) cannot be cut off \(shape)",
                    hint: "give (before, after) for every dimension, together at most its length"))
        }
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        for (axis, amount) in amounts.enumerated() {
            block.starts[axis] = amount.before
            block.lengths[axis] -= amount.before + amount.after
        }
        return self.block(block)
    }

    private func failPadding(_ count: Int) -> Never {
        Failure.raise(
            ShapeError(
                operation: "padded", shapes: [shape],
                message: "\(count) paddings for the \(rank) dimensions of \(shape)",
                hint: "give (before, after) for every dimension, none negative"))
    }
}
