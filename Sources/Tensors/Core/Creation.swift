internal import CKernels

extension Tensor {
    /// A scalar: a tensor of shape `[]`. For a shape filled with one value see ``full(_:_:dtype:)``.
    ///
    /// ```swift
    /// let x = Tensor(2.5)
    /// print(x, x.shape)  // 2.5 []
    /// ```
    public init(_ value: Double, dtype: DType = .float32) { self = .full([], value, dtype: dtype) }

    /// Elements in row-major order, as float32; a vector, unless a shape is given.
    ///
    /// ```swift
    /// let values: [Float] = [1, 2, 3, 4]
    /// print(Tensor(values, shape: [2, 2]).shape)  // [2, 2]
    /// ```
    public init(_ values: [Float], shape: Shape? = nil) { self.init(copying: values, dtype: .float32, shape: shape) }

    /// Elements in row-major order, as float32 unless `dtype` says otherwise; a vector, unless a shape is given. For
    /// nested arrays see ``init(_:dtype:)-([[Double]],DType)``.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3, 4], shape: [2, 2])
    /// print(x.shape, x.dtype)  // [2, 2] float32
    /// ```
    public init(_ values: [Double], shape: Shape? = nil, dtype: DType = .float32) {
        self = Tensor(copying: values, dtype: .float64, shape: shape).converted(to: dtype)
    }

    /// Elements in row-major order, as int32; a vector, unless a shape is given.
    ///
    /// ```swift
    /// let labels: [Int32] = [3, 1, 2]
    /// print(Tensor(labels).dtype)  // int32
    /// ```
    public init(_ values: [Int32], shape: Shape? = nil) { self.init(copying: values, dtype: .int32, shape: shape) }

    /// Elements in row-major order, as int64; a vector, unless a shape is given.
    ///
    /// ```swift
    /// let counts: [Int64] = [3, 1, 2]
    /// print(Tensor(counts).dtype)  // int64
    /// ```
    public init(_ values: [Int64], shape: Shape? = nil) { self.init(copying: values, dtype: .int64, shape: shape) }

    /// Elements in row-major order, as int32 unless `dtype` says otherwise; a vector, unless a shape is given. A value
    /// that does not fit int32 is an error.
    ///
    /// ```swift
    /// let labels = Tensor([3, 1, 2])
    /// print(labels, labels.dtype)  // [3 1 2] int32
    /// ```
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
    ///
    /// ```swift
    /// let pixels: [UInt8] = [0, 128, 255, 64]
    /// print(Tensor(pixels, shape: [2, 2]).shape)  // [2, 2]
    /// ```
    public init(_ values: [UInt8], shape: Shape? = nil) { self.init(copying: values, dtype: .uint8, shape: shape) }

    /// Truth values in row-major order; a vector, unless a shape is given.
    ///
    /// ```swift
    /// print(Tensor([true, false, true]))  // [ true false  true]
    /// ```
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

    /// A tensor of the given shape, each element equal to `value`. This is NumPy's `full`.
    ///
    /// ```swift
    /// print(Tensor.full([3], 0.5))  // [0.5 0.5 0.5]
    /// ```
    public static func full(_ shape: Shape, _ value: Double, dtype: DType = .float32) -> Tensor {
        let storage = Storage(count: shape.elementCount, dtype: dtype)
        ck_fill(dtype.code, storage.count, value, storage.address)
        return .unrecorded(storage, shape)
    }

    /// A tensor of zeros, as float32 unless `dtype` says otherwise. This is NumPy's `zeros`.
    ///
    /// ```swift
    /// print(Tensor.zeros([2, 3]).shape, Tensor.zeros([3]))  // [2, 3] [0. 0. 0.]
    /// ```
    public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 0, dtype: dtype) }

    /// A tensor of ones, as float32 unless `dtype` says otherwise. This is NumPy's `ones`.
    ///
    /// ```swift
    /// print(Tensor.ones([3], dtype: .int32))  // [1 1 1]
    /// ```
    public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }

    /// The identity matrix `[size, size]`. This is NumPy's `eye`. For other diagonals see
    /// ``diagonalMatrix(_:offset:)``.
    ///
    /// ```swift
    /// print(Tensor.eye(2))  // [[1. 0.] [0. 1.]]
    /// ```
    public static func eye(_ size: Int, dtype: DType = .float32) -> Tensor {
        var values = [Double](repeating: 0, count: size * size)
        for i in 0..<size { values[i * size + i] = 1 }
        return Tensor(values, shape: [size, size], dtype: dtype)
    }

    /// The vector of `count` evenly spaced elements, both ends included: element i is start + i(end−start)/(count−1).
    /// This is NumPy's `linspace`. For a given step see ``arange(_:_:by:dtype:)``.
    ///
    /// ```swift
    /// print(Tensor.linspace(from: 0, to: 1, count: 5))  // [0.   0.25 0.5  0.75 1.  ]
    /// ```
    public static func linspace(from start: Double, to end: Double, count: Int, dtype: DType = .float32) -> Tensor {
        let step = count > 1 ? (end - start) / Double(count - 1) : 0
        return Tensor((0..<count).map { $0 == count - 1 && count > 1 ? end : start + Double($0) * step }, dtype: dtype)
    }

    /// The vector of `start`, `start + step`, … up to `end`, which is excluded. This is NumPy's `arange`. For integers
    /// see ``arange(_:)``, for a given number of elements ``linspace(from:to:count:dtype:)``.
    ///
    /// ```swift
    /// print(Tensor.arange(0, 1, by: 0.25))  // [0.   0.25 0.5  0.75]
    /// ```
    public static func arange(_ start: Double, _ end: Double, by step: Double = 1, dtype: DType = .float32) -> Tensor {
        guard step != 0 else {
            Failure.raise(
                ValueError(operation: "arange", message: "step must not be 0", hint: "use a positive or negative step"))
        }
        let count = Swift.max(0, Int(((end - start) / step).rounded(.up)))
        return Tensor((0..<count).map { start + Double($0) * step }, dtype: dtype)
    }

    /// The vector `[count]` of the integers 0, 1, …, count − 1, as int32. For another start or step see
    /// ``arange(_:_:by:dtype:)``.
    ///
    /// ```swift
    /// print(Tensor.arange(4))  // [0 1 2 3]
    /// ```
    public static func arange(_ count: Int) -> Tensor { Tensor((0..<Shape.checked(count)).map { $0 }) }

    /// A tensor of zeros with the shape and element type of another. This is NumPy's `zeros_like`.
    ///
    /// ```swift
    /// print(Tensor.zeros(like: Tensor([1, 2, 3])))  // [0 0 0]
    /// ```
    public static func zeros(like other: Tensor) -> Tensor { zeros(other.shape, dtype: other.dtype) }

    /// A tensor of ones with the shape and element type of another. This is NumPy's `ones_like`.
    ///
    /// ```swift
    /// print(Tensor.ones(like: Tensor([1, 2, 3])))  // [1 1 1]
    /// ```
    public static func ones(like other: Tensor) -> Tensor { ones(other.shape, dtype: other.dtype) }
}
