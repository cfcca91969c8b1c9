/// A multidimensional array of numbers, with the graph of how it was computed if that is recorded.
///
/// A tensor is a value: operations return new tensors and never change their operands. Elements are in row-major order.
/// Computations with a ``tracked()`` tensor are recorded, and ``grad(_:of:createGraph:)-(Tensor,Tensor,Bool)``
/// differentiates them.
///
/// ```swift
/// let x = Tensor([[1, 2], [3, 4]]).tracked()
/// let loss = (x * x).sum()
/// print(grad(loss, of: x))  // [[2. 4.] [6. 8.]]
/// ```
public struct Tensor: Sendable {
    /// The elements.
    package internal(set) var storage: Storage
    /// The lengths of the dimensions, outermost first.
    ///
    /// ```swift
    /// print(Tensor([[1, 2, 3], [4, 5, 6]]).shape)  // [2, 3]
    /// ```
    public let shape: Shape
    /// What the tensor carries beside its elements.
    var attachment: Attachment?

    package init(storage: Storage, shape: Shape, node: Node? = nil) {
        self.storage = storage
        self.shape = shape
        self.attachment = node
    }

    /// The number of dimensions, NumPy's `ndim`.
    ///
    /// ```swift
    /// print(Tensor([[1, 2, 3], [4, 5, 6]]).rank)  // 2
    /// ```
    public var rank: Int { shape.rank }
    /// The number of elements, the product of the lengths in ``shape``; NumPy's `size`.
    ///
    /// ```swift
    /// print(Tensor([[1, 2, 3], [4, 5, 6]]).count)  // 6
    /// ```
    public var count: Int { storage.count }
    /// The type of the elements. For another see ``converted(to:)``.
    ///
    /// ```swift
    /// print(Tensor([1, 2]).dtype, Tensor([1.0, 2]).dtype)  // int32 float32
    /// ```
    public var dtype: DType { storage.dtype }
    /// Whether computations with this tensor are recorded. See ``tracked()``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2])
    /// print(x.isTracked, x.tracked().isTracked)  // false true
    /// ```
    public var isTracked: Bool { attachment != nil && node != nil }

    /// The same values as an input of a new graph: computations with it are recorded, and `grad` can differentiate
    /// them. In PyTorch this is `requires_grad_`. The opposite is ``detached()``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2]).tracked()
    /// print(grad((x * x).sum(), of: x))  // [2. 4.]
    /// ```
    public func tracked() -> Tensor {
        guard dtype.isFloatingPoint else {
            Failure.raise(
                ValueError(
                    operation: "tracked", message: "a tensor of type \(dtype) has no gradient",
                    hint: "convert it with .converted(to: .float32)"))
        }
        var result = self
        result.node = LeafNode(storage, shape, "tracked")
        return result
    }

    /// The same values without the graph: gradients treat them as a constant. This is PyTorch's `detach`.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2]).tracked()
    /// print(grad((x * x.detached()).sum(), of: x))  // [1. 2.]
    /// ```
    public func detached() -> Tensor {
        var result = Tensor(storage: storage, shape: shape)
        if let mask { result.mask = mask }
        return result
    }

    /// Drops the graph, and returns the elements and the memory for those that replace them: the same memory if no
    /// other tensor and no graph shares it, else new memory, not yet written.
    package mutating func beginChange() -> (old: Storage, new: Storage) {
        node = nil
        return (storage, ownsStorage() ? storage : Storage(count: count, dtype: dtype))
    }

    /// Whether no other tensor and no graph shares the memory, so that it may be changed.
    mutating func ownsStorage() -> Bool { isKnownUniquelyReferenced(&storage) }
}

extension Tensor {
    /// The elements as `Float`, in row-major order. For a single element see ``item()``; without a copy see
    /// ``withFloats(_:)``.
    ///
    /// ```swift
    /// print(Tensor([[1, 2], [3, 4]]).scalars)  // [1.0, 2.0, 3.0, 4.0]
    /// ```
    public var scalars: [Float] {
        let source = converted(to: .float32).storage
        return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.floats, count: source.count)) }
    }

    /// The elements as `Double`, in row-major order.
    ///
    /// ```swift
    /// print(Tensor([[1, 2], [3, 4]]).doubles)  // [1.0, 2.0, 3.0, 4.0]
    /// ```
    public var doubles: [Double] {
        let source = converted(to: .float64).storage
        return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.doubles, count: source.count)) }
    }

    /// The elements as `Int`, in row-major order. Fractions are truncated.
    ///
    /// ```swift
    /// print(Tensor([1.9, -1.9]).ints)  // [1, -1]
    /// ```
    public var ints: [Int] {
        let source = converted(to: .int64).storage
        return withExtendedLifetime(source) {
            UnsafeBufferPointer(start: source.longs, count: source.count).map(Int.init)
        }
    }

    /// The only element, as a `Double`; truth values are 1 and 0. A tensor of more or fewer elements is an error:
    /// reduce it or select one first. This is NumPy's and PyTorch's `item`.
    ///
    /// ```swift
    /// let loss = Tensor([1.0, 2]).mean()
    /// print(loss.item())  // 1.5
    /// ```
    public func item() -> Double {
        guard count == 1 else {
            Failure.raise(
                ShapeError(
                    operation: "item", shapes: [shape],
                    message: "a tensor must have 1 element, got \(count) in shape \(shape)",
                    hint: "reduce it with mean() or sum(), or select an element, as in t[0, 1]"))
        }
        // A NaN has no sign: Swift would print -nan.
        func unsigned(_ value: Double) -> Double { value.isNaN ? .nan : value }
        return withExtendedLifetime(storage) {
            switch dtype {
            case .float32: unsigned(Double(storage.floats[0]))
            case .float64: unsigned(storage.doubles[0])
            case .int32: Double(storage.ints[0])
            case .int64: Double(storage.longs[0])
            case .uint8, .bool: Double(storage.bytes[0])
            }
        }
    }

    /// Reads the elements as `Float`, in row-major order, without a copy if they are float32. The pointer must not
    /// leave the body. For an array of them see ``scalars``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x.withFloats { $0.reduce(0, +) })  // 6.0
    /// ```
    public func withFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        let source = converted(to: .float32).storage
        return try withExtendedLifetime(source) {
            try body(UnsafeBufferPointer(start: source.floats, count: source.count))
        }
    }

    /// Reads the elements' memory without a copy: in row-major order and the machine's byte order, from an address that
    /// is a multiple of 64. Copies of the tensor share it: it must not be written to, and must not leave the body. For
    /// elements as `Float` see ``withFloats(_:)``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// print(x.withBytes { $0.count })  // 12
    /// ```
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) { try body(storage.contents) }
    }

    /// A tensor whose elements the body writes, all of them, directly into its memory: to take data from other
    /// libraries without a copy. The elements are of type `dtype`, in row-major order. To fill with one value see
    /// ``full(_:_:dtype:)``.
    ///
    /// ```swift
    /// let x = Tensor.filled([2, 2]) { memory in
    ///     let floats = memory.bindMemory(to: Float.self)
    ///     for i in floats.indices { floats[i] = Float(i) }
    /// }
    /// print(x.scalars)  // [0.0, 1.0, 2.0, 3.0]
    /// ```
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
