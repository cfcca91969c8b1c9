internal import COpenBLAS

extension ConvolutionGeometry {
    /// A role's operation in Float64, as its definition says: for gradient checks, where clarity counts more than
    /// speed.
    func referenceProduct(_ role: ConvolutionRole, _ a: Storage, _ b: Storage) -> Storage {
        precondition(OpenBLAS.isSingleThreaded)
        let result = Storage(count: shape(of: role).elementCount, dtype: .float64)
        result.doubles.initialize(repeating: 0, count: result.count)
        let (a, b, sum) = (a.doubles, b.doubles, result.doubles)
        let (rows, columns) = (Int32(channels), Int32(outChannels))
        forEachTap { x, filter, y in
            switch role {
            case .output:  // y += xᵀ · filter
                cblas_dgemv(
                    CblasRowMajor, CblasTrans, rows, columns, 1, b + filter, columns, a + x, 1, 1, sum + y, 1)
            case .input:  // dx += filter · dy
                cblas_dgemv(
                    CblasRowMajor, CblasNoTrans, rows, columns, 1, a + filter, columns, b + y, 1, 1, sum + x, 1)
            case .filter:  // gradient += x · dyᵀ
                cblas_dger(CblasRowMajor, rows, columns, 1, b + x, 1, a + y, 1, sum + filter, columns)
            }
        }
        return result
    }

    /// Every pixel that a tap of the filters meets: where its channels begin, the tap's matrix, and the output that
    /// they belong to.
    private func forEachTap(_ body: (_ x: Int, _ filter: Int, _ y: Int) -> Void) {
        for image in 0..<images {
            for outRow in 0..<outRows {
                for outColumn in 0..<outColumns {
                    let y = ((image * outRows + outRow) * outColumns + outColumn) * outChannels
                    for i in 0..<filterRows {
                        let row = outRow * stride.rows + i * dilation.rows - top
                        guard row >= 0, row < rows else { continue }
                        for j in 0..<filterColumns {
                            let column = outColumn * stride.columns + j * dilation.columns - left
                            guard column >= 0, column < columns else { continue }
                            let x = ((image * rows + row) * columns + column) * channels
                            body(x, (i * filterColumns + j) * channels * outChannels, y)
                        }
                    }
                }
            }
        }
    }
}
