/// The elements of a tensor: a pooled, 64-byte aligned buffer that is never changed after the operation that made it
/// has ended. That is why threads can share tensors.
package final class Storage: @unchecked Sendable {
    /// The elements.
    package let address: UnsafeMutableRawPointer
    /// The number of elements.
    package let count: Int
    /// The type of the elements.
    package let dtype: DType

    /// Memory for elements, which are not yet written.
    package init(count: Int, dtype: DType) {
        self.address = BufferPool.allocate(count * dtype.size)
        self.count = count
        self.dtype = dtype
    }

    deinit { BufferPool.release(address, bytes: count * dtype.size) }

    /// The elements of a Float32 storage.
    package var floats: UnsafeMutablePointer<Float> { typed() }
    /// The elements of a Float64 storage.
    package var doubles: UnsafeMutablePointer<Double> { typed() }
    /// The elements of an Int32 storage.
    package var ints: UnsafeMutablePointer<Int32> { typed() }
    /// The elements of an Int64 storage.
    package var longs: UnsafeMutablePointer<Int64> { typed() }
    /// The elements of a UInt8 or Bool storage.
    package var bytes: UnsafeMutablePointer<UInt8> { typed() }

    /// The elements as bytes. They last as long as the storage does.
    package var contents: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: address, count: count * dtype.size) }

    @inline(__always)
    private func typed<T>() -> UnsafeMutablePointer<T> { address.assumingMemoryBound(to: T.self) }
}
