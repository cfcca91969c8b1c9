// The same elements rearranged or repeated. All consist of slices, transpositions and broadcasts, which have gradients.
extension Tensor {
    /// The tensor with these axes reversed; without arguments, all of them (`flip` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let x = Tensor([[1, 2], [3, 4]])
    /// let y = x.flipped(1)  // [[2, 1], [4, 3]]
    /// ```
    public func flipped(_ axes: Int...) -> Tensor {
        (axes.isEmpty ? Array(0..<rank) : axes).reduce(self) { $0.reversed(axis: $1) }
    }

    /// The tensor with its elements shifted along an axis; those shifted beyond the end reappear at the beginning
    /// (`roll` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let y = Tensor([1, 2, 3]).rolled(by: 1)  // [3, 1, 2]
    /// ```
    public func rolled(by distance: Int, axis: Int = -1) -> Tensor {
        let axis = shape.axis(axis, in: "rolled"), length = shape[axis]
        let shift = length == 0 ? 0 : (distance % length + length) % length
        if shift == 0 { return self }
        return .concatenate([part(length - shift..<length, of: axis), part(0..<length - shift, of: axis)], axis: axis)
    }

    /// The tensor rotated by 90° `times` times, in the plane of two axes, from the first towards the second (`rot90` in
    /// NumPy and PyTorch): for a matrix, counterclockwise.
    ///
    /// ```swift
    /// let y = Tensor([[1, 2], [3, 4]]).rotated90()  // [[2, 4], [1, 3]]
    /// ```
    public func rotated90(_ times: Int = 1, axes: (Int, Int) = (0, 1)) -> Tensor {
        let (a, b) = (shape.axis(axes.0, in: "rotated90"), shape.axis(axes.1, in: "rotated90"))
        guard a != b else {
            Failure.raise(
                ShapeError(
                    operation: "rotated90", shapes: [shape], message: "axes must differ, got \(axes.0) and \(axes.1)",
                    hint: "name two different axes"))
        }
        switch (times % 4 + 4) % 4 {
        case 1: return reversed(axis: b).swapped(a, b)
        case 2: return flipped(a, b)
        case 3: return swapped(a, b).reversed(axis: b)
        default: return self
        }
    }

    /// The tensor repeated as a whole along each axis; counts for fewer axes are for the last ones (`tile` in NumPy and
    /// PyTorch).
    ///
    /// ```swift
    /// let y = Tensor([1, 2]).tiled(2)  // [1, 2, 1, 2]
    /// ```
    /// To repeat each element use ``repeated(_:axis:)``.
    public func tiled(_ counts: Int...) -> Tensor {
        let wide = reshaped(to: Shape(Array(repeating: 1, count: Swift.max(0, counts.count - rank)) + Array(shape)))
        let all = Array(repeating: 1, count: wide.rank - counts.count) + counts
        return all.enumerated().reduce(wide) { $0.multiplied($1.element, axis: $1.offset, inside: false, "tiled") }
    }

    /// The tensor with each element along an axis repeated `count` times in a row (NumPy's `repeat`, PyTorch's
    /// `repeat_interleave`).
    ///
    /// ```swift
    /// let y = Tensor([1, 2]).repeated(2, axis: 0)  // [1, 1, 2, 2]
    /// ```
    /// To repeat the tensor as a whole use ``tiled(_:)``.
    public func repeated(_ count: Int, axis: Int) -> Tensor {
        multiplied(count, axis: shape.axis(axis, in: "repeated"), inside: true, "repeated")
    }

    private func multiplied(_ count: Int, axis: Int, inside: Bool, _ name: StaticString) -> Tensor {
        guard count >= 0 else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape],
                    message: "count for axis \(axis) of \(shape) must be at least 0, got \(count)",
                    hint: "pass 0 or more"))
        }
        if count == 1 { return self }
        let position = inside ? axis + 1 : axis
        var merged = shape
        merged[axis] *= count
        return expanded(at: position).broadcast(to: shape.inserting(count, at: position)).reshaped(to: merged)
    }
}
