/// The type of the elements in a file: one of ours, or one that is read as the next wider one.
enum FileElement: String, CaseIterable {
    // Named as in safetensors files.
    case float64 = "F64", float32 = "F32", float16 = "F16", brainFloat16 = "BF16"
    case float8WithFraction3 = "F8_E4M3", float8WithFraction2 = "F8_E5M2"
    case int64 = "I64", int32 = "I32", int16 = "I16", int8 = "I8"
    case uint64 = "U64", uint32 = "U32", uint16 = "U16", uint8 = "U8"
    case bool = "BOOL"

    /// NumPy's code without the byte order: `f4`. nil for the types that NumPy does not have.
    var numPyCode: String? {
        switch self {
        case .float64: "f8"
        case .float32: "f4"
        case .float16: "f2"
        case .int64: "i8"
        case .int32: "i4"
        case .int16: "i2"
        case .int8: "i1"
        case .uint64: "u8"
        case .uint32: "u4"
        case .uint16: "u2"
        case .uint8: "u1"
        case .bool: "b1"
        case .brainFloat16, .float8WithFraction3, .float8WithFraction2: nil
        }
    }

    /// The number of bytes of an element.
    var size: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .brainFloat16, .int16, .uint16: 2
        case .float8WithFraction3, .float8WithFraction2, .int8, .uint8, .bool: 1
        }
    }

    /// The type as which these elements are kept in files of ours.
    init(_ dtype: DType) {
        switch dtype {
        case .float32: self = .float32
        case .float64: self = .float64
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .bool: self = .bool
        }
    }

    /// The elements as a tensor; nil if one of them is beyond the integers that tensors have.
    func tensor(_ bytes: UnsafeRawBufferPointer, _ shape: Shape) -> Tensor? {
        func values<T: BitwiseCopyable, U>(_ type: T.Type, _ convert: (T) -> U) -> [U] {
            (0..<shape.elementCount).map { convert(bytes.loadUnaligned(fromByteOffset: $0 * size, as: T.self)) }
        }
        switch self {
        case .float64: return plain(bytes, .float64, shape)
        case .float32: return plain(bytes, .float32, shape)
        case .int64: return plain(bytes, .int64, shape)
        case .int32: return plain(bytes, .int32, shape)
        case .uint8: return plain(bytes, .uint8, shape)
        case .bool: return Tensor(values(UInt8.self) { $0 != 0 }, shape: shape)
        case .float16: return Tensor(values(Float16.self) { Float($0) }, shape: shape)
        case .brainFloat16:
            // The upper half of a float32.
            return Tensor(values(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }, shape: shape)
        case .float8WithFraction2:
            // The upper half of a float16.
            return Tensor(values(UInt8.self) { Float(Float16(bitPattern: UInt16($0) << 8)) }, shape: shape)
        case .float8WithFraction3: return Tensor(values(UInt8.self, Self.float), shape: shape)
        case .int16: return Tensor(values(Int16.self) { Int32($0) }, shape: shape)
        case .int8: return Tensor(values(Int8.self) { Int32($0) }, shape: shape)
        case .uint16: return Tensor(values(UInt16.self) { Int32($0) }, shape: shape)
        case .uint32: return Tensor(values(UInt32.self) { Int64($0) }, shape: shape)
        case .uint64:
            let found = values(UInt64.self) { Int64(exactly: $0) }, known = found.compactMap { $0 }
            return known.count == found.count ? Tensor(known, shape: shape) : nil
        }
    }

    private func plain(_ bytes: UnsafeRawBufferPointer, _ dtype: DType, _ shape: Shape) -> Tensor {
        let storage = Storage(count: shape.elementCount, dtype: dtype)
        if let start = bytes.baseAddress { storage.address.copyMemory(from: start, byteCount: storage.count * size) }
        return Tensor(storage: storage, shape: shape)
    }

    /// A number of 1 sign, 4 exponent and 3 fraction bits, which has no infinities (Micikevicius et al. 2022).
    private static func float(_ bits: UInt8) -> Float {
        let exponent = Int(bits >> 3 & 15), fraction = Float(bits & 7) / 8
        let magnitude =
            bits & 127 == 127
            ? Float.nan
            : exponent == 0
                ? Float(sign: .plus, exponent: -6, significand: fraction)
                : Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction)
        return bits & 128 == 0 ? magnitude : -magnitude
    }
}
