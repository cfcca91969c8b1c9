package import Tensors

/// Reads files in IDX, the format of MNIST and of the data sets modelled on it: a magic number, the sizes of the
/// dimensions, the elements.
///
/// The magic number is two zero bytes, a byte for the element type (8 for unsigned bytes) and a byte for the number of
/// dimensions; sizes have four bytes, the most significant first.
package enum IDXFile {
    /// Larger files are refused: a damaged header can claim any size.
    private static let greatestCount = 1 << 31

    /// Reads an IDX file of bytes, compressed with gzip or not, as a tensor of type `uint8`.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - dimensions: The number of dimensions that the file must have.
    /// - Throws: ``DatasetError`` with what was expected and what was found.
    package static func read(_ path: String, dimensions: Int) throws(DatasetError) -> Tensor {
        let file = try GzipFile(path: path)
        let magic = try bytes(4, of: file, what: "magic number")
        let expected: [UInt8] = [0, 0, 8, UInt8(dimensions)]
        guard magic == expected else {
            throw DatasetError(
                file: path,
                message:
                    "an IDX file of bytes in \(dimensions) dimensions must begin with \(expected), got \(magic)",
                hint: "Is this another kind of file? Otherwise install or download it again.")
        }
        var sizes: [Int] = []
        for axis in 0..<dimensions {
            sizes.append(try bytes(4, of: file, what: "size of dimension \(axis)").reduce(0) { $0 << 8 | Int($1) })
        }
        let count = sizes.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 * $1 }
        guard count <= greatestCount else {
            throw DatasetError(
                file: path, message: "the header must have at most \(greatestCount) elements, got sizes \(sizes)",
                hint: "Install or download it again.")
        }
        let elements = try bytes(count, of: file, what: "elements of \(sizes)")
        // Reading past the end also verifies the checksum of the gzip file.
        guard try read(1, of: file).isEmpty else {
            throw DatasetError(
                file: path,
                message: "the file has more bytes than the \(count) elements of its header's sizes \(sizes)",
                hint: "Install or download it again.")
        }
        return Tensor(elements, shape: Shape(sizes))
    }

    private static func bytes(_ count: Int, of file: borrowing GzipFile, what: String) throws(DatasetError) -> [UInt8] {
        let found = try read(count, of: file)
        guard found.count == count else {
            throw DatasetError(
                file: file.path,
                message: "the file ends in its \(what): expected \(count) bytes, got \(found.count)",
                hint: "Install or download it again.")
        }
        return found
    }

    private static func read(_ count: Int, of file: borrowing GzipFile) throws(DatasetError) -> [UInt8] {
        var failure: DatasetError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(DatasetError) {
                filled = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
