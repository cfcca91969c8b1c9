internal import CKernels

extension Tensor {
    /// Dropout (Srivastava et al. 2014): sets each element to 0 with probability `rate`, and divides the others by 1 −
    /// rate, so that the expected value stays the same.
    ///
    /// ```swift
    /// let y = Tensor.ones([1000]).dropout(0.5)
    /// print(y.max())  // 2
    /// ```
    /// It draws on ``Random``, with probabilities in steps of 1 / 65,536, so that a seed repeats it on any number of
    /// threads. In a network use the layer `Dropout`, which is active only in training.
    public func dropout(_ rate: Double) -> Tensor {
        guard rate >= 0 && rate < 1 else {
            Failure.raise(
                ValueError(
                    operation: "dropout", message: "rate must be at least 0 and below 1, got \(rate)",
                    hint: "0.5 drops half of the elements, 0 none"))
        }
        let (key, first) = Random.take((count + 1) / 2)
        return dropped(DropoutMask(key: key, first: first, rate: rate))
    }

    /// The operation and its own gradient: only the position of the random numbers is kept.
    private func dropped(_ mask: DropoutMask) -> Tensor {
        guard dtype == .float32 else {
            return dtype.isFloatingPoint
                ? self * Tensor.ones(shape).dropped(mask) : converted(to: .float32).dropped(mask)
        }
        let out = Storage(count: count, dtype: .float32)
        withExtendedLifetime(storage) {
            let (x, y) = (storage.floats, out.floats)
            Random.inChunks(count, perNumber: 2) { start, count, group in
                ck_dropout(
                    mask.key, mask.first + group, count, UInt32((mask.rate * 65536).rounded()),
                    Float(1 / (1 - mask.rate)), x + start, y + start)
            }
        }
        return .recorded(out, shape, from: self, as: "dropout") { dy, _, _ in dy.dropped(mask) }
    }
}

/// The choice of dropped elements.
private struct DropoutMask: Sendable {
    let key: UInt64
    let first: UInt64
    let rate: Double
}
