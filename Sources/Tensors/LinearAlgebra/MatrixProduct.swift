extension Tensor {
    /// The matrix product cᵢⱼ = Σₖ aᵢₖ bₖⱼ: `[…, m, k]` by `[…, k, n]` gives `[…, m, n]` (`matmul` in NumPy and
    /// PyTorch). Dimensions before the last two are a batch and broadcast; a vector on the left is taken as a row and
    /// one on the right as a column.
    ///
    /// ```swift
    /// let x = Tensor.normal([64, 784]), w = Tensor.normal([784, 10])
    /// print(x.matmul(w).shape)  // [64, 10]
    /// ```
    /// For elementwise products use `*`, for other sums of products ``einsum(_:_:)-(_,Tensor...)``.
    ///
    /// - Parameters:
    ///   - other: The matrix on the right, or a batch of them.
    ///   - transposeA: Whether the last two dimensions of this tensor are exchanged first, which costs nothing.
    ///   - transposeB: Whether those of `other` are.
    public func matmul(_ other: Tensor, transposeA: Bool = false, transposeB: Bool = false) -> Tensor {
        let (a, b) = Tensor.sameType(self, other)
        if transposeA || transposeB {
            guard a.rank == b.rank, a.rank > 1, a.shape.dropLast(2).elementsEqual(b.shape.dropLast(2)) else {
                // The rare ways in which shapes meet are worked out below, for matrices as they stand.
                return (transposeA && a.rank > 1 ? a.matrixTransposed : a).matmul(
                    transposeB && b.rank > 1 ? b.matrixTransposed : b)
            }
            return matrixProduct(a, b, transposeA: transposeA, transposeB: transposeB)
        }
        guard a.rank > 0 && b.rank > 0 else { Tensor.failProduct(a, b, "a single number has no rows") }
        if a.rank == 1 && b.rank == 1 { return a.expanded(at: 0).matmul(b.expanded(at: 1)).reshaped(to: Shape()) }
        if a.rank == 1 { return a.expanded(at: 0).matmul(b).squeezed(axes: -2) }
        if b.rank == 1 { return a.matmul(b.expanded(at: 1)).squeezed(axes: -1) }
        if b.rank == 2 && a.rank > 2 {
            // One large product is faster than a batch of small ones.
            let rows = a.reshaped(to: [-1, a.shape[a.rank - 1]])
            var shape = a.shape
            shape[a.rank - 1] = b.shape[1]
            if rows.shape[1] != b.shape[0] { Tensor.failProduct(a, b) }
            return matrixProduct(rows, b, transposeA: false, transposeB: false).reshaped(to: shape)
        }
        if a.rank > 2 || b.rank > 2 {
            guard let batch = Shape(Array(a.shape.dropLast(2))).broadcast(with: Shape(Array(b.shape.dropLast(2))))
            else {
                Tensor.failProduct(a, b, "their batch dimensions do not broadcast")
            }
            let wide = { (t: Tensor) in t.broadcast(to: Shape(Array(batch) + Array(t.shape.suffix(2)))) }
            return matrixProduct(wide(a), wide(b), transposeA: false, transposeB: false)
        }
        return matrixProduct(a, b, transposeA: false, transposeB: false)
    }

    static func sameType(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
        if a.dtype == b.dtype && a.dtype.isFloatingPoint { return (a, b) }
        let type: DType = DType.promoted(a.dtype, b.dtype) == .float64 ? .float64 : .float32
        return (a.converted(to: type), b.converted(to: type))
    }

    fileprivate static func failProduct(_ a: Tensor, _ b: Tensor, _ reason: String? = nil) -> Never {
        let (inner, outer) = (a.shape.last ?? 1, b.rank > 1 ? b.shape[b.rank - 2] : b.shape.first ?? 1)
        Failure.raise(
            ShapeError(
                operation: "matmul", shapes: [a.shape, b.shape],
                message:
                    "cannot multiply \(a.shape) by \(b.shape): \(reason ?? "rows of \(inner) elements meet columns of \(outer)")",
                hint: "the last dimension of the left must equal the second to last of the right; transposed() may help"
            ))
    }
}

/// The product of matrices, or of two batches of equal length, with either side transposed: the gradients of a product
/// are products of this kind again, so that nothing is copied to be transposed.
package func matrixProduct(_ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool) -> Tensor {
    let rank = a.rank
    let (m, k) = transposeA ? (a.shape[rank - 1], a.shape[rank - 2]) : (a.shape[rank - 2], a.shape[rank - 1])
    let (inner, n) = transposeB ? (b.shape[rank - 1], b.shape[rank - 2]) : (b.shape[rank - 2], b.shape[rank - 1])
    guard k == inner else {
        let reason = "transposed as asked, rows of \(k) elements meet columns of \(inner)"
        Tensor.failProduct(a, b, transposeA || transposeB ? reason : nil)
    }
    var shape = a.shape
    shape[rank - 2] = m
    shape[rank - 1] = n
    let out = Storage(count: shape.elementCount, dtype: a.dtype)
    let batch = m * n == 0 ? 0 : out.count / (m * n)
    let size = ProductSize(m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB)
    size.multiply(a.storage, b.storage, into: out, batch: batch)
    // One rule for each pair of transpositions: closures that capture nothing cost no allocation.
    switch (transposeA, transposeB) {
    case (false, false):
        return .recorded(
            out, shape, from: a, b, as: "matmul",
            pullbacks: { dy, _, b, _ in matrixProduct(dy, b, transposeA: false, transposeB: true) },
            { dy, a, _, _ in matrixProduct(a, dy, transposeA: true, transposeB: false) })
    case (true, false):
        return .recorded(
            out, shape, from: a, b, as: "matmul",
            pullbacks: { dy, _, b, _ in matrixProduct(b, dy, transposeA: false, transposeB: true) },
            { dy, a, _, _ in matrixProduct(a, dy, transposeA: false, transposeB: false) })
    case (false, true):
        return .recorded(
            out, shape, from: a, b, as: "matmul",
            pullbacks: { dy, _, b, _ in matrixProduct(dy, b, transposeA: false, transposeB: false) },
            { dy, a, _, _ in matrixProduct(dy, a, transposeA: true, transposeB: false) })
    case (true, true):
        return .recorded(
            out, shape, from: a, b, as: "matmul",
            pullbacks: { dy, _, b, _ in matrixProduct(b, dy, transposeA: true, transposeB: true) },
            { dy, a, _, _ in matrixProduct(dy, a, transposeA: true, transposeB: true) })
    }
}
