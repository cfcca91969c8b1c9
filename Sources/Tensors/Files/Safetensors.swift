internal import FoundationEssentials

/// The error of a safetensors file that cannot be read or written.
public struct SafetensorsError: Error, CustomStringConvertible {
    /// The path of the file.
    public let path: String
    /// What is wrong with it.
    public let message: String

    /// `SafetensorsError in lenet.safetensors: …`.
    public var description: String { "SafetensorsError in \(path): \(message)" }
}

/// Named tensors in a file of the safetensors format, as PyTorch, Keras and others read and write it: eight bytes with
/// the length of a header, the header (JSON: the type, shape and byte range of each tensor), and the elements.
///
/// ```swift
/// try Safetensors.save(["w": Tensor.ones([3, 2])], to: "layer.safetensors", metadata: ["epoch": "5"])
/// print(try Safetensors.load(from: "layer.safetensors")["w"]!.shape)  // [3, 2]
/// print(try Safetensors.metadata(of: "layer.safetensors"))            // ["epoch": "5"]
/// ```
/// Numbers of types that tensors do not have become those of the next wider one: half precision (`F16`, `BF16`,
/// `F8_E4M3`, `F8_E5M2`) float32, small integers int32. For arrays to be read in NumPy use ``NumPyFile``.
public enum Safetensors {
    private struct Entry: Codable {
        var dtype: String
        var shape: [Int]
        var dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    private static let metadataKey = "__metadata__"

    /// Writes tensors, and texts that describe them, to a file, which replaces an earlier one only when complete. See
    /// ``Safetensors`` for an example.
    public static func save(_ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:]) throws {
        // By element size, the largest first, then by name: every tensor begins at a multiple of its element size.
        let ordered = tensors.sorted { ($1.value.dtype.size, $0.key) < ($0.value.dtype.size, $1.key) }
        var offset = 0
        var fields: [String] = []
        if !metadata.isEmpty { fields.append("\(try json(metadataKey)):\(try json(metadata))") }
        for (name, tensor) in ordered {
            let size = tensor.count * tensor.dtype.size
            let code = FileElement(tensor.dtype).rawValue
            let entry = Entry(dtype: code, shape: Array(tensor.shape), dataOffsets: [offset, offset + size])
            fields.append("\(try json(name)):\(try json(entry))")
            offset += size
        }
        var header = Array("{\(fields.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }

        var parts = [UnsafeRawBufferPointer]()
        var length = UInt64(header.count).littleEndian
        try withUnsafeBytes(of: &length) { lengthBytes in
            try header.withUnsafeBytes { headerBytes in
                parts = [lengthBytes, headerBytes]
                try withExtendedLifetime(ordered) {
                    parts += ordered.map(\.value.storage.contents)
                    do throws(WholeFile.Failure) {
                        try WholeFile.write(parts, to: path)
                    } catch {
                        throw SafetensorsError(path: path, message: "cannot be written: \(error.message)")
                    }
                }
            }
        }
    }

    /// Reads all tensors of a file, by name.
    public static func load(from path: String) throws -> [String: Tensor] {
        try read(path) { bytes, entries in
            try entries.mapValues { entry in try tensor(entry, bytes, path) }
        }
    }

    /// The texts in a file's header that describe it: the entry `__metadata__`.
    public static func metadata(of path: String) throws -> [String: String] {
        try header(of: contents(path), path).metadata
    }

    // MARK: Reading

    private static func read<R>(
        _ path: String, _ body: (_ bytes: UnsafeRawBufferPointer, _ entries: [String: Entry]) throws -> R
    ) throws -> R {
        let data = try contents(path)
        let header = try header(of: data, path)
        return try data.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[(8 + header.length)...]), header.entries)
        }
    }

    private static func contents(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SafetensorsError(path: path, message: "cannot be read; check the path and its permissions")
        }
    }

    private static func header(
        of data: Data, _ path: String
    ) throws -> (length: Int, entries: [String: Entry], metadata: [String: String]) {
        guard data.count >= 8 else {
            throw SafetensorsError(
                path: path, message: "has \(data.count) bytes, too few for a header; the file is truncated")
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(data.count - 8) else {
            throw SafetensorsError(
                path: path,
                message:
                    "its header should have \(length) bytes, but only \(data.count - 8) follow; it is truncated or no safetensors file"
            )
        }
        let text = data[data.startIndex + 8..<data.startIndex + 8 + Int(length)]
        do {
            let decoded = try JSONDecoder().decode([String: Field].self, from: text)
            var entries: [String: Entry] = [:]
            var metadata: [String: String] = [:]
            for (name, field) in decoded {
                switch field {
                case .entry(let entry): entries[name] = entry
                case .metadata(let texts): metadata = texts
                }
            }
            return (Int(length), entries, metadata)
        } catch {
            throw SafetensorsError(
                path: path, message: "its header is no valid list of tensors; the file is damaged or of another format")
        }
    }

    private enum Field: Decodable {
        case entry(Entry)
        case metadata([String: String])

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == metadataKey {
                self = .metadata(try [String: String](from: decoder))
            } else {
                self = .entry(try Entry(from: decoder))
            }
        }
    }

    private static func tensor(_ entry: Entry, _ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Tensor {
        guard let element = FileElement(rawValue: entry.dtype) else {
            throw SafetensorsError(
                path: path,
                message: "has elements of type \(entry.dtype); readable are "
                    + FileElement.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var size = element.size
        for length in entry.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard length >= 0, length <= Int(Int32.max), !overflow, product / element.size <= Int(Int32.max),
                entry.shape.count <= Shape.maximumRank
            else {
                throw SafetensorsError(path: path, message: "a tensor's shape \(entry.shape) is not possible")
            }
            size = product
        }
        guard entry.dataOffsets.count == 2, let start = entry.dataOffsets.first, let end = entry.dataOffsets.last,
            start >= 0,
            start <= end, end - start == size
        else {
            throw SafetensorsError(
                path: path,
                message: "a tensor of shape \(entry.shape) needs \(size) bytes, but its place is \(entry.dataOffsets)")
        }
        guard end <= bytes.count else {
            throw SafetensorsError(
                path: path,
                message: "ends after \(bytes.count) bytes of data, a tensor needs \(end); the file is truncated")
        }
        guard
            let tensor = element.tensor(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), Shape(entry.shape))
        else { throw SafetensorsError(path: path, message: "has integers beyond the 64 bits with sign of int64") }
        return tensor
    }

    // MARK: Writing

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
