/// An array of numbers with any number of dimensions, and the memory of how it was computed.
///
/// A tensor is a value: operations make new tensors and never change their operands. Elements are in row-major order. Computations from
/// a ``tracked()`` tensor are recorded, and ``grad(_:of:createGraph:)-(Tensor,Tensor,Bool)`` differentiates them.
public struct Tensor: Sendable {
    /// The elements.
    package internal(set) var storage: Storage
    /// The lengths of the dimensions.
    public let shape: Shape
    /// What the tensor carries beside its elements.
    var attachment: Attachment?

    package init(storage: Storage, shape: Shape, node: Node? = nil) {
        self.storage = storage
        self.shape = shape
        self.attachment = node
    }

    /// The number of dimensions.
    public var rank: Int { shape.rank }
    /// The number of elements.
    public var count: Int { storage.count }
    /// The type of the elements.
    public var dtype: DType { storage.dtype }
    /// Whether computations with this tensor are recorded.
    public var isTracked: Bool { attachment != nil && node != nil }

    /// The same values as a new starting point of the graph: the gradient of what is computed from it can be asked for.
    public func tracked() -> Tensor {
        guard dtype.isFloatingPoint else {
            Failure.raise(
                ValueError(
                    operation: "tracked", message: "a tensor of \(dtype) has no gradient",
                    hint: "convert it with .converted(to: .float32)"))
        }
        var result = self
        result.node = LeafNode(storage, shape, "tracked")
        return result
    }

    /// The same values without their history: a constant to whatever is computed from it.
    public func detached() -> Tensor {
        var result = Tensor(storage: storage, shape: shape)
        if let mask { result.mask = mask }
        return result
    }

    /// Forgets the history, and answers with the elements and the place for those that take over: the same memory if no other tensor and
    /// no graph shares it, else new memory, not yet written.
    package mutating func beginChange() -> (old: Storage, new: Storage) {
        node = nil
        return (storage, ownsStorage() ? storage : Storage(count: count, dtype: dtype))
    }

    /// Whether no other tensor and no graph shares the memory, so that it may be changed: whoever asks is about to.
    mutating func ownsStorage() -> Bool {
        guard isKnownUniquelyReferenced(&storage) else { return false }
        storage.forgetPrepared()
        return true
    }
}

extension Tensor {
    /// The elements as `Float`, in row-major order.
    public var scalars: [Float] {
        let source = converted(to: .float32).storage
        return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.floats, count: source.count)) }
    }

    /// The elements as `Double`, in row-major order.
    public var doubles: [Double] {
        let source = converted(to: .float64).storage
        return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.doubles, count: source.count)) }
    }

    /// The elements as `Int`, in row-major order. Fractions are cut off.
    public var ints: [Int] {
        let source = converted(to: .int64).storage
        return withExtendedLifetime(source) {
            UnsafeBufferPointer(start: source.longs, count: source.count).map(Int.init)
        }
    }

    /// The only element.
    public func item() -> Double {
        guard count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "item", shapes: [shape],
                    message: "a tensor of shape \(shape) has \(count) elements, not one",
                    hint: "reduce it first, with mean() or sum(), or take one element as in t[0, 1]"))
        }
        return withExtendedLifetime(storage) {
            switch dtype {
            case .float32: Double(storage.floats[0])
            case .float64: storage.doubles[0]
            case .int32: Double(storage.ints[0])
            case .int64: Double(storage.longs[0])
            case .uint8, .bool: Double(storage.bytes[0])
            }
        }
    }

    /// Reads the elements as `Float`, in row-major order: in place and without a copy, where they are of that type. The pointer must not
    /// leave the body.
    ///
    /// ```swift
    /// x.withFloats { floats in cblas_sasum(Int32(floats.count), floats.baseAddress, 1) }
    /// ```
    public func withFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        let source = converted(to: .float32).storage
        return try withExtendedLifetime(source) {
            try body(UnsafeBufferPointer(start: source.floats, count: source.count))
        }
    }

    /// Reads the elements as bytes, as they lie in memory (in row-major order, in the machine's order of bytes), without a copy. The memory
    /// begins at a multiple of 64 bytes. It is shared with copies of the tensor, and must not be written to or leave the body.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) { try body(storage.contents) }
    }

    /// A tensor whose elements the body writes, all of them, straight into its memory: the way in for data of other libraries, without a
    /// copy on the way.
    public static func filled(
        _ shape: Shape, dtype: DType = .float32, by body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows -> Tensor {
        let storage = Storage(count: shape.elementCount, dtype: dtype)
        try withExtendedLifetime(storage) {
            try body(UnsafeMutableRawBufferPointer(start: storage.address, count: storage.count * dtype.size))
        }
        return .unrecorded(storage, shape)
    }
}
