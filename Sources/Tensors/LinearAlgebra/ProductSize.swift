internal import CKernels
internal import COpenBLAS

/// The sizes of a matrix product, and how threads share it.
struct ProductSize {
    let m: Int, n: Int, k: Int
    var transposeA = false, transposeB = false

    /// The number of multiplications that is worth a chunk: some 40 µs.
    private static let chunkWork = 2_000_000
    /// The least height and width of a piece.
    private static let leastSide = 64
    /// The numbers of rows and columns that the kernel computes at a time.
    private static let tile = (rows: 6, columns: 16)
    /// Fewer rows than this are multiplied without packing the matrix on the right.
    private static let fewRows = 6
    /// From this number of rows on, all pieces read one packed copy of the matrix on the right.
    private static let manyRows = 256
    /// The largest number of floats in that copy: the last-level cache holds them.
    private static let sharedFloats = 1 << 21

    /// Multiplies a batch of matrices, in pieces. (An element is the same sum, in the same order, in any piece.) A bias
    /// is added to each row, then an activation is applied; both for float32 only.
    func multiply(
        _ a: Storage, _ b: Storage, into out: Storage, batch: Int = 1, bias: Storage? = nil,
        activation: FusedActivation = .none
    ) {
        guard batch * m * n > 0 else { return }
        if batch == 1 && out.dtype == .float32 {
            if m < Self.fewRows && !transposeA && !transposeB {
                return multiplyFewRows(a, b, into: out, bias, activation)
            }
            if m >= Self.manyRows && n >= Self.leastSide { return multiplySharing(a, b, into: out, bias, activation) }
        }
        let (height, width) = pieceSize
        let (down, across) = ((m + height - 1) / height, (n + width - 1) / width)
        withExtendedLifetime((a, b, out, bias)) {
            ThreadPool.forEach(
                count: batch * down * across, minimumPerChunk: max(1, Self.chunkWork / max(1, height * width * k))
            ) { pieces in
                let scratch = Scratch(isNeeded: out.dtype == .float32)
                for piece in pieces {
                    let (row, column) = (piece / across % down * height, piece % across * width)
                    let part = Piece(
                        matrix: piece / (across * down), rows: row..<min(row + height, m),
                        columns: column..<min(column + width, n))
                    if out.dtype == .float32 {
                        multiply(a, b, into: out, part, bias, activation, scratch)
                    } else {
                        multiplyDoubles(a, b, into: out, part)
                    }
                }
            }
        }
    }

    /// Many rows: the threads pack b together, some columns of it at a time, and then share the rows.
    private func multiplySharing(
        _ a: Storage, _ b: Storage, into out: Storage, _ bias: Storage?, _ activation: FusedActivation
    ) {
        let width = min(n, max(4, Self.sharedFloats / max(1, k) / Self.tile.columns) * Self.tile.columns)
        let packed = Storage(count: ck_product_packed_size(width, k), dtype: .float32)
        // As many pieces for each thread, none of them too high for the second cache.
        let threads = ThreadPool.threadCount
        let wanted = max(threads, ((m + 179) / 180 + threads - 1) / threads * threads)
        let height = max(
            Self.leastSide, ((m + wanted - 1) / wanted + Self.tile.rows - 1) / Self.tile.rows * Self.tile.rows)
        withExtendedLifetime((a, b, out, bias, packed)) {
            for first in stride(from: 0, to: n, by: width) {
                let columns = first..<min(first + width, n)
                let place = places(of: Piece(matrix: 0, rows: 0..<m, columns: columns))
                let panels = (columns.count + Self.tile.columns - 1) / Self.tile.columns
                ThreadPool.forEach(count: panels, minimumPerChunk: max(4, 100_000 / max(1, Self.tile.columns * k))) {
                    ck_product_pack(
                        columns.count, k, b.floats + place.b, place.bRow, place.bColumn, packed.floats,
                        $0.lowerBound * Self.tile.columns, min($0.upperBound * Self.tile.columns, columns.count))
                }
                let pieces = (m + height - 1) / height
                ThreadPool.forEach(
                    count: pieces, minimumPerChunk: max(1, Self.chunkWork / max(1, height * columns.count * k))
                ) {
                    let scratch = Scratch(isNeeded: true)
                    for piece in $0 {
                        let rows = piece * height..<min((piece + 1) * height, m)
                        multiply(
                            a, b, into: out, Piece(matrix: 0, rows: rows, columns: columns), bias, activation, scratch,
                            packed: packed.floats)
                    }
                }
            }
        }
    }

    /// A few rows by a matrix: it is read once, in contiguous parts, and the sums of the parts are added in order.
    private func multiplyFewRows(
        _ a: Storage, _ b: Storage, into out: Storage, _ bias: Storage?, _ activation: FusedActivation
    ) {
        let parts = max(1, min(16, k * n / 500_000))
        let sums = parts == 1 ? out : Storage(count: parts * out.count, dtype: .float32)
        withExtendedLifetime((a, b, sums, bias)) {
            ThreadPool.forEach(count: parts) {
                for part in $0 {
                    ck_dense_rows(
                        a.floats, b.floats, m, k, n, part * k / parts, (part + 1) * k / parts,
                        sums.floats + part * out.count)
                }
            }
            ck_dense_finish(sums.floats, parts, bias?.floats, activation.kernel, m, n, out.floats)
        }
    }

    /// Halves the longer side until there are enough pieces for an even load: each has to pack its part of both
    /// operands.
    private var pieceSize: (height: Int, width: Int) {
        var (height, width, pieces) = (m, n, 1)
        while pieces < 4 * ThreadPool.threadCount, height * width * k > Self.chunkWork,
            max(height, width) >= 2 * Self.leastSide
        {
            if height > width { height = (height + 1) / 2 } else { width = (width + 1) / 2 }
            pieces *= 2
        }
        func rounded(_ length: Int, to unit: Int, _ whole: Int) -> Int { min(whole, (length + unit - 1) / unit * unit) }
        return (rounded(height, to: Self.tile.rows, m), rounded(width, to: Self.tile.columns, n))
    }

    /// A part of one of the results.
    private struct Piece {
        let matrix: Int
        let rows: Range<Int>
        let columns: Range<Int>
    }

    /// Where a piece's rows of a, columns of b and elements of the result begin, and the strides of each.
    private func places(of piece: Piece) -> (a: Int, b: Int, y: Int, aRow: Int, aColumn: Int, bRow: Int, bColumn: Int) {
        let (aRow, aColumn) = transposeA ? (1, m) : (k, 1)
        let (bRow, bColumn) = transposeB ? (1, k) : (n, 1)
        return (
            piece.matrix * m * k + piece.rows.lowerBound * aRow,
            piece.matrix * k * n + piece.columns.lowerBound * bColumn,
            (piece.matrix * m + piece.rows.lowerBound) * n + piece.columns.lowerBound, aRow, aColumn, bRow, bColumn
        )
    }

    private func multiply(
        _ a: Storage, _ b: Storage, into out: Storage, _ piece: Piece, _ bias: Storage?, _ activation: FusedActivation,
        _ scratch: borrowing Scratch, packed: UnsafePointer<Float>? = nil
    ) {
        let place = places(of: piece), bias = bias.map { $0.floats + piece.columns.lowerBound }
        if m < Self.fewRows && transposeB {
            ck_product_few_rows(
                piece.rows.count, piece.columns.count, k, a.floats + place.a, place.aRow, place.aColumn,
                b.floats + place.b, place.bColumn, bias, activation.kernel, out.floats + place.y, n)
        } else {
            ck_product(
                piece.rows.count, piece.columns.count, k, a.floats + place.a, place.aRow, place.aColumn,
                b.floats + place.b, place.bRow, place.bColumn, packed, bias, activation.kernel, out.floats + place.y, n,
                scratch.address)
        }
    }

    private func multiplyDoubles(_ a: Storage, _ b: Storage, into out: Storage, _ piece: Piece) {
        precondition(OpenBLAS.isSingleThreaded)
        let place = places(of: piece)
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            Int32(piece.rows.count), Int32(piece.columns.count), Int32(k), 1, a.doubles + place.a,
            Int32(max(1, transposeA ? m : k)), b.doubles + place.b, Int32(max(1, transposeB ? k : n)), 0,
            out.doubles + place.y, Int32(n))
    }
}

/// Memory that a product works in, from the pool.
private struct Scratch: ~Copyable {
    let address: UnsafeMutablePointer<Float>?
    private static let bytes = Int(CKProductScratch) * MemoryLayout<Float>.size

    init(isNeeded: Bool) {
        address = isNeeded ? BufferPool.allocate(Scratch.bytes).assumingMemoryBound(to: Float.self) : nil
    }

    deinit { if let address { BufferPool.release(address, bytes: Scratch.bytes) } }
}

enum OpenBLAS {
    /// OpenBLAS computes on the calling thread: its own threads would spin while they wait, and slow ours down.
    static let isSingleThreaded: Bool = {
        openblas_set_num_threads(1)
        return true
    }()
}
