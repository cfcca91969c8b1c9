internal import CKernels

extension Tensor {
    /// A scalar: a tensor of shape `[]`.
    public init(_ value: Double, dtype: DType = .float32) { self = .full([], value, dtype: dtype) }

    /// Elements in row-major order, as float32; a vector, unless a shape is given.
    public init(_ values: [Float], shape: Shape? = nil) { self.init(copying: values, dtype: .float32, shape: shape) }

    /// Elements in row-major order, as float32 unless `dtype` says otherwise; a vector, unless a shape is given.
    public init(_ values: [Double], shape: Shape? = nil, dtype: DType = .float32) {
        self = Tensor(copying: values, dtype: .float64, shape: shape).converted(to: dtype)
    }

    /// Elements in row-major order, as int32; a vector, unless a shape is given.
    public init(_ values: [Int32], shape: Shape? = nil) { self.init(copying: values, dtype: .int32, shape: shape) }

    /// Elements in row-major order, as int64; a vector, unless a shape is given.
    public init(_ values: [Int64], shape: Shape? = nil) { self.init(copying: values, dtype: .int64, shape: shape) }

    /// Elements in row-major order, as int32 unless `dtype` says otherwise; a vector, unless a shape is given.
    public init(_ values: [Int], shape: Shape? = nil, dtype: DType = .int32) {
        if dtype == .int32, let large = values.first(where: { Int32(exactly: $0) == nil }) {
            Failure.raise(
                ValueError(
                    operation: "Tensor", message: "\(large) does not fit int32",
                    hint: "pass dtype: .int64 for the wider type"))
        }
        self = Tensor(copying: values.map(Int64.init), dtype: .int64, shape: shape).converted(to: dtype)
    }

    /// Elements in row-major order, as uint8; a vector, unless a shape is given.
    public init(_ values: [UInt8], shape: Shape? = nil) { self.init(copying: values, dtype: .uint8, shape: shape) }

    /// Truth values in row-major order; a vector, unless a shape is given.
    public init(_ values: [Bool], shape: Shape? = nil) { self.init(copying: values, dtype: .bool, shape: shape) }

    private init<Element>(copying values: [Element], dtype: DType, shape: Shape?) {
        let shape = shape ?? [values.count]
        guard shape.elementCount == values.count else {
            Failure.raise(
                ShapeError(
                    operation: "Tensor", shapes: [shape],
                    message:
                        "\(values.count) values do not fill shape \(shape), which has \(shape.elementCount) elements",
                    hint: "the product of the shape's lengths must be the number of values"))
        }
        let storage = Storage(count: values.count, dtype: dtype)
        values.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { storage.address.copyMemory(from: base, byteCount: bytes.count) }
        }
        self = .unrecorded(storage, shape)
    }

    /// A tensor of the given shape, each element equal to `value`.
    public static func full(_ shape: Shape, _ value: Double, dtype: DType = .float32) -> Tensor {
        let storage = Storage(count: shape.elementCount, dtype: dtype)
        ck_fill(dtype.code, storage.count, value, storage.address)
        return .unrecorded(storage, shape)
    }

    /// A tensor of zeros, as float32 unless `dtype` says otherwise.
    public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 0, dtype: dtype) }

    /// A tensor of ones, as float32 unless `dtype` says otherwise.
    public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }

    /// The identity matrix `[size, size]`.
    public static func eye(_ size: Int, dtype: DType = .float32) -> Tensor {
        var values = [Double](repeating: 0, count: size * size)
        for i in 0..<size { values[i * size + i] = 1 }
        return Tensor(values, shape: [size, size], dtype: dtype)
    }

    /// A vector of `count` evenly spaced numbers, both ends included. For a given step see ``arange(_:_:by:dtype:)``.
    ///
    /// ```swift
    /// let x = Tensor.linspace(from: -4, to: 4, count: 9)    // [-4, -3, …, 4]
    /// ```
    public static func linspace(from start: Double, to end: Double, count: Int, dtype: DType = .float32) -> Tensor {
        let step = count > 1 ? (end - start) / Double(count - 1) : 0
        return Tensor((0..<count).map { $0 == count - 1 && count > 1 ? end : start + Double($0) * step }, dtype: dtype)
    }

    /// The vector of `start`, `start + step`, … up to `end`, which is excluded. For integers see ``arange(_:)``, for a
    /// given number of elements ``linspace(from:to:count:dtype:)``.
    public static func arange(_ start: Double, _ end: Double, by step: Double = 1, dtype: DType = .float32) -> Tensor {
        guard step != 0 else {
            Failure.raise(
                ValueError(operation: "arange", message: "step must not be 0", hint: "use a positive or negative step"))
        }
        let count = Swift.max(0, Int(((end - start) / step).rounded(.up)))
        return Tensor((0..<count).map { start + Double($0) * step }, dtype: dtype)
    }

    /// The integers 0, 1, …, count − 1, as int32.
    public static func arange(_ count: Int) -> Tensor { Tensor((0..<Shape.checked(count)).map { $0 }) }

    /// A tensor of zeros with the shape and element type of another.
    public static func zeros(like other: Tensor) -> Tensor { zeros(other.shape, dtype: other.dtype) }

    /// A tensor of ones with the shape and element type of another.
    public static func ones(like other: Tensor) -> Tensor { ones(other.shape, dtype: other.dtype) }
}
