internal import CKernels

extension Tensor {
    /// A single number.
    public init(_ value: Double, dtype: DType = .float32) { self = .full([], value, dtype: dtype) }

    /// Numbers in row-major order; a vector, unless a shape is given.
    public init(_ values: [Float], shape: Shape? = nil) { self.init(copying: values, dtype: .float32, shape: shape) }

    /// Numbers in row-major order, rounded to single precision unless Float64 is asked for.
    public init(_ values: [Double], shape: Shape? = nil, dtype: DType = .float32) {
        self = Tensor(copying: values, dtype: .float64, shape: shape).converted(to: dtype)
    }

    /// Integers in row-major order; a vector, unless a shape is given.
    public init(_ values: [Int32], shape: Shape? = nil) { self.init(copying: values, dtype: .int32, shape: shape) }

    /// Integers in row-major order, as int64; a vector, unless a shape is given.
    public init(_ values: [Int64], shape: Shape? = nil) { self.init(copying: values, dtype: .int64, shape: shape) }

    /// Integers in row-major order, as int32 unless another type is asked for; a vector, unless a shape is given.
    public init(_ values: [Int], shape: Shape? = nil, dtype: DType = .int32) {
        if dtype == .int32, let large = values.first(where: { Int32(exactly: $0) == nil }) {
            Failure.raise(
                ValueError(
                    operation: "Tensor", message: "\(large) does not fit int32",
                    hint: "ask for the wider type with dtype: .int64"))
        }
        self = Tensor(copying: values.map(Int64.init), dtype: .int64, shape: shape).converted(to: dtype)
    }

    /// Bytes in row-major order; a vector, unless a shape is given.
    public init(_ values: [UInt8], shape: Shape? = nil) { self.init(copying: values, dtype: .uint8, shape: shape) }

    /// Truth values in row-major order; a vector, unless a shape is given.
    public init(_ values: [Bool], shape: Shape? = nil) { self.init(copying: values, dtype: .bool, shape: shape) }

    /// A matrix, row by row.
    public init(_ rows: [[Double]], dtype: DType = .float32) {
        let width = rows.first?.count ?? 0
        if let odd = rows.firstIndex(where: { $0.count != width }) {
            Failure.raise(
                ShapeError(
                    operation: "Tensor", message: "row \(odd) has \(rows[odd].count) numbers, the first has \(width)",
                    hint: "give every row the same length"))
        }
        self.init(rows.flatMap { $0 }, shape: [rows.count, width], dtype: dtype)
    }

    private init<Element>(copying values: [Element], dtype: DType, shape: Shape?) {
        let shape = shape ?? [values.count]
        guard shape.elementCount == values.count else {
            Failure.raise(
                ShapeError(
                    operation: "Tensor", shapes: [shape],
                    message:
                        "\(values.count) values do not fill a tensor of shape \(shape), which has \(shape.elementCount)",
                    hint: "make the shape's product equal the number of values"))
        }
        let storage = Storage(count: values.count, dtype: dtype)
        values.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { storage.address.copyMemory(from: base, byteCount: bytes.count) }
        }
        self.init(storage: storage, shape: shape)
    }

    /// A tensor of one value.
    public static func full(_ shape: Shape, _ value: Double, dtype: DType = .float32) -> Tensor {
        let storage = Storage(count: shape.elementCount, dtype: dtype)
        ck_fill(dtype.code, storage.count, value, storage.address)
        return Tensor(storage: storage, shape: shape)
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 0, dtype: dtype) }

    /// A tensor of ones.
    public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }

    /// The identity matrix.
    public static func eye(_ size: Int, dtype: DType = .float32) -> Tensor {
        var values = [Double](repeating: 0, count: size * size)
        for i in 0..<size { values[i * size + i] = 1 }
        return Tensor(values, shape: [size, size], dtype: dtype)
    }

    /// Evenly spaced numbers, both ends included.
    public static func linspace(from start: Double, to end: Double, count: Int, dtype: DType = .float32) -> Tensor {
        let step = count > 1 ? (end - start) / Double(count - 1) : 0
        return Tensor((0..<count).map { $0 == count - 1 && count > 1 ? end : start + Double($0) * step }, dtype: dtype)
    }

    /// The numbers from `start` up to `end` (which is left out), by a step. Whole numbers 0, 1, … as in `arange(5)` start at 0.
    public static func arange(_ start: Double, _ end: Double, by step: Double = 1, dtype: DType = .float32) -> Tensor {
        guard step != 0 else {
            Failure.raise(
                ValueError(operation: "arange", message: "the step is 0", hint: "use a positive or negative step"))
        }
        let count = Swift.max(0, Int(((end - start) / step).rounded(.up)))
        return Tensor((0..<count).map { start + Double($0) * step }, dtype: dtype)
    }

    /// The int32 numbers 0, 1, …, count − 1.
    public static func arange(_ count: Int) -> Tensor { Tensor((0..<Shape.checked(count)).map { $0 }) }

    /// A tensor of zeros with the shape and type of another.
    public static func zeros(like other: Tensor) -> Tensor { zeros(other.shape, dtype: other.dtype) }

    /// A tensor of ones with the shape and type of another.
    public static func ones(like other: Tensor) -> Tensor { ones(other.shape, dtype: other.dtype) }
}

extension Tensor: ExpressibleByArrayLiteral {
    /// Numbers or rows: `[[1, 2], [3, 4]]` is a matrix.
    public init(arrayLiteral elements: Literal...) { self = Literal.rows(elements).tensor }

    /// What stands between the brackets of a literal: a number or a row. (A tensor is no number literal itself: `2 * x` could then be
    /// read in two ways, and long formulas would take the compiler exponentially long.)
    public enum Literal: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
        /// A number.
        case number(Double)
        /// A row of numbers or of rows.
        case rows([Literal])

        /// A number.
        public init(floatLiteral value: Double) { self = .number(value) }
        /// A number.
        public init(integerLiteral value: Int) { self = .number(Double(value)) }
        /// A row.
        public init(arrayLiteral elements: Literal...) { self = .rows(elements) }

        var tensor: Tensor {
            switch self {
            case .number(let value): Tensor(value)
            case .rows(let rows): rows.isEmpty ? .zeros([0]) : .stack(rows.map(\.tensor))
            }
        }
    }
}
