internal import CKernels

extension Tensor {
    /// New storage with the elements of a strided view of this tensor.
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

    /// The same elements in another shape, in row-major order (`reshape` in NumPy and PyTorch). One length may be -1
    /// and is computed from the others. The elements are not copied.
    ///
    /// ```swift
    /// let x = Tensor.arange(6).reshaped(to: [2, -1])  // [[0, 1, 2], [3, 4, 5]]
    /// ```
    /// To exchange axes use `transposed`.
    public func reshaped(to dims: [Int]) -> Tensor {
        guard let unknown = dims.firstIndex(of: -1) else { return reshaped(to: Shape(dims)) }
        var resolved = dims
        resolved[unknown] = 1
        let known = resolved.reduce(1, *)
        resolved[unknown] = known == 0 ? 0 : count / known
        guard known * resolved[unknown] == count, dims.filter({ $0 == -1 }).count == 1 else { failReshape("\(dims)") }
        return reshaped(to: Shape(resolved))
    }

    /// The same elements in another shape, as `reshaped(to:)` of a list of lengths, without a length of -1.
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

    /// All dimensions from `axis` on merged into one: with `from: 1`, a batch `[n, …]` becomes rows `[n, features]`
    /// (PyTorch's `flatten`).
    ///
    /// ```swift
    /// let images = Tensor.zeros([8, 28, 28, 1])
    /// print(images.flattened(from: 1).shape)  // [8, 784]
    /// ```
    /// In a network use the layer `Flatten`.
    public func flattened(from axis: Int = 0) -> Tensor {
        let kept = Array(shape.prefix(axis))
        return reshaped(to: Shape(kept + [shape.dropFirst(axis).reduce(1, *)]))
    }

    /// The tensor without dimensions of length 1: all, or the given ones (`squeeze` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let x = Tensor.zeros([1, 3, 1])
    /// print(x.squeezed().shape)          // [3]
    /// print(x.squeezed(axes: -1).shape)  // [1, 3]
    /// ```
    public func squeezed(axes: Int...) -> Tensor {
        let chosen = Set(axes.map { shape.axis($0, in: "squeezed") })
        if let long = chosen.first(where: { shape[$0] != 1 }) {
            Failure.raise(
                ShapeError(
                    operation: "squeezed", shapes: [shape],
                    message: "axis \(long) of \(shape) has length \(shape[long])",
                    hint: "only dimensions of length 1 can be removed"))
        }
        return reshaped(
            to: Shape((0..<rank).filter { axes.isEmpty ? shape[$0] != 1 : !chosen.contains($0) }.map { shape[$0] }))
    }

    /// The tensor with a new dimension of length 1 at this axis, -1 being the last (NumPy's `expand_dims`, PyTorch's
    /// `unsqueeze`).
    ///
    /// ```swift
    /// let x = Tensor([1, 2, 3])
    /// print(x.expanded(at: -1).shape)  // [3, 1]
    /// ```
    /// The inverse is ``squeezed(axes:)``.
    public func expanded(at axis: Int) -> Tensor {
        reshaped(to: shape.inserting(1, at: axis < 0 ? axis + rank + 1 : axis))
    }

    // MARK: The same elements in another order

    /// The tensor with its axes in another order: axis i of the result is axis `axes[i]` of this tensor (NumPy's
    /// `transpose`, PyTorch's `permute`). Without arguments the order is reversed, which transposes a matrix.
    ///
    /// ```swift
    /// let image = Tensor.zeros([3, 32, 48])
    /// print(image.transposed(1, 2, 0).shape)  // [32, 48, 3]
    /// ```
    public func transposed(_ axes: Int...) -> Tensor { transposed(axes) }

    /// The same for a list of axes.
    public func transposed(_ axes: [Int]) -> Tensor {
        let order = axes.isEmpty ? Array((0..<rank).reversed()) : axes.map { shape.axis($0, in: "transposed") }
        guard order.count == rank, Set(order).count == rank else {
            Failure.raise(
                ShapeError(
                    operation: "transposed", shapes: [shape],
                    message: "axes must name each of the \(rank) axes of \(shape) once, got \(axes)",
                    hint: "axes are numbered from 0"))
        }
        let own = shape.strides
        var strides = InlineArray<8, Int>(repeating: 0)
        for (position, axis) in order.enumerated() { strides[position] = own[axis] }
        let moved = Shape(order.map { shape[$0] })
        let isReshape = order.filter { shape[$0] != 1 } == order.filter { shape[$0] != 1 }.sorted()
        let result = isReshape ? storage : copied(shape: moved, strides: strides)
        if order == [1, 0] { return .recorded(result, moved, from: self) { dy, _, _ in dy.transposed(1, 0) } }
        guard isTracked else { return .unrecorded(result, moved) }
        var inverse = order
        for (position, axis) in order.enumerated() { inverse[axis] = position }
        return .recorded(result, moved, from: self) { [inverse] dy, _, _ in dy.transposed(inverse) }
    }
}
