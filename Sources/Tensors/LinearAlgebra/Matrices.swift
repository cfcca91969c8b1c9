// Operations on matrices. Tensors of more dimensions are batches of matrices, in the last two dimensions.
extension Tensor {
    /// The dot product Σ aᵢ bᵢ of two vectors, a scalar.
    ///
    /// ```swift
    /// let y = Tensor([1, 2, 3]).dot(Tensor([4, 5, 6]))  // 32
    /// ```
    /// For matrices see ``matmul(_:transposeA:transposeB:)``.
    public func dot(_ other: Tensor) -> Tensor {
        guard rank == 1, other.shape == shape else { failPair("dot", other, "two vectors of one length") }
        return matmul(other)
    }

    /// The outer product aᵢ bⱼ of two vectors `[m]` and `[n]`: a matrix `[m, n]`.
    ///
    /// ```swift
    /// let y = Tensor([1, 2]).outer(Tensor([3, 4]))  // [[3, 4], [6, 8]]
    /// ```
    public func outer(_ other: Tensor) -> Tensor {
        guard rank == 1, other.rank == 1 else { failPair("outer", other, "two vectors") }
        return expanded(at: 1) * other.expanded(at: 0)
    }

    /// The Kronecker product of matrices `[m, n]` and `[p, q]`, `[m p, n q]`: each element times the other matrix
    /// (NumPy's `kron`).
    ///
    /// ```swift
    /// let y = Tensor([[1, 2]]).kron(Tensor([[1, 10]]))  // [[1, 10, 2, 20]]
    /// ```
    public func kron(_ other: Tensor) -> Tensor {
        guard rank == 2, other.rank == 2 else { failPair("kron", other, "two matrices") }
        let blocks = expanded(at: 1).expanded(at: 3) * other.expanded(at: 0).expanded(at: 2)
        return blocks.reshaped(to: [shape[0] * other.shape[0], shape[1] * other.shape[1]])
    }

    private func failPair(_ name: StaticString, _ other: Tensor, _ what: String) -> Never {
        Failure.raise(
            ShapeError(
                operation: "\(name)", shapes: [shape, other.shape],
                message: "shapes \(shape) and \(other.shape) must be those of \(what)", hint: "reshape them first"))
    }

    /// The elements of the main diagonal, or of the one `offset` columns to the right of it (to the left, if negative):
    /// `[…, n, n]` gives `[…, n]`, for the main diagonal.
    ///
    /// ```swift
    /// let y = Tensor([[1, 2], [3, 4]]).diagonal()  // [1, 4]
    /// ```
    /// The inverse is ``diagonalMatrix(_:offset:)``.
    public func diagonal(offset: Int = 0) -> Tensor {
        let (m, n) = matrixSize("diagonal")
        let start = (row: Swift.max(0, -offset), column: Swift.max(0, offset))
        let length = Swift.max(0, Swift.min(m - start.row, n - start.column))
        let places = (0..<length).map { (start.row + $0) * n + start.column + $0 }
        return reshaped(to: Shape(shape.dropLast(2) + [m * n])).gathered(Tensor(places), axis: -1)
    }

    /// A square matrix with this vector on a diagonal and zeros elsewhere, or a batch of them: `[…, n]` gives `[…, n,
    /// n]`, for the main diagonal (NumPy's `diag`, PyTorch's `diag_embed`).
    ///
    /// ```swift
    /// let y = Tensor.diagonalMatrix(Tensor([1, 4]))  // [[1, 0], [0, 4]]
    /// ```
    /// The inverse is ``diagonal(offset:)``.
    public static func diagonalMatrix(_ diagonal: Tensor, offset: Int = 0) -> Tensor {
        let axis = diagonal.shape.axis(-1, in: "diagonalMatrix")
        let count = diagonal.shape[axis], size = count + Swift.abs(offset)
        let places = Tensor((0..<count).map { ($0 + Swift.max(0, -offset)) * size + $0 + Swift.max(0, offset) })
        let batch = Array(diagonal.shape.dropLast())
        return diagonal.scatteredSum(places, axis: axis, in: Shape(batch + [size * size]))
            .reshaped(to: Shape(batch + [size, size]))
    }

    /// The trace Σ aᵢᵢ, the sum of the main diagonal: `[…, m, n]` gives `[…]`.
    ///
    /// ```swift
    /// let y = Tensor([[1, 2], [3, 4]]).trace()  // 5
    /// ```
    public func trace() -> Tensor {
        _ = matrixSize("trace")
        return diagonal().sum(axes: -1)
    }

    /// The lower triangle, with zeros above the diagonal (or above that `offset` columns to the right of it), of the
    /// same shape (`tril` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let y = Tensor([[1, 2], [3, 4]]).tril()  // [[1, 0], [3, 4]]
    /// ```
    public func tril(_ offset: Int = 0) -> Tensor {
        triangle("tril") { row, column in column .<= row + Double(offset) }
    }

    /// The upper triangle, with zeros below the diagonal (or below that `offset` columns to the right of it), of the
    /// same shape (`triu` in NumPy and PyTorch).
    ///
    /// ```swift
    /// let y = Tensor([[1, 2], [3, 4]]).triu()  // [[1, 2], [0, 4]]
    /// ```
    public func triu(_ offset: Int = 0) -> Tensor {
        triangle("triu") { row, column in column .>= row + Double(offset) }
    }

    private func triangle(_ name: StaticString, _ isInside: (Tensor, Tensor) -> Tensor) -> Tensor {
        let (m, n) = matrixSize(name)
        let rows = Tensor.arange(0, Double(m), dtype: .float64).expanded(at: 1)
        let columns = Tensor.arange(0, Double(n), dtype: .float64).expanded(at: 0)
        return masked(.!isInside(rows, columns), with: 0)
    }

    /// With the last two axes exchanged: every matrix of a batch transposed.
    var matrixTransposed: Tensor { swapped(-1, -2) }

    /// Rows and columns.
    func matrixSize(_ name: StaticString) -> (rows: Int, columns: Int) {
        guard rank >= 2 else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape],
                    message: "a matrix must have at least 2 dimensions, got shape \(shape)",
                    hint: "reshape it, or add a dimension with expanded(at:)"))
        }
        return (shape[rank - 2], shape[rank - 1])
    }

    /// The rows (and columns) of square matrices.
    func squareSize(_ name: StaticString) -> Int {
        let (rows, columns) = matrixSize(name)
        guard rows == columns else {
            Failure.raise(
                ShapeError(
                    operation: "\(name)", shapes: [shape], message: "a matrix of \(rows) × \(columns) is not square",
                    hint: "use a square matrix"))
        }
        return rows
    }
}
