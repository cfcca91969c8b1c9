/// The lengths of a tensor's dimensions, outermost first: `[64, 28, 28, 1]` is 64 images of 28 × 28 pixels with 1
/// channel.
///
/// A shape is stored inline (no allocation) and has at most ``maximumRank`` dimensions.
///
/// ```swift
/// let shape = Tensor.zeros([64, 28, 28, 1]).shape
/// print(shape.rank, shape[0], shape.elementCount)  // 4 64 50176
/// ```
public struct Shape: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The largest number of dimensions.
    public static let maximumRank = 8

    // Eight lengths of 32 bits; unused ones are 0, so that equality may compare all of them. The compiler passes four
    // words in registers: with an inline array it would copy tensors through memory, and count two more references each
    // time.
    private var lengths: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var length: Int32 = 0

    /// The shape `[]` of a scalar.
    ///
    /// ```swift
    /// print(Shape().rank, Shape().elementCount)  // 0 1
    /// ```
    public init() {}

    /// A shape with these lengths. A length below 0, or more than ``maximumRank`` of them, is an error.
    ///
    /// ```swift
    /// print(Shape([2, 3]))  // [2, 3]
    /// ```
    public init(_ dims: [Int]) {
        self.init()
        for size in dims { append(size) }
    }

    /// A shape with these lengths.
    ///
    /// ```swift
    /// let shape: Shape = [2, 3]
    /// print(shape.elementCount)  // 6
    /// ```
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The number of dimensions.
    ///
    /// ```swift
    /// print(Shape([2, 3]).rank)  // 2
    /// ```
    public var rank: Int { Int(length) }

    /// The product of all lengths: how many elements a tensor of this shape has. That of a scalar's shape is 1. More
    /// than 2³¹ − 1 is an error.
    ///
    /// ```swift
    /// print(Shape([2, 3]).elementCount)  // 6
    /// ```
    public var elementCount: Int {
        var (product, isTooLarge) = (1, false)
        for axis in 0..<rank {
            let (next, overflow) = product.multipliedReportingOverflow(by: Int(self[unchecked: axis]))
            product = next
            isTooLarge = isTooLarge || overflow
        }
        if !isTooLarge && product <= Shape.maximumCount { return product }
        if contains(0) { return 0 }
        Shape.failCount(self)
    }

    /// Kernels and tables of indices hold positions of elements as 32-bit integers.
    private static let maximumCount = Int(Int32.max)

    /// The index of the first dimension: 0.
    public var startIndex: Int { 0 }
    /// The index after the last dimension: the rank.
    public var endIndex: Int { Int(length) }

    /// The length of a dimension. An axis counts from 0; negative ones are an error.
    ///
    /// ```swift
    /// var shape: Shape = [2, 3]
    /// shape[0] = 5
    /// print(shape)  // [5, 3]
    /// ```
    public subscript(axis: Int) -> Int {
        get {
            precondition(
                axis >= 0 && axis < rank, "Index out of range: a shape of rank \(rank) has no dimension \(axis)")
            return Int(self[unchecked: axis])
        }
        set {
            precondition(
                axis >= 0 && axis < rank, "Index out of range: a shape of rank \(rank) has no dimension \(axis)")
            self[unchecked: axis] = Shape.checked(newValue)
        }
    }

    @inline(__always)
    private subscript(unchecked axis: Int) -> Int32 {
        get { withUnsafeBytes(of: lengths) { $0.load(fromByteOffset: axis * 4, as: Int32.self) } }
        set {
            withUnsafeMutableBytes(of: &lengths) { $0.storeBytes(of: newValue, toByteOffset: axis * 4, as: Int32.self) }
        }
    }

    /// Calls the body with all ``maximumRank`` lengths, for C.
    func withLengths<R>(_ body: (UnsafePointer<Int32>) -> R) -> R {
        withUnsafeBytes(of: lengths) { body($0.baseAddress!.assumingMemoryBound(to: Int32.self)) }
    }

    /// Adds a dimension at the end. For other positions see ``inserting(_:at:)``.
    ///
    /// ```swift
    /// var shape: Shape = [2, 3]
    /// shape.append(4)
    /// print(shape)  // [2, 3, 4]
    /// ```
    public mutating func append(_ size: Int) {
        guard rank < Shape.maximumRank else {
            Failure.raise(
                ShapeError(
                    operation: "Shape", shapes: [self], message: "a tensor has at most \(Shape.maximumRank) dimensions",
                    hint: "merge some with reshaped(to:)"))
        }
        self[unchecked: rank] = Shape.checked(size)
        length += 1
    }

    /// The shape with a dimension of this length inserted before `axis`; at the rank, it becomes the last.
    ///
    /// ```swift
    /// print(Shape([2, 3]).inserting(1, at: 0))  // [1, 2, 3]
    /// ```
    public func inserting(_ size: Int, at axis: Int) -> Shape {
        var result = Shape(Array(self[0..<axis]))
        result.append(size)
        for later in axis..<rank { result.append(self[later]) }
        return result
    }

    /// The shape without the dimension `axis`.
    ///
    /// ```swift
    /// print(Shape([2, 3, 4]).removing(at: 1))  // [2, 4]
    /// ```
    public func removing(at axis: Int) -> Shape {
        var result = Shape()
        for other in 0..<rank where other != axis { result.append(self[other]) }
        return result
    }

    @inline(never)
    private static func failCount(_ shape: Shape) -> Never {
        Failure.raise(
            ShapeError(
                operation: "Shape", shapes: [shape],
                message: "\(shape) has too many elements: a tensor holds up to \(maximumCount)",
                hint: "check the lengths, or work in batches"))
    }

    static func checked(_ size: Int) -> Int32 {
        guard size >= 0, let value = Int32(exactly: size) else {
            Failure.raise(
                ShapeError(
                    operation: "Shape", shapes: [],
                    message: "a dimension's length must be from 0 to \(Int32.max), got \(size)",
                    hint: "check how the length is computed"))
        }
        return value
    }

    /// Whether all lengths agree.
    public static func == (a: Shape, b: Shape) -> Bool {
        a.length == b.length && a.lengths == b.lengths
    }

    /// Feeds the lengths to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(length)
        for axis in 0..<rank { hasher.combine(self[axis]) }
    }

    /// The lengths in brackets: `[64, 28, 28, 1]`.
    public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}

extension Shape {
    /// The axis counted from the first; a negative one counts from the last, as in NumPy.
    package func axis(_ axis: Int, in operation: StaticString) -> Int {
        let resolved = axis < 0 ? axis + rank : axis
        guard resolved >= 0 && resolved < rank else {
            Failure.raise(
                ShapeError(
                    operation: "\(operation)", shapes: [self], message: "\(self) has no axis \(axis)",
                    hint: rank == 0
                        ? "a scalar has no axes" : "axes go from 0 to \(rank - 1), or from -\(rank) to -1"))
        }
        return resolved
    }

    /// The products of the lengths before and after an axis.
    package func around(_ axis: Int) -> (outer: Int, inner: Int) {
        var (outer, inner) = (1, 1)
        for i in 0..<axis { outer *= self[i] }
        for i in axis + 1..<rank { inner *= self[i] }
        return (outer, inner)
    }

    /// The distance in elements between neighbors along each axis, in row-major order.
    package var strides: InlineArray<8, Int> {
        var strides = InlineArray<8, Int>(repeating: 0)
        var step = 1
        for axis in stride(from: rank - 1, through: 0, by: -1) {
            strides[axis] = step
            step *= self[axis]
        }
        return strides
    }

    /// The shape to which two shapes broadcast, or nil: lengths are compared from the last, and a 1 is repeated.
    package func broadcast(with other: Shape) -> Shape? {
        let (long, short) = rank >= other.rank ? (self, other) : (other, self)
        var result = long
        let lead = long.rank - short.rank
        for axis in 0..<short.rank {
            let (a, b) = (long[lead + axis], short[axis])
            if a == b || b == 1 { continue }
            guard a == 1 else { return nil }
            result[lead + axis] = b
        }
        return result
    }
}
