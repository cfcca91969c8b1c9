internal import COpenBLAS

// LAPACK computes in double precision, whatever the type of the tensors, and by columns: it sees the transposed matrix.
extension Tensor {
    /// The solution X of A X = B, for this square matrix A `[…, n, n]` and right-hand sides `[…, n, columns]` or `[n]`;
    /// its shape is that of the right-hand sides (`solve` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let x = Tensor([[2, 0], [0, 4]]).solve(Tensor([1.0, 1]))  // [0.5, 0.25]
    /// ```
    /// Faster and more accurate than multiplying by ``inverse()``.
    public func solve(_ other: Tensor) -> Tensor {
        let (a, b) = Tensor.sameType(self, other)
        let n = a.squareSize("solve")
        if b.rank == 1 { return a.solve(b.expanded(at: 1)).squeezed(axes: -1) }
        guard b.rank > 1, b.shape[b.rank - 2] == n,
            let batch = Shape(a.shape.dropLast(2)).broadcast(with: Shape(b.shape.dropLast(2)))
        else {
            Failure.raise(
                ShapeError(
                    operation: "solve", shapes: [a.shape, b.shape],
                    message: "equations \(a.shape) do not match right-hand sides \(b.shape)",
                    hint:
                        "the right-hand side must have as many rows as the matrix: [\(n), columns], or is one vector [\(n)]"
                ))
        }
        let columns = b.shape[b.rank - 1]
        let left = a.broadcast(to: Shape(Array(batch) + [n, n])),
            right = b.broadcast(to: Shape(Array(batch) + [n, columns]))
        let factors = Factors(left.detached(), "solve")
        let solution = right.detached().converted(to: .float64).matrixTransposed.unshared
        factors.solve(solution, columns: columns)
        let y = solution.matrixTransposed.converted(to: a.dtype)
        return .recorded(
            y.storage, y.shape, from: left, right,
            pullbacks: { dy, a, _, y in -a.matrixTransposed.solve(dy).matmul(y.matrixTransposed) },
            { dy, a, _, _ in a.matrixTransposed.solve(dy) })
    }

    /// The inverse A⁻¹ of a square matrix, or of each of a batch: `[…, n, n]` gives `[…, n, n]`.
    ///
    /// ```swift
    /// let y = Tensor([[2, 0], [0, 4]]).inverse()  // [[0.5, 0], [0, 0.25]]
    /// ```
    /// To solve equations use ``solve(_:)``.
    public func inverse() -> Tensor { solve(.eye(squareSize("inverse"), dtype: floating.dtype)) }

    /// The determinant of a square matrix, or of each of a batch: `[…, n, n]` gives `[…]`. Its gradient is the matrix
    /// of cofactors, which exists where the matrix is singular too.
    ///
    /// ```swift
    /// let d = Tensor([[1, 2], [3, 4]]).determinant()  // -2
    /// ```
    /// For large matrices use ``logDeterminant()``.
    public func determinant() -> Tensor {
        let x = floating, factors = Factors(x.detached(), "determinant", allowsSingular: true)
        let y = factors.determinants.converted(to: x.dtype)
        return .recorded(y.storage, y.shape, from: x) { [isRegular = !x.isTracked || factors.areRegular] dy, x, y in
            let scale = dy.expanded(at: -1).expanded(at: -1)
            guard isRegular else { return scale.times(isRecordingGraph ? x.minors() : x.cofactors()) }
            return scale.times(y.expanded(at: -1).expanded(at: -1) * x.inverse().matrixTransposed)
        }
    }

    /// The cofactors by the singular values, of which each has the product of all others: with A = U diag(s) Vᵀ they
    /// are det U · det V · U diag(∏ⱼ≠ᵢ sⱼ) Vᵀ.
    private func cofactors() -> Tensor {
        let (u, s, vt) = converted(to: .float64).svd(), n = squareSize("determinant")
        let others = (0..<n).map { i in
            Tensor.concatenate([s[Slice.ellipsis, 0..<i], s[Slice.ellipsis, (i + 1)..<n]], axis: -1).product(axes: -1)
        }
        let sign = (u.determinant() * vt.determinant()).expanded(at: -1).expanded(at: -1)
        return (sign * (u * Tensor.stack(others, axis: -1).expanded(at: -2)).matmul(vt)).converted(to: dtype)
    }

    /// The cofactors by their definition, which has derivatives of all orders: the determinants of the matrix without
    /// a row and a column, with alternating signs.
    private func minors() -> Tensor {
        let n = squareSize("determinant")
        guard n > 1 else { return .ones(like: self) }
        func without(_ i: Int, _ x: Tensor, axis: Int) -> Tensor {
            x.gathered(Tensor((0..<n).filter { $0 != i }), axis: axis)
        }
        let rows = (0..<n).map { i in
            let rest = without(i, self, axis: -2)
            return Tensor.stack(
                (0..<n).map { j in without(j, rest, axis: -1).determinant() * ((i + j) % 2 == 0 ? 1 : -1) }, axis: -1)
        }
        return .stack(rows, axis: -2)
    }

    /// The sign of the determinant and the logarithm of its absolute value, which neither overflows nor underflows
    /// (`slogdet` in NumPy and PyTorch): `[…, n, n]` gives `[…]` for both. Of a singular matrix they are 0 and −∞,
    /// without a gradient.
    ///
    /// ```swift
    /// let (sign, logarithm) = Tensor([[1, 2], [3, 4]]).logDeterminant()  // -1 and ln 2 = 0.6931
    /// ```
    public func logDeterminant() -> (sign: Tensor, logarithm: Tensor) {
        let x = floating, factors = Factors(x.detached(), "logDeterminant", allowsSingular: true)
        let y = factors.diagonal.abs().log().sum(axes: -1).converted(to: x.dtype)
        let logarithm = Tensor.recorded(y.storage, y.shape, from: x, as: "logDeterminant") { dy, x, y in
            guard (y .> -.infinity).all() else {
                Failure.raise(
                    ValueError(
                        operation: "logDeterminant",
                        message: "a matrix of shape \(x.shape) is singular: ln |det A| = −∞ has no gradient",
                        hint: "differentiate determinant(), or add a small multiple of the identity"))
            }
            return dy.expanded(at: -1).expanded(at: -1) * x.inverse().matrixTransposed
        }
        return ((factors.diagonal.sign().product(axes: -1) * factors.signs).converted(to: x.dtype), logarithm)
    }

    /// The Cholesky decomposition A = L Lᵀ of a symmetric positive definite matrix, of which the lower triangle is
    /// read: the lower triangular L. `[…, n, n]` gives `[…, n, n]`.
    ///
    /// ```swift
    /// let l = Tensor([[4, 2], [2, 5]]).cholesky()  // [[2, 0], [1, 2]]
    /// ```
    /// With the covariance matrix A and noise z of `Tensor.normal`, L z has this covariance.
    public func cholesky() -> Tensor {
        let x = floating, n = squareSize("cholesky")
        let work = x.detached().converted(to: .float64).unshared
        work.forEachMatrix { address in
            var size = Int32(n), info: Int32 = 0
            dpotrf_("U", &size, address, &size, &info)
            if info != 0 {
                Failure.raise(
                    ValueError(
                        operation: "cholesky",
                        message: "the matrix is not positive definite (order \(info) of its minors)",
                        hint: "to a covariance matrix, add a small multiple of the identity"))
            }
        }
        let y = work.tril().converted(to: x.dtype)
        return .recorded(y.storage, y.shape, from: x) { dy, x, y in
            // Murray 2016: of the gradient's product with Lᵀ the lower triangle counts, the diagonal half.
            let half = Tensor.ones([n, n], dtype: x.dtype).tril() - 0.5 * .eye(n, dtype: x.dtype)
            let transposed = y.matrixTransposed
            let inner = transposed.solve(transposed.matmul(dy.tril()) * half)
            let slope = transposed.solve(inner.matrixTransposed)
            return 0.5 * (slope + slope.matrixTransposed)
        }
    }

    /// The same values in memory that nothing else refers to yet, so that they may be changed.
    var unshared: Tensor { Tensor(storage: copied(shape: shape, strides: shape.strides), shape: shape) }

    /// Calls the body with each matrix of a Float64 batch.
    func forEachMatrix(_ body: (UnsafeMutablePointer<Double>) -> Void) {
        precondition(OpenBLAS.isSingleThreaded)
        let size = shape[rank - 2] * shape[rank - 1]
        guard size > 0 else { return }
        withExtendedLifetime(storage) {
            for i in 0..<count / size { body(storage.doubles + i * size) }
        }
    }
}

/// Square matrices as products of triangular ones, with rows exchanged.
private struct Factors {
    /// The factors of the transposed matrices, one in each triangle.
    let triangles: Tensor
    let size: Int
    private(set) var pivots: [Int32] = []
    /// The sign of each permutation of rows: 1 if it is even, else −1.
    private(set) var signs: Tensor

    init(_ matrices: Tensor, _ name: StaticString, allowsSingular: Bool = false) {
        let n = matrices.squareSize(name)
        size = n
        triangles = matrices.converted(to: .float64).unshared
        var pivots: [Int32] = [], signs: [Double] = []
        triangles.forEachMatrix { address in
            var (rows, info) = (Int32(n), Int32(0))
            var exchanged = [Int32](repeating: 0, count: n)
            dgetrf_(&rows, &rows, address, &rows, &exchanged, &info)
            if info > 0 && !allowsSingular {
                Failure.raise(
                    ValueError(
                        operation: "\(name)", message: "the matrix of shape \(matrices.shape) is singular",
                        hint:
                            "its rows depend on each other: check the equations, or add a small multiple of the identity"
                    ))
            }
            signs.append(exchanged.enumerated().count { $0.offset + 1 != $0.element } % 2 == 0 ? 1 : -1)
            pivots += exchanged
        }
        let batch = Shape(matrices.shape.dropLast(2))
        self.pivots = pivots
        self.signs = n == 0 ? .ones(batch, dtype: .float64) : Tensor(signs, shape: batch, dtype: .float64)
    }

    var diagonal: Tensor { triangles.diagonal() }
    /// Whether all matrices are so far from singular that their inverses are accurate.
    var areRegular: Bool {
        guard size > 0 else { return true }
        let sizes = diagonal.abs()
        return (sizes.min(axes: -1) .> 1e-8 * sizes.max(axes: -1)).all()
    }
    var determinants: Tensor { diagonal.product(axes: -1) * signs }

    /// Solves for right-hand sides that are stored by columns, in place.
    func solve(_ right: Tensor, columns: Int) {
        var matrix = 0
        guard columns > 0 else { return }
        triangles.forEachMatrix { address in
            var (n, k, info) = (Int32(size), Int32(columns), Int32(0))
            pivots.withUnsafeBufferPointer { pivots in
                dgetrs_(
                    "T", &n, &k, address, &n, pivots.baseAddress! + matrix * size,
                    right.storage.doubles + matrix * size * columns, &n, &info)
            }
            matrix += 1
        }
    }
}
