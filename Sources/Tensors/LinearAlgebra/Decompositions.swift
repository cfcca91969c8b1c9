internal import COpenBLAS

// Each computes its factors together, in double precision, and packs them into one row of elements for each matrix: one
// node of the graph holds them all, and the factors are slices of it.
extension Tensor {
    /// The QR decomposition A = Q R: Q has orthonormal columns, R is upper triangular. `[…, m, n]` gives `[…, m, k]`
    /// and `[…, k, n]` with k = min(m, n). Differentiable if m ≥ n.
    ///
    /// ```swift
    /// let a = Tensor([[1, 2], [3, 4], [5, 7]])
    /// let (q, r) = a.qr()
    /// print(q.matmul(r).isClose(to: a))  // true
    /// ```
    /// The columns of Q are an orthonormal basis of A's columns. For a symmetric positive definite matrix see
    /// ``cholesky()``.
    public func qr() -> (q: Tensor, r: Tensor) {
        let x = floating, (m, n) = matrixSize("qr"), k = Swift.min(m, n)
        let byColumns = x.detached().converted(to: .float64).matrixTransposed.unshared
        let upper = byColumns.unshared
        var matrix = 0
        byColumns.forEachMatrix { address in
            var (rows, columns, rank, info) = (Int32(m), Int32(n), Int32(k), Int32(0))
            var tau = [Double](repeating: 0, count: k)
            Workspace.run { dgeqrf_(&rows, &columns, address, &rows, &tau, $0, $1, &info) }
            (upper.storage.doubles + matrix * m * n).update(from: address, count: m * n)
            Workspace.run { dorgqr_(&rows, &rank, &rank, address, &rows, tau, $0, $1, &info) }
            matrix += 1
        }
        let batch = Array(shape.dropLast(2))
        let q = byColumns.part(0..<k, of: rank - 2).matrixTransposed
        let r = upper.matrixTransposed.part(0..<k, of: rank - 2).triu()
        let packing = Packing(batch, [[m, k], [k, n]])
        let y = packing.packed([q, r]).converted(to: x.dtype)
        let parts = packing.parts(
            .recorded(y.storage, y.shape, from: x) { dy, _, y in
                guard m >= n else {
                    Failure.raise(
                        ShapeError(
                            operation: "qr",
                            message: "the QR decomposition of a \(m) × \(n) matrix has no unique gradient",
                            hint: "differentiate it only with at least as many rows as columns"))
                }
                let (parts, slopes) = (packing.parts(y), packing.parts(dy))
                let (q, r, dq, dr) = (parts[0], parts[1], slopes[0], slopes[1])
                let inner = r.matmul(dr.matrixTransposed) - dq.matrixTransposed.matmul(q)
                let symmetric = inner.tril() + inner.tril(-1).matrixTransposed
                return r.solve((dq + q.matmul(symmetric)).matrixTransposed).matrixTransposed
            })
        return (parts[0], parts[1])
    }

    /// The eigenvalues, ascending, and the eigenvectors, as columns, of a symmetric matrix A = V diag(λ) Vᵀ, of which
    /// the lower triangle is read: `[…, n, n]` gives `[…, n]` and `[…, n, n]` (`eigh` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let (values, vectors) = Tensor([[2, 1], [1, 2]]).eigh()
    /// print(values)  // [1, 3]
    /// ```
    /// The gradient of the eigenvectors is defined where no two eigenvalues are equal. For other matrices see
    /// ``svd()``.
    public func eigh() -> (values: Tensor, vectors: Tensor) {
        let x = floating, n = squareSize("eigh")
        let vectors = x.detached().converted(to: .float64).unshared
        let values = Tensor.zeros(Shape(shape.dropLast()), dtype: .float64)
        var matrix = 0
        vectors.forEachMatrix { address in
            var (size, info, integers) = (Int32(n), Int32(0), Int32(3 + 5 * n))
            var iwork = [Int32](repeating: 0, count: 3 + 5 * n)
            let to = values.storage.doubles + matrix * n
            Workspace.run { dsyevd_("V", "U", &size, address, &size, to, $0, $1, &iwork, &integers, &info) }
            Workspace.check(info, "eigh")
            matrix += 1
        }
        let packing = Packing(Array(shape.dropLast(2)), [[n], [n, n]])
        let y = packing.packed([values, vectors.matrixTransposed]).converted(to: x.dtype)
        let parts = packing.parts(
            .recorded(y.storage, y.shape, from: x) { dy, _, y in
                let (parts, slopes) = (packing.parts(y), packing.parts(dy))
                let (values, vectors) = (parts[0], parts[1])
                let inner = differencesInverted(values) * vectors.matrixTransposed.matmul(slopes[1])
                return vectors.matmul(inner + .diagonalMatrix(slopes[0])).matmul(vectors.matrixTransposed)
            })
        return (parts[0], parts[1])
    }

    /// The singular value decomposition A = U diag(s) Vᵀ, with descending s, and orthonormal columns in U and V. `[…,
    /// m, n]` gives `[…, m, k]`, `[…, k]` and `[…, k, n]` with k = min(m, n).
    ///
    /// ```swift
    /// let (u, s, vt) = Tensor([[3, 0], [0, 4], [0, 0]]).svd()
    /// print(s)  // [4, 3]
    /// ```
    /// The gradients of U and V are defined where singular values are neither equal nor 0 (Townsend 2016); that of s is
    /// a subgradient there.
    public func svd() -> (u: Tensor, s: Tensor, vt: Tensor) {
        let x = floating, (m, n) = matrixSize("svd"), k = Swift.min(m, n), batch = Array(shape.dropLast(2))
        // By columns LAPACK sees Aᵀ = V S Uᵀ: its U is our Vᵀ by rows, and its Vᵀ our U.
        let work = x.detached().converted(to: .float64).unshared
        let u = Tensor.zeros(Shape(batch + [m, k]), dtype: .float64),
            s = Tensor.zeros(Shape(batch + [k]), dtype: .float64)
        let vt = Tensor.zeros(Shape(batch + [k, n]), dtype: .float64)
        var matrix = 0
        work.forEachMatrix { address in
            var (rows, columns, rank, info) = (Int32(n), Int32(m), Int32(k), Int32(0))
            var iwork = [Int32](repeating: 0, count: 8 * k)
            let toU = u.storage.doubles + matrix * m * k, toS = s.storage.doubles + matrix * k
            let toV = vt.storage.doubles + matrix * k * n
            Workspace.run {
                dgesdd_("S", &rows, &columns, address, &rows, toS, toV, &rows, toU, &rank, $0, $1, &iwork, &info)
            }
            Workspace.check(info, "svd")
            matrix += 1
        }
        let packing = Packing(batch, [[m, k], [k], [k, n]])
        let y = packing.packed([u, s, vt]).converted(to: x.dtype)
        let parts = packing.parts(
            .recorded(y.storage, y.shape, from: x) { dy, _, y in
                let (parts, slopes) = (packing.parts(y), packing.parts(dy))
                return svdGradient(parts[0], parts[1], parts[2], slopes[0], slopes[1], slopes[2])
            })
        return (parts[0], parts[1], parts[2])
    }
}

/// Townsend 2016, "Differentiating the singular value decomposition".
private func svdGradient(_ u: Tensor, _ s: Tensor, _ vt: Tensor, _ du: Tensor, _ ds: Tensor, _ dvt: Tensor) -> Tensor {
    let (ut, v, dv) = (u.matrixTransposed, vt.matrixTransposed, dvt.matrixTransposed)
    let gaps = differencesInverted(s.squared()), row = s.expanded(at: -2), column = s.expanded(at: -1)
    func turned(_ a: Tensor, _ da: Tensor) -> Tensor {
        let inner = a.matrixTransposed.matmul(da)
        return gaps * (inner - inner.matrixTransposed)
    }
    let core = turned(u, du) * row + column * turned(v, dv) + .diagonalMatrix(ds)
    var gradient = u.matmul(core).matmul(vt)
    // What lies outside of the space of a square factor's columns is nothing but rounding, and a singular value of 0
    // concerns only what depends on its vectors.
    let (rows, columns, rank) = (u.shape[u.rank - 2], v.shape[v.rank - 2], s.shape[s.rank - 1])
    if rows > rank { gradient = gradient + (du - u.matmul(ut.matmul(du))).over(row).matmul(vt) }
    if columns > rank {
        gradient = gradient + u.matmul((dv - v.matmul(vt.matmul(dv))).over(row).matrixTransposed)
    }
    return gradient
}

/// 1 / (λⱼ − λᵢ), and 0 where both are equal: a result that does not depend on the choice of the vectors has no such
/// term in its gradient.
private func differencesInverted(_ values: Tensor) -> Tensor {
    let differences = values.expanded(at: -2) - values.expanded(at: -1)
    return 1 / differences.zerosReplacedByInfinity
}

/// Several tensors of a batch as one row of elements for each member.
private struct Packing: Sendable {
    let batch: [Int]
    let shapes: [[Int]]

    init(_ batch: [Int], _ shapes: [[Int]]) {
        self.batch = batch
        self.shapes = shapes
    }

    private var sizes: [Int] { shapes.map { $0.reduce(1, *) } }

    func packed(_ parts: [Tensor]) -> Tensor {
        .concatenate(zip(parts, sizes).map { $0.reshaped(to: Shape(batch + [$1])) }, axis: batch.count)
    }

    func parts(_ packed: Tensor) -> [Tensor] {
        zip(packed.split(sizes: sizes, axis: batch.count), shapes).map { $0.reshaped(to: Shape(batch + $1)) }
    }
}

/// The work memory of LAPACK's routines: called with a size of −1 they say how much they need.
private enum Workspace {
    static func run(_ routine: (_ work: UnsafeMutablePointer<Double>, _ size: UnsafePointer<Int32>) -> Void) {
        var (wanted, size) = (0.0, Int32(-1))
        routine(&wanted, &size)
        size = Swift.max(1, Int32(wanted))
        let work = Storage(count: Int(size), dtype: .float64)
        withExtendedLifetime(work) { routine(work.doubles, &size) }
    }

    static func check(_ info: Int32, _ name: StaticString) {
        guard info != 0 else { return }
        Failure.raise(
            ValueError(
                operation: "\(name)", message: "the decomposition did not converge",
                hint: "check the matrix for NaN and infinity, with isFinite().all()"))
    }
}
