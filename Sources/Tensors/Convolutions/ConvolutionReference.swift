internal import COpenBLAS

/// The three products of a convolution in Float64, as their definition says: for gradient checks, where clarity counts more than speed.
extension ConvolutionGeometry {
    func forward(_ x: UnsafePointer<Double>, _ filter: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>) {
        y.initialize(repeating: 0, count: yShape.elementCount)
        let (rows, columns) = (Int32(channels), Int32(outChannels))
        forEachTap { atX, atFilter, atY in  // y += xᵀ · filter
            cblas_dgemv(
                CblasRowMajor, CblasTrans, rows, columns, 1, filter + atFilter, columns, x + atX, 1, 1, y + atY, 1)
        }
    }

    func inputGradient(
        _ dy: UnsafePointer<Double>, _ filter: UnsafePointer<Double>, into dx: UnsafeMutablePointer<Double>
    ) {
        dx.initialize(repeating: 0, count: xShape.elementCount)
        let (rows, columns) = (Int32(channels), Int32(outChannels))
        forEachTap { atX, atFilter, atY in  // dx += filter · dy
            cblas_dgemv(
                CblasRowMajor, CblasNoTrans, rows, columns, 1, filter + atFilter, columns, dy + atY, 1, 1, dx + atX, 1)
        }
    }

    func filterGradient(
        _ x: UnsafePointer<Double>, _ dy: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
    ) {
        gradient.initialize(repeating: 0, count: filterShape.elementCount)
        let (rows, columns) = (Int32(channels), Int32(outChannels))
        forEachTap { atX, atFilter, atY in  // gradient += x · dyᵀ
            cblas_dger(CblasRowMajor, rows, columns, 1, x + atX, 1, dy + atY, 1, gradient + atFilter, columns)
        }
    }

    /// Every pixel that a tap of the filters meets: where the pixel's channels are, the tap's matrix, and the output they belong to.
    private func forEachTap(_ body: (_ x: Int, _ filter: Int, _ y: Int) -> Void) {
        precondition(OpenBLAS.isSingleThreaded)
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
