/// The three products of a convolution in Float64, as their definition says: for gradient checks, where clarity counts and speed does not.
extension ConvolutionGeometry {
    func forward(_ x: UnsafePointer<Double>, _ filter: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>) {
        y.initialize(repeating: 0, count: yShape.elementCount)
        forEachProduct { atX, atFilter, atY in y[atY] += x[atX] * filter[atFilter] }
    }

    func inputGradient(
        _ dy: UnsafePointer<Double>, _ filter: UnsafePointer<Double>, into dx: UnsafeMutablePointer<Double>
    ) {
        dx.initialize(repeating: 0, count: xShape.elementCount)
        forEachProduct { atX, atFilter, atY in dx[atX] += dy[atY] * filter[atFilter] }
    }

    func filterGradient(
        _ x: UnsafePointer<Double>, _ dy: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
    ) {
        gradient.initialize(repeating: 0, count: filterShape.elementCount)
        forEachProduct { atX, atFilter, atY in gradient[atFilter] += x[atX] * dy[atY] }
    }

    /// Every product that a convolution is a sum of: where its factors are, and the result it belongs to.
    private func forEachProduct(_ body: (_ x: Int, _ filter: Int, _ y: Int) -> Void) {
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
                            let filter = (i * filterColumns + j) * channels * outChannels
                            for c in 0..<channels {
                                for o in 0..<outChannels { body(x + c, filter + c * outChannels + o, y + o) }
                            }
                        }
                    }
                }
            }
        }
    }
}
