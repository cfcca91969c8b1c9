extension Tensor {
    /// Tensors joined along an existing axis (NumPy's `concatenate`, PyTorch's `cat`); all other lengths must agree.
    ///
    /// ```swift
    /// let a = Tensor.ones([2, 3]), b = Tensor.zeros([2, 1])
    /// print(Tensor.concatenate([a, b], axis: 1).shape)  // [2, 4]
    /// ```
    /// For a new axis see ``stack(_:axis:)``; the inverse is ``split(sizes:axis:)``.
    public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else {
            Failure.raise(
                ShapeError(operation: "concatenate", message: "there are no tensors to join", hint: "pass at least one")
            )
        }
        let axis = first.shape.axis(axis, in: "concatenate")
        var shape = first.shape
        shape[axis] = 0
        for tensor in tensors {
            guard tensor.rank == shape.rank,
                (0..<shape.rank).allSatisfy({ $0 == axis || tensor.shape[$0] == first.shape[$0] })
            else {
                Failure.raise(
                    ShapeError(
                        operation: "concatenate", shapes: tensors.map(\.shape),
                        message: "\(first.shape) and \(tensor.shape) cannot be joined along axis \(axis)",
                        hint: "all lengths but that of axis \(axis) must agree"))
            }
            shape[axis] += tensor.shape[axis]
        }
        let allSame = tensors.allSatisfy { $0.dtype == first.dtype }
        let type = allSame ? first.dtype : tensors.dropFirst().reduce(first.dtype) { DType.promoted($0, $1.dtype) }
        let parts = tensors.map { $0.converted(to: type) }
        let out = Storage(count: shape.elementCount, dtype: type)
        let strides = shape.strides
        var offset = 0
        for part in parts {
            withExtendedLifetime(part.storage) {
                copy(
                    part.shape, from: part.storage.address, part.shape.strides, to: out.address + offset * type.size,
                    strides,
                    elementSize: type.size)
            }
            offset += part.shape[axis] * strides[axis]
        }
        return .recorded(out, shape, from: parts) { dy, inputs, _, wanted in
            var block = Block(starts: InlineArray(repeating: 0), lengths: dy.shape, steps: InlineArray(repeating: 1))
            return zip(inputs, wanted).map { input, isWanted in
                block.lengths[axis] = input.shape[axis]
                defer { block.starts[axis] += input.shape[axis] }
                return isWanted ? dy.block(block) : nil
            }
        }
    }

    /// Tensors of one shape joined along a new axis (`stack` in NumPy and PyTorch): n of shape `[d]` give `[n, d]`.
    ///
    /// ```swift
    /// let a = Tensor([1, 2]), b = Tensor([3, 4])
    /// let columns = Tensor.stack([a, b], axis: 1)  // [[1, 3], [2, 4]]
    /// ```
    /// The inverse is ``unstacked(axis:)``.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        if let first = tensors.first, let odd = tensors.first(where: { $0.shape != first.shape }) {
            Failure.raise(
                ShapeError(
                    operation: "stack", shapes: tensors.map(\.shape),
                    message: "\(first.shape) and \(odd.shape) cannot be stacked",
                    hint: "all shapes must be equal"))
        }
        return concatenate(tensors.map { $0.expanded(at: axis) }, axis: axis)
    }
}

extension Tensor {
    /// The tensor split along an axis into parts of these lengths, which must add up to that of the axis (PyTorch's
    /// `split`).
    ///
    /// ```swift
    /// let parts = Tensor.arange(5).split(sizes: [2, 3])  // [0, 1] and [2, 3, 4]
    /// ```
    public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
        let axis = shape.axis(axis, in: "split")
        guard sizes.reduce(0, +) == shape[axis], sizes.allSatisfy({ $0 >= 0 }) else {
            Failure.raise(
                ShapeError(
                    operation: "split", shapes: [shape],
                    message: "parts of \(sizes) do not make up axis \(axis) of \(shape), which has \(shape[axis])",
                    hint: "the sizes must add up to that length"))
        }
        var start = 0
        return sizes.map { size in
            defer { start += size }
            return part(start..<start + size, of: axis)
        }
    }

    /// The tensor split along an axis into a number of parts, as equal as possible: if the length is not divisible, the
    /// first ones are longer by one (NumPy's `array_split`).
    ///
    /// ```swift
    /// let parts = Tensor.arange(5).split(into: 2)  // [0, 1, 2] and [3, 4]
    /// ```
    /// For parts of a given length use ``chunked(_:axis:)``.
    public func split(into parts: Int, axis: Int = 0) -> [Tensor] {
        let axis = shape.axis(axis, in: "split")
        guard parts > 0 else {
            Failure.raise(
                ValueError(
                    operation: "split", message: "parts must be at least 1, got \(parts)", hint: "pass 1 or more"))
        }
        let (size, longer) = shape[axis].quotientAndRemainder(dividingBy: parts)
        return split(sizes: (0..<parts).map { size + ($0 < longer ? 1 : 0) }, axis: axis)
    }

    /// The tensor split along an axis into parts of this length (PyTorch's `split` with one size); the last one is
    /// shorter if the length is not divisible.
    ///
    /// ```swift
    /// let batches = Tensor.arange(5).chunked(2)  // [0, 1], [2, 3] and [4]
    /// ```
    /// For a given number of parts use ``split(into:axis:)``.
    public func chunked(_ length: Int, axis: Int = 0) -> [Tensor] {
        let axis = shape.axis(axis, in: "chunked")
        guard length > 0 else {
            Failure.raise(
                ValueError(
                    operation: "chunked", message: "length must be at least 1, got \(length)", hint: "pass 1 or more"))
        }
        return stride(from: 0, to: shape[axis], by: length).map {
            part($0..<Swift.min($0 + length, shape[axis]), of: axis)
        }
    }

    /// The slices along an axis, without that axis: the inverse of ``stack(_:axis:)`` (PyTorch's `unbind`).
    ///
    /// ```swift
    /// let rows = Tensor([[1, 2], [3, 4]]).unstacked()  // [1, 2] and [3, 4]
    /// ```
    public func unstacked(axis: Int = 0) -> [Tensor] {
        let axis = shape.axis(axis, in: "unstacked")
        return (0..<shape[axis]).map { part($0..<$0 + 1, of: axis).squeezed(axes: axis) }
    }

    /// A range of an axis.
    package func part(_ range: Range<Int>, of axis: Int) -> Tensor {
        var block = Block(starts: InlineArray(repeating: 0), lengths: shape, steps: InlineArray(repeating: 1))
        block.starts[axis] = range.lowerBound
        block.lengths[axis] = range.count
        return self.block(block)
    }
}
