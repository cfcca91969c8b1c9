// Tensors from nested arrays. Literals are read as `[[Double]]` and its like, of two to four dimensions: overloads of
// their own, so that `1` and `0.5` mix and the compiler has little to search. The generic initializer takes the rest.
extension Tensor {
    /// A matrix, row by row, as float32 unless `dtype` says otherwise.
    ///
    /// The element type follows the array's: `Double` and `Float` give float32, `Int` gives int32. Of literals, a flat
    /// one of integers is int32 (`Tensor([1, 2])`, class labels), and every other one float32 (`Tensor([[1, 2]])`).
    ///
    /// ```swift
    /// let x = Tensor([[0, 0], [0, 1], [1, 0], [1, 0.5]])
    /// print(x.shape, x.dtype)  // [4, 2] float32
    /// ```
    public init(_ rows: [[Double]], dtype: DType = .float32) { self.init(nested: rows, dtype: dtype) }

    /// A tensor of three dimensions from nested arrays, as float32 unless `dtype` says otherwise. For the rules of
    /// element types see ``init(_:dtype:)-([[Double]],DType)``.
    ///
    /// ```swift
    /// print(Tensor([[[1, 2], [3, 4]]]).shape)  // [1, 2, 2]
    /// ```
    public init(_ rows: [[[Double]]], dtype: DType = .float32) { self.init(nested: rows, dtype: dtype) }

    /// A tensor of four dimensions from nested arrays, as float32 unless `dtype` says otherwise. For the rules of
    /// element types see ``init(_:dtype:)-([[Double]],DType)``.
    ///
    /// ```swift
    /// print(Tensor([[[[1, 2], [3, 4]]]]).shape)  // [1, 1, 2, 2]
    /// ```
    public init(_ rows: [[[[Double]]]], dtype: DType = .float32) { self.init(nested: rows, dtype: dtype) }

    /// A tensor from nested arrays of any depth. Its element type is that of a flat array of the same elements: float32
    /// for `Double` and `Float`, int32 for `Int`, unless `dtype` says otherwise.
    ///
    /// ```swift
    /// let labels: [[Int]] = [[1, 2], [3, 4]]
    /// print(Tensor(labels).dtype)  // int32
    /// ```
    @_disfavoredOverload
    public init<Row: NestedElement>(_ rows: [[Row]], dtype: DType? = nil) { self.init(nested: rows, dtype: dtype) }

    /// What no other initializer takes: without this the compiler only says that it cannot say what is wrong.
    @_disfavoredOverload
    @available(
        *, unavailable,
        message: "a tensor's elements must be numbers or Bool, all of one type, and all equally deep in nested arrays"
    )
    public init<Element>(_ elements: [Element], dtype: DType? = nil) { self.init(0) }

    private init<Row: NestedElement>(nested rows: [[Row]], dtype: DType?) {
        var array = NestedArray<Row.Scalar>()
        [Row].read(rows, into: &array)
        // What lies within an array of length 0 has length 0 as well.
        let missing = Row.depth + 2 - array.shape.count
        let shape = Shape(array.shape + Array(repeating: 0, count: missing))
        self = Row.Scalar.tensor(array.scalars, shape: shape, dtype: dtype)
    }
}

/// What an array may hold to become a tensor: numbers, truth values, and arrays of these.
public protocol NestedElement {
    /// The type of the innermost elements.
    associatedtype Scalar: TensorScalar
    /// How many arrays deep the innermost elements lie.
    static var depth: Int { get }
    /// Reads an array of these.
    static func read(_ elements: [Self], into array: inout NestedArray<Scalar>)
}

/// A type of innermost elements: `Double`, `Float`, `Int`, `Int32`, `Int64`, `UInt8` or `Bool`.
public protocol TensorScalar: NestedElement where Scalar == Self {
    /// A tensor of these elements, of the type that a flat array of them makes unless `dtype` says otherwise.
    static func tensor(_ scalars: [Self], shape: Shape, dtype: DType?) -> Tensor
}

extension Array: NestedElement where Element: NestedElement {
    /// The type of the innermost elements.
    public typealias Scalar = Element.Scalar
    /// One more than that of the elements.
    public static var depth: Int { Element.depth + 1 }
    /// Reads an array of arrays, one after the other.
    public static func read(_ elements: [Self], into array: inout NestedArray<Scalar>) {
        array.enter(elements.count)
        for (index, element) in elements.enumerated() {
            array.within(index) { Element.read(element, into: &$0) }
        }
    }
}

extension TensorScalar {
    /// 0: an innermost element.
    public static var depth: Int { 0 }
    /// Reads an innermost array.
    public static func read(_ elements: [Self], into array: inout NestedArray<Self>) {
        array.enter(elements.count)
        array.scalars += elements
    }
}

/// A nested array's elements in row-major order, and its shape, as far as it has been read.
public struct NestedArray<Scalar> {
    var scalars: [Scalar] = []
    var shape: [Int] = []
    /// The index, in each dimension, of the array that is being read.
    private var path: [Int] = []
    /// Whether `shape` is complete: an innermost element was read.
    private var isComplete = false

    init() {}

    /// Begins an array of so many elements.
    mutating func enter(_ count: Int) {
        if path.count == shape.count && !isComplete { return shape.append(count) }
        guard path.count < shape.count else {
            fail("element \(Self.name(path)) is an array, but others beside it are numbers")
        }
        guard count == shape[path.count] else {
            fail(
                "row \(Self.name(path)) has \(Self.elements(count)), "
                    + "but row \(Self.name(path.map { _ in 0 })) has \(shape[path.count])"
            )
        }
    }

    /// Reads the element with this index of the present array.
    mutating func within(_ index: Int, _ read: (inout Self) -> Void) {
        path.append(index)
        read(&self)
        path.removeLast()
    }

    /// Reads an innermost element of an array whose depth is only known now.
    mutating func append(_ scalar: Scalar) {
        guard path.count == shape.count else {
            fail("element \(Self.name(path)) is a number, but others beside it are arrays")
        }
        isComplete = true
        scalars.append(scalar)
    }

    private func fail(_ what: String) -> Never {
        Failure.raise(
            ShapeError(
                operation: "Tensor", message: what,
                hint: "give all rows the same length"))
    }

    private static func name(_ path: [Int]) -> String { path.count == 1 ? "\(path[0])" : "\(path)" }
    private static func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }
}

extension Double: TensorScalar {
    /// A tensor of float32 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Double], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape, dtype: dtype ?? .float32)
    }
}
extension Int: TensorScalar {
    /// A tensor of int32 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Int], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape, dtype: dtype ?? .int32)
    }
}
extension Float: TensorScalar {
    /// A tensor of float32 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Float], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape).converted(to: dtype ?? .float32)
    }
}
extension Int32: TensorScalar {
    /// A tensor of int32 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Int32], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape).converted(to: dtype ?? .int32)
    }
}
extension Int64: TensorScalar {
    /// A tensor of int64 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Int64], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape).converted(to: dtype ?? .int64)
    }
}
extension UInt8: TensorScalar {
    /// A tensor of uint8 unless `dtype` says otherwise.
    public static func tensor(_ scalars: [UInt8], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape).converted(to: dtype ?? .uint8)
    }
}
extension Bool: TensorScalar {
    /// A tensor of truth values unless `dtype` says otherwise.
    public static func tensor(_ scalars: [Bool], shape: Shape, dtype: DType?) -> Tensor {
        Tensor(scalars, shape: shape).converted(to: dtype ?? .bool)
    }
}

extension Tensor: ExpressibleByArrayLiteral {
    /// A tensor of float32 from a literal of numbers or rows, nested to any depth: `[[1, 2], [3, 4.5]]` is a matrix.
    ///
    /// ```swift
    /// let x: Tensor = [[1, 2], [3, 4.5]]
    /// print(x.shape, x.dtype)  // [2, 2] float32
    /// ```
    public init(arrayLiteral elements: Literal...) {
        var array = NestedArray<Double>()
        Literal.read(elements, into: &array)
        self.init(array.scalars, shape: Shape(array.shape))
    }

    /// What stands between the brackets of a literal: a number or a row. (A tensor is no number literal itself: `2 * x`
    /// could then be read in two ways, and long formulas would take the compiler exponentially long.)
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

        fileprivate static func read(_ elements: [Literal], into array: inout NestedArray<Double>) {
            array.enter(elements.count)
            for (index, element) in elements.enumerated() {
                array.within(index) {
                    switch element {
                    case .number(let value): $0.append(value)
                    case .rows(let rows): read(rows, into: &$0)
                    }
                }
            }
        }
    }
}
