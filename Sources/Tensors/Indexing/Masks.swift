extension Tensor {
    /// The elements where a mask is true, as one dimension (PyTorch's `masked_select`). A mask with fewer dimensions
    /// covers the first ones: of `[n, d]` a mask `[n]` selects rows. `x[mask]` is the same.
    ///
    /// ```swift
    /// let x = Tensor([1, -2, 3])
    /// let positive = x.masked(x .> 0)  // [1, 3]
    /// ```
    /// To keep the shape use ``masked(_:with:)``.
    public func masked(_ mask: Tensor) -> Tensor {
        let (table, indices) = maskedRows(mask)
        return table.gathered(indices)
    }

    /// The tensor with `value` where the mask is true (PyTorch's `masked_fill`); the mask broadcasts.
    ///
    /// ```swift
    /// let x = Tensor([1, -2, 3])
    /// let y = x.masked(x .< 0, with: 0)  // [1, 0, 3]
    /// ```
    /// For two tensors see ``select(_:_:_:)``.
    public func masked(_ mask: Tensor, with value: Double) -> Tensor {
        .select(mask, .full([], value, dtype: dtype), self).converted(to: dtype)
    }

    /// The indices of the elements that are true or not 0, one row for each: int32 `[n, rank]` (NumPy's `argwhere`,
    /// PyTorch's `nonzero`).
    ///
    /// ```swift
    /// let indices = Tensor([[0, 5], [7, 0]]).nonZero()  // [[0, 1], [1, 0]]
    /// ```
    public func nonZero() -> Tensor {
        let places = setPlaces(self .!= 0)
        return Tensor(
            places.flatMap { place in shape.index(of: Int(place)).map(Int32.init) }, shape: [places.count, rank])
    }

    /// The dimensions that a mask covers as one, and which of its rows the mask takes.
    func maskedRows(_ mask: Tensor) -> (table: Tensor, indices: Tensor) {
        guard mask.rank <= rank, mask.rank > 0, Array(mask.shape) == Array(shape.prefix(mask.rank)) else {
            Failure.raise(
                ShapeError(
                    operation: "masked", shapes: [shape, mask.shape],
                    message: "a mask of shape \(mask.shape) does not cover the first dimensions of \(shape)",
                    hint:
                        "compare the tensor itself, as in t[t .> 0], or broadcast the mask with broadcast(to:)"
                ))
        }
        let rows = Shape([mask.count] + Array(shape.dropFirst(mask.rank)))
        return (reshaped(to: rows), Tensor(setPlaces(mask)))
    }

    private func setPlaces(_ mask: Tensor) -> [Int32] {
        let truth = mask.converted(to: .bool).storage
        return withExtendedLifetime(truth) { (0..<Shape.checked(truth.count)).filter { truth.bytes[Int($0)] != 0 } }
    }
}
