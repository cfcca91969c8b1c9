internal import CKernels

extension Tensor {
    /// New storage with the elements that a strided view of this tensor names.
    func copied(shape: Shape, strides: InlineArray<8, Int>, offset: Int = 0) -> Storage {
        let out = Storage(count: shape.elementCount, dtype: dtype)
        withExtendedLifetime(storage) {
            Tensor.copy(
                shape, from: storage.address + offset * dtype.size, strides, to: out.address, shape.strides,
                elementSize: dtype.size)
        }
        return out
    }

    /// Copies a block of elements between two layouts.
    static func copy(
        _ shape: Shape, from: UnsafeMutableRawPointer, _ fromStrides: InlineArray<8, Int>, to: UnsafeMutableRawPointer,
        _ toStrides: InlineArray<8, Int>, elementSize: Int
    ) {
        shape.withLengths { lengths in
            fromStrides.span.withUnsafeBufferPointer { fromStrides in
                toStrides.span.withUnsafeBufferPointer { toStrides in
                    ck_copy(
                        elementSize, shape.rank, lengths, fromStrides.baseAddress, toStrides.baseAddress, from,
                        to)
                }
            }
        }
    }

    // MARK: The same elements in another shape

    /// The same elements in another shape. One length may be -1: it follows from the others.
    public func reshaped(to dims: [Int]) -> Tensor {
        guard let unknown = dims.firstIndex(of: -1) else { return reshaped(to: Shape(dims)) }
        var resolved = dims
        resolved[unknown] = 1
        let known = resolved.reduce(1, *)
        resolved[unknown] = known == 0 ? 0 : count / known
        guard known * resolved[unknown] == count, dims.filter({ $0 == -1 }).count == 1 else { failReshape("\(dims)") }
        return reshaped(to: Shape(resolved))
    }

    /// The same elements in another shape.
    public func reshaped(to shape: Shape) -> Tensor {
        if shape == self.shape { return self }
        guard shape.elementCount == count else { failReshape("\(shape)") }
        var result = Tensor.recorded(storage, shape, from: self) { dy, x, _ in dy.reshaped(to: x.shape) }
        if let mask { result.mask = mask }
        return result
    }

    private func failReshape(_ wanted: String) -> Never {
        Failure.raise(
            ShapeError(
                operation: "reshaped", shapes: [shape],
                message: "the \(count) elements of \(shape) do not fill \(wanted)",
                hint: "the products must agree; one length may be -1"))
    }

    /// All elements in one row; with `from: 1` a row for each of the first dimension, as a batch needs.
    public func flattened(from axis: Int = 0) -> Tensor {
        let kept = Array(shape.prefix(axis))
        return reshaped(to: Shape(kept + [shape.dropFirst(axis).reduce(1, *)]))
    }

    /// Without dimensions of length 1: all, or those named.
    public func squeezed(axes: Int...) -> Tensor {
        let chosen = Set(axes.map { shape.axis($0, in: "squeezed") })
        if let long = chosen.first(where: { shape[$0] != 1 }) {
            Failure.raise(
                ShapeError(
                    operation: "squeezed", shapes: [shape],
                    message: "axis \(long) of \(shape) has length \(shape[long])",
                    hint: "only dimensions of length 1 can go"))
        }
        return reshaped(
            to: Shape((0..<rank).filter { axes.isEmpty ? shape[$0] != 1 : !chosen.contains($0) }.map { shape[$0] }))
    }

    /// With a new dimension of length 1 before this axis (`-1`: after the last).
    public func expanded(at axis: Int) -> Tensor {
        reshaped(to: shape.inserting(1, at: axis < 0 ? axis + rank + 1 : axis))
    }

    // MARK: The same elements in another order

    /// With the axes in another order; without arguments reversed, which transposes a matrix.
    public func transposed(_ axes: Int...) -> Tensor { transposed(axes) }

    /// With the axes in another order.
    public func transposed(_ axes: [Int]) -> Tensor {
        let order = axes.isEmpty ? Array((0..<rank).reversed()) : axes.map { shape.axis($0, in: "transposed") }
        guard order.count == rank, Set(order).count == rank else {
            Failure.raise(
                ShapeError(
                    operation: "transposed", shapes: [shape],
                    message: "\(axes) is no order of the \(rank) axes of \(shape)",
                    hint: "name each axis once"))
        }
        let own = shape.strides
        var strides = InlineArray<8, Int>(repeating: 0)
        for (place, axis) in order.enumerated() { strides[place] = own[axis] }
        let moved = Shape(order.map { shape[$0] })
        let isReshape = order.filter { shape[$0] != 1 } == order.filter { shape[$0] != 1 }.sorted()
        let result = isReshape ? storage : copied(shape: moved, strides: strides)
        if order == [1, 0] { return .recorded(result, moved, from: self) { dy, _, _ in dy.transposed(1, 0) } }
        guard isTracked else { return .unrecorded(result, moved) }
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return .recorded(result, moved, from: self) { [inverse] dy, _, _ in dy.transposed(inverse) }
    }
}
