internal import CKernels

/// The type of a tensor's elements.
///
/// ```swift
/// let x = Tensor([1.5, 2])
/// print(x.dtype, x.dtype.size, x.converted(to: .int64).dtype)  // float32 4 int64
/// ```
public enum DType: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Single precision: the default, and the type of network parameters.
    case float32
    /// Double precision: for gradient checks and accurate sums.
    case float64
    /// 32-bit integers: class labels, indices.
    case int32
    /// 64-bit integers: sums of integers, and what other programs count with.
    case int64
    /// Bytes: the pixels of stored images.
    case uint8
    /// Truth values: the results of comparisons.
    case bool

    /// The number of bytes of an element.
    ///
    /// ```swift
    /// print(DType.float32.size, DType.uint8.size)  // 4 1
    /// ```
    public var size: Int {
        switch self {
        case .float32, .int32: 4
        case .float64, .int64: 8
        case .uint8, .bool: 1
        }
    }

    /// Whether elements are floating-point numbers, so that gradients exist.
    ///
    /// ```swift
    /// print(DType.float64.isFloatingPoint, DType.int32.isFloatingPoint)  // true false
    /// ```
    @inline(__always)
    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// The type's name: `float32`.
    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .bool: "bool"
        }
    }

    /// The type of the result of two operands: the wider floating-point type, else int64 if either is, else int32.
    package static func promoted(_ a: DType, _ b: DType) -> DType {
        if a == .float64 || b == .float64 { return .float64 }
        if a == .float32 || b == .float32 { return .float32 }
        return a == .int64 || b == .int64 ? .int64 : .int32
    }

    var code: CKType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uInt8
        case .bool: .bool
        }
    }
}
