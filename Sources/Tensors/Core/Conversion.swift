internal import CKernels

extension Tensor {
    /// The same values with another element type. To an integer type fractions are truncated and values out of range
    /// saturate. The shape stays. This is NumPy's `astype`. To round to the nearest integer apply ``rounded()`` first.
    ///
    /// ```swift
    /// print(Tensor([-1.7, 0.2, 300]).converted(to: .uint8))  // [  0   0 255]
    /// ```
    public func converted(to dtype: DType) -> Tensor { dtype == self.dtype ? self : cast(to: dtype) }

    /// Apart from the check above, which is then inlined: in most calls of it there is nothing to convert.
    private func cast(to dtype: DType) -> Tensor {
        let result = Storage(count: count, dtype: dtype)
        withExtendedLifetime(storage) {
            ck_convert(self.dtype.code, dtype.code, count, storage.address, result.address)
        }
        guard dtype.isFloatingPoint else { return .unrecorded(result, shape) }
        return .recorded(result, shape, from: self, as: "converted") { dy, x, _ in dy.converted(to: x.dtype) }
    }

    /// The tensor itself if its type is a floating-point type, else its values as float32.
    package var floating: Tensor { dtype.isFloatingPoint ? self : converted(to: .float32) }
}
