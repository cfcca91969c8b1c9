internal import CKernels

extension Tensor {
    /// The slices at these indices along an axis (NumPy's `take`, PyTorch's `index_select`); the indices' shape
    /// replaces the axis. `[v, d]` and indices `[n]` give `[n, d]`.
    ///
    /// ```swift
    /// let vectors = Tensor([[0, 1], [2, 3], [4, 5]])
    /// let sentence = vectors.gathered(Tensor([2, 0, 2]))  // [[4, 5], [0, 1], [4, 5]]
    /// ```
    /// For indices that differ from row to row see ``taken(at:axis:)``; learned vectors are the layer `Embedding`.
    public func gathered(_ indices: Tensor, axis: Int = 0) -> Tensor {
        let axis = shape.axis(axis, in: "gathered")
        let places = Tensor.checkedIndices(indices, below: shape[axis], "gathered")
        let (outer, inner) = shape.around(axis)
        let result = Shape(Array(shape[..<axis]) + Array(indices.shape) + Array(shape[(axis + 1)...]))
        let out = Storage(count: result.elementCount, dtype: dtype)
        withExtendedLifetime((storage, places.storage)) {
            ck_gather(
                dtype.size, outer, shape[axis], inner, places.storage.ints, places.count, storage.address, out.address)
        }
        return .recorded(out, result, from: self) { [places, axis] dy, x, _ in
            dy.scatteredSum(places, axis: axis, in: x.shape)
        }
    }

    /// The transpose of ``gathered(_:axis:)``: zeros of the given shape, with each slice of this tensor added at its
    /// index.
    func scatteredSum(_ places: Tensor, axis: Int, in shape: Shape) -> Tensor {
        if !dtype.isFloatingPoint && dtype != .int64 {
            return converted(to: .int64).scatteredSum(places, axis: axis, in: shape).converted(to: dtype)
        }
        let (outer, inner) = shape.around(axis)
        let out = Storage(count: shape.elementCount, dtype: dtype)
        out.address.initializeMemory(as: UInt8.self, repeating: 0, count: out.count * dtype.size)
        withExtendedLifetime((storage, places.storage)) {
            if dtype == .float32 {
                ck_scatter_add_float(
                    outer, shape[axis], inner, places.storage.ints, places.count, storage.floats, out.floats)
            } else if dtype == .int64 {
                ck_scatter_add_int64(
                    outer, shape[axis], inner, places.storage.ints, places.count, storage.longs, out.longs)
            } else {
                ck_scatter_add_double(
                    outer, shape[axis], inner, places.storage.ints, places.count, storage.doubles, out.doubles)
            }
        }
        return .recorded(out, shape, from: self) { [places, axis] dy, _, _ in dy.gathered(places, axis: axis) }
    }

    /// One-hot vectors: indices of shape `[n]` give `[n, classes]`, with 1 at the index and 0 elsewhere (PyTorch's
    /// `one_hot`).
    ///
    /// ```swift
    /// let labels = Tensor.oneHot(Tensor([2, 0]), classes: 3)  // [[0, 0, 1], [1, 0, 0]]
    /// ```
    /// The inverse is `argMax(axis: -1)`.
    public static func oneHot(_ indices: Tensor, classes: Int, dtype: DType = .float32) -> Tensor {
        let places = checkedIndices(indices, below: classes, "oneHot")
        return eye(classes, dtype: dtype).gathered(places)
    }

    static func checkedIndices(_ indices: Tensor, below limit: Int, _ name: StaticString) -> Tensor {
        let places = indices.detached().converted(to: .int32)
        if indices.dtype.isFloatingPoint, let odd = indices.doubles.first(where: { $0 != $0.rounded() }) {
            Failure.raise(
                ValueError(
                    operation: "\(name)", message: "an index must be an integer, got \(Float(odd))",
                    hint: "indices are numbers of rows or words: check which tensor is passed"))
        }
        withExtendedLifetime(places.storage) {
            for i in 0..<places.count where places.storage.ints[i] < 0 || places.storage.ints[i] >= limit {
                Failure.raise(
                    ValueError(
                        operation: "\(name)", message: "index \(places.storage.ints[i]) is out of range 0..<\(limit)",
                        hint: "indices start at 0"))
            }
        }
        return places
    }
}

// Each element has its own index: x[i, index[i, j]] along axis 1. Lengths agree except along the axis.
extension Tensor {
    /// The elements at these indices along an axis, which differ from row to row: y[i, j] = x[i, index[i, j]] along
    /// axis 1 (NumPy's `take_along_axis`, PyTorch's `gather`). All lengths but that of the axis agree; the result has
    /// the shape of the indices.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// let y = x.taken(at: Tensor([[2], [0]]), axis: 1)  // [[3], [4]]
    /// ```
    /// For the same indices in all rows use ``gathered(_:axis:)``.
    public func taken(at indices: Tensor, axis: Int) -> Tensor {
        let places = elementPlaces(indices, axis: axis, "taken")
        return reshaped(to: [count]).gathered(places).reshaped(to: indices.shape)
    }

    /// The tensor with values added at these indices along an axis: x[i, index[i, j]] += values[i, j] along axis 1
    /// (PyTorch's `scatter_add`). Values for the same index add up; the values broadcast to the shape of the indices.
    ///
    /// ```swift
    /// let x = Tensor.zeros([1, 3])
    /// let y = x.scatterAdded(Tensor([[1, 2, 4]]), at: Tensor([[0, 2, 2]]), axis: 1)  // [[1, 0, 6]]
    /// ```
    /// For whole rows use ``addingRows(_:at:axis:)``.
    public func scatterAdded(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
        let places = elementPlaces(indices, axis: axis, "scatterAdded")
        let terms = flat(values, indices, "scatterAdded").scatteredSum(places, axis: 0, in: [count])
        return self + terms.reshaped(to: shape)
    }

    /// The tensor with the elements at these indices along an axis replaced (NumPy's `put_along_axis`, PyTorch's
    /// `scatter`); of several values for one element the last counts.
    ///
    /// ```swift
    /// let x = Tensor.zeros([2, 3])
    /// let y = x.scattered(Tensor(1), at: Tensor([[2], [0]]), axis: 1)  // [[0, 0, 1], [1, 0, 0]]
    /// ```
    /// To add to the elements use ``scatterAdded(_:at:axis:)``.
    public func scattered(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
        let places = elementPlaces(indices, axis: axis, "scattered")
        return reshaped(to: [count]).replacing(flat(values, indices, "scattered"), at: places).reshaped(to: shape)
    }

    /// The tensor with slices added to those at these indices along an axis; slices for the same index add up
    /// (PyTorch's `index_add`). `[v, d]`, rows `[n, d]` and indices `[n]` give `[v, d]`.
    ///
    /// ```swift
    /// let x = Tensor.zeros([3, 2])
    /// let y = x.addingRows(Tensor.ones([2, 2]), at: Tensor([2, 2]))  // [[0, 0], [0, 0], [2, 2]]
    /// ```
    public func addingRows(_ rows: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
        let axis = shape.axis(axis, in: "addingRows")
        let places = Tensor.checkedIndices(indices, below: shape[axis], "addingRows")
        var expected = shape
        expected[axis] = places.count
        guard rows.shape == expected, places.rank == 1 else { failScatter("addingRows", rows.shape, expected) }
        return self + rows.converted(to: dtype).scatteredSum(places, axis: axis, in: shape)
    }

    /// The tensor with the rows at these indices of its first dimension replaced; of several rows for one index the
    /// last counts.
    func replacing(_ rows: Tensor, at indices: Tensor) -> Tensor {
        let places = Tensor.checkedIndices(indices, below: shape[0], "subscript")
        var sources = [Int32](repeating: -1, count: shape[0])
        for (source, place) in places.ints.enumerated() { sources[place] = Int32(source) }
        let isReplaced = Tensor(
            sources.map { $0 >= 0 }, shape: Shape([shape[0]] + Array(repeating: 1, count: rank - 1)))
        guard places.count > 0 else { return self }
        return .select(isReplaced, rows.converted(to: dtype).gathered(Tensor(sources.map { Swift.max($0, 0) })), self)
            .converted(to: dtype)
    }

    private func flat(_ values: Tensor, _ indices: Tensor, _ name: StaticString) -> Tensor {
        guard values.shape.broadcast(with: indices.shape) == indices.shape else {
            failScatter(name, values.shape, indices.shape)
        }
        return values.converted(to: dtype).broadcast(to: indices.shape).reshaped(to: [indices.count])
    }

    private func failScatter(_ name: StaticString, _ given: Shape, _ expected: Shape) -> Never {
        Failure.raise(
            ShapeError(
                operation: "\(name)", shapes: [shape, given, expected],
                message:
                    "values of shape \(given) do not match indices of a part of shape \(expected) of \(shape)",
                hint: "pass one value for each index"))
    }

    /// The positions, in row-major order, of the elements at these indices along an axis.
    private func elementPlaces(_ indices: Tensor, axis: Int, _ name: StaticString) -> Tensor {
        let axis = shape.axis(axis, in: name)
        guard indices.rank == rank, (0..<rank).allSatisfy({ $0 == axis || indices.shape[$0] == shape[$0] }) else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape, indices.shape],
                    message: "indices of shape \(indices.shape) do not match \(shape) along axis \(axis)",
                    hint: "all lengths but that of axis \(axis) must agree"))
        }
        _ = Shape.checked(count)
        let (outer, inner) = shape.around(axis)
        let along = Tensor.checkedIndices(indices, below: shape[axis], name), length = indices.shape[axis]
        let places = Storage(count: along.count, dtype: .int32)
        withExtendedLifetime(along.storage) {
            var place = 0
            for o in 0..<outer {
                for _ in 0..<length {
                    for j in 0..<inner {
                        let index = Int(along.storage.ints[place])
                        places.ints[place] = Int32(truncatingIfNeeded: (o * shape[axis] + index) * inner + j)
                        place += 1
                    }
                }
            }
        }
        return Tensor(storage: places, shape: [along.count])
    }
}
