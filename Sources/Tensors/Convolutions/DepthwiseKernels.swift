internal import CKernels

/// A convolution that keeps the channels apart.
extension ConvolutionGeometry {
    /// A role's operation, for filters `[rows, columns, 1, channels]`.
    func depthwiseProduct(_ role: ConvolutionRole, _ a: Storage, _ b: Storage) -> Storage {
        let (first, second) = (elements(of: role.next), elements(of: role.next.next))
        // Images are independent of each other, but the filter's gradient is a sum over them: each row sums a fixed
        // share of the images, and the rows are added in order, so that any number of threads gives the same bits.
        let parts = role == .filter ? max(1, min(images, 16)) : images
        let size = role == .filter ? shape(of: .filter).elementCount : elements(of: role)
        let result = Storage(count: parts * size, dtype: a.dtype)
        if role == .filter {
            result.address.initializeMemory(as: UInt8.self, repeating: 0, count: result.contents.count)
        }
        let kernelRole = CKRole(rawValue: role.rawValue)!
        withExtendedLifetime((a, b)) {
            forEachSpan(parts) { kernel, part, channels in
                for image in part * images / parts..<(part + 1) * images / parts {
                    let (atA, atB, to) = (image * first, image * second, part * size)
                    if a.dtype == .float32 {
                        ck_depthwise_float(
                            kernelRole, kernel, a.floats + atA, b.floats + atB, result.floats + to,
                            channels.lowerBound, channels.upperBound)
                    } else {
                        ck_depthwise_double(
                            kernelRole, kernel, a.doubles + atA, b.doubles + atB, result.doubles + to,
                            channels.lowerBound, channels.upperBound)
                    }
                }
            }
        }
        return role == .filter ? Tensor(storage: result, shape: [parts, size]).sum(axes: 0).storage : result
    }

    /// Elements of a role's tensor that belong to one image; 0 for the filter, which belongs to all.
    private func elements(of role: ConvolutionRole) -> Int {
        role == .filter ? 0 : shape(of: role).dropFirst().reduce(1, *)
    }

    /// Calls the body for every part and some of the channels, on several threads.
    private func forEachSpan(_ parts: Int, _ body: (UnsafePointer<CKDepthwise>, Int, Range<Int>) -> Void) {
        // Channels that one thread works on at a time.
        let span = images < 8 ? 64 : max(64, channels), spans = (channels + span - 1) / span
        let work = images * outRows * outColumns * filterRows * filterColumns * channels / max(1, parts * spans)
        ThreadPool.forEach(count: parts * spans, minimumPerChunk: max(1, 500_000 / max(1, work))) { items in
            var kernel = CKDepthwise(
                rows: Int32(rows), columns: Int32(columns), channels: Int32(channels), outRows: Int32(outRows),
                outColumns: Int32(outColumns), filterRows: Int32(filterRows), filterColumns: Int32(filterColumns),
                strideRows: Int32(stride.rows), strideColumns: Int32(stride.columns),
                dilationRows: Int32(dilation.rows), dilationColumns: Int32(dilation.columns), top: Int32(top),
                left: Int32(left))
            for item in items {
                let first = item % spans * span
                body(&kernel, item / spans, first..<min(first + span, channels))
            }
        }
    }
}
