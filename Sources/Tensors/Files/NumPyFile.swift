internal import FoundationEssentials

/// The error of a NumPy file that cannot be read or written.
public struct NumPyFileError: Error, CustomStringConvertible {
    /// The path of the file.
    public let path: String
    /// What is wrong with it.
    public let message: String

    /// `NumPyFileError in weights.npz: …`.
    public var description: String { "NumPyFileError in \(path): \(message)" }
}

/// Tensors in NumPy's files: an `.npy` file contains one, an `.npz` file several by name. `numpy.load` reads them;
/// `numpy.save`, `numpy.savez` and `numpy.savez_compressed` write them.
///
/// ```swift
/// try NumPyFile.save(Tensor([1, 2, 3]), to: "x.npy")
/// let x = try NumPyFile.load(from: "x.npy")  // [1, 2, 3]
/// ```
/// For the weights of networks, and for archives of more than 4 GiB, use ``Safetensors``.
public enum NumPyFile {
    /// Reads a tensor from an `.npy` file, of the shape of the array. An element type that tensors do not have becomes
    /// the next wider one: float16 becomes float32, uint64 int64 if all elements are within it.
    public static func load(from path: String) throws -> Tensor { try NumPyArray.tensor(bytes(of: path), path) }

    /// Writes a tensor to an `.npy` file, which replaces an earlier one only when complete. See ``NumPyFile`` for an
    /// example, and ``saveArchive(_:to:)`` for several tensors.
    public static func save(_ tensor: Tensor, to path: String) throws {
        try write([NumPyArray.header(tensor), Array(tensor.storage.contents)], to: path)
    }

    /// Reads the tensors of an `.npz` file, by name. See ``saveArchive(_:to:)`` for an example.
    public static func loadArchive(from path: String) throws -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (name, contents) in try ZipArchive.members(of: bytes(of: path), path) where name.hasSuffix(".npy") {
            tensors[String(name.dropLast(4))] = try NumPyArray.tensor(contents, "\(path), \(name)")
        }
        return tensors
    }

    /// Writes tensors to an `.npz` file, uncompressed, which replaces an earlier one only when complete.
    ///
    /// ```swift
    /// try NumPyFile.saveArchive(["w": Tensor.ones([3, 2]), "b": Tensor.zeros([2])], to: "layer.npz")
    /// print(try NumPyFile.loadArchive(from: "layer.npz")["w"]!.shape)  // [3, 2]
    /// ```
    /// For one tensor use ``save(_:to:)``.
    public static func saveArchive(_ tensors: [String: Tensor], to path: String) throws {
        let members = tensors.sorted { $0.key < $1.key }.map {
            ($0.key + ".npy", NumPyArray.header($0.value) + Array($0.value.storage.contents))
        }
        try write([ZipArchive.archive(members, path)], to: path)
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw NumPyFileError(path: path, message: "cannot be read; check the path and its permissions")
        }
    }

    private static func write(_ parts: [[UInt8]], to path: String) throws {
        func write(_ rest: ArraySlice<[UInt8]>, _ pointers: [UnsafeRawBufferPointer]) throws {
            guard let first = rest.first else {
                do throws(WholeFile.Failure) {
                    return try WholeFile.write(pointers, to: path)
                } catch {
                    throw NumPyFileError(path: path, message: "cannot be written: \(error.message)")
                }
            }
            try first.withUnsafeBytes { try write(rest.dropFirst(), pointers + [$0]) }
        }
        try write(parts[...], [])
    }
}

/// The contents of an `.npy` file: a magic string, the length of a header, the header (a Python dictionary), and the
/// elements.
enum NumPyArray {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    static func header(_ tensor: Tensor) -> [UInt8] {
        let element = FileElement(tensor.dtype), code = (element.size > 1 ? "<" : "|") + (element.numPyCode ?? "")
        let sizes = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.rank == 1 ? "," : "")
        var text = Array("{'descr': '\(code)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
        // Space for a first length of 21 digits, as in NumPy's own files; the elements begin at a multiple of 64 bytes.
        if let first = tensor.shape.first {
            text += Array(repeating: UInt8(ascii: " "), count: 21 - String(first).count)
        }
        while (magic.count + 4 + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
        text.append(UInt8(ascii: "\n"))
        return magic + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
    }

    static func tensor(_ bytes: [UInt8], _ path: String) throws -> Tensor {
        func fail(_ message: String) -> NumPyFileError { NumPyFileError(path: path, message: message) }
        guard bytes.count >= 10, Array(bytes[0..<6]) == magic else {
            throw fail("does not begin like an .npy file; it is of another format or cut off")
        }
        let wide = bytes[6] > 1, start = wide ? 12 : 10
        guard bytes.count >= start else { throw fail("is cut off within its header") }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= start + length else { throw fail("is cut off within its header") }
        let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
        guard let code = header.firstMatch(of: /'descr': *'([^']*)'/)?.output.1,
            let order = header.firstMatch(of: /'fortran_order': *(True|False)/)?.output.1,
            let sizes = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.output.1
        else { throw fail("has a header that names no plain array: \(header.prefix(80))") }
        let lengths = sizes.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
        let (byteOrder, type) = (code.first, code.dropFirst())
        guard let byteOrder, "<>|=".contains(byteOrder),
            let element = FileElement.allCases.first(where: { $0.numPyCode == String(type) })
        else {
            throw fail("has elements of type \(code); convert them in NumPy, to float32 for example, before saving")
        }
        var count = 1
        for size in lengths {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Int(Int32.max), size <= Int(Int32.max), lengths.count <= Shape.maximumRank
            else {
                throw fail("has a shape that is not possible: \(lengths)")
            }
            count = product
        }
        let available = (bytes.count - start - length) / element.size
        guard available >= count else {
            throw fail("has \(available) elements where its shape \(lengths) needs \(count)")
        }
        var elements = Array(bytes[(start + length)..<(start + length + count * element.size)])
        if byteOrder == ">" {
            for first in stride(from: 0, to: elements.count, by: element.size) {
                elements[first..<first + element.size].reverse()
            }
        }
        let isReversed = order == "True", shape = Shape(isReversed ? lengths.reversed() : lengths)
        guard let tensor = elements.withUnsafeBytes({ element.tensor($0, shape) }) else {
            throw fail("has integers beyond the 64 bits with sign of int64")
        }
        return isReversed ? tensor.transposed() : tensor
    }
}
