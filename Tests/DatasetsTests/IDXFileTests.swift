import CZlib
import Datasets
import Foundation
import Tensors
import Testing

/// A folder for one test's files, removed at its end.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "swiftlet-datasets-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, packed as gzip or as it is, and returns its path.
    func write(_ name: String, _ bytes: [UInt8], isPacked: Bool = true) throws -> String {
        let file = path + "/" + name
        if isPacked {
            let handle = gzopen(file, "wb")
            #expect(gzwrite(handle, bytes, UInt32(bytes.count)) == Int32(bytes.count))
            gzclose(handle)
        } else {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
        }
        return file
    }
}

@Suite struct IDXFileTests {
    /// Two images of 2×3 pixels.
    static let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(1...12)
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [true, false]) func elementsAreReadInOrder(isPacked: Bool) throws {
        let tensor = try IDXFile.read(folder.write("images.gz", Self.images, isPacked: isPacked), dimensions: 3)
        #expect(tensor.shape == [2, 2, 3])
        #expect(tensor.dtype == .uint8)
        #expect(tensor.ints == Array(1...12))
    }

    /// Damaged files, and a part of the error's text for each.
    static let brokenFiles: [(bytes: [UInt8], message: String)] = [
        ([], "magic number: expected 4 bytes, got 0"),
        (
            [0, 0, 8, 1, 0, 0, 0, 2],
            "an IDX file of bytes in 3 dimensions must begin with [0, 0, 8, 3], got [0, 0, 8, 1]"
        ),
        (Array("<html>not found</html>".utf8), "must begin with [0, 0, 8, 3], got [60, 104, 116, 109]"),
        (Array(images.prefix(10)), "size of dimension 1: expected 4 bytes, got 2"),
        (Array(images.dropLast(5)), "elements of [2, 2, 3]: expected 12 bytes, got 7"),
        (images + [13], "more bytes than the 12 elements of its header's sizes [2, 2, 3]"),
        (
            [0, 0, 8, 3] + Array(repeating: 255, count: 12),
            "at most 2147483648 elements, got sizes [4294967295, 4294967295, 4294967295]"
        ),
    ]

    @Test(arguments: brokenFiles) func aBrokenFileIsNamedWithWhatWasExpectedAndFound(
        bytes: [UInt8], message: String
    ) throws {
        let file = try folder.write("images.gz", bytes)
        #expect {
            try IDXFile.read(file, dimensions: 3)
        } throws: {
            "\($0)".hasPrefix(file) && "\($0)".contains(message)
        }
    }

    @Test func aCutOffGzipFileIsAnErrorWhereverItIsCut() throws {
        // Incompressible, so that cuts fall into the data, too.
        let noise = (0..<2000).map { _ in UInt8.random(in: 0...255) }
        let whole = try folder.write("whole.gz", [0, 0, 8, 1, 0, 0, 7, 208] + noise)
        let packed = try Array(Data(contentsOf: URL(fileURLWithPath: whole)))
        for length in stride(from: 3, to: packed.count, by: 37) {
            let cut = try folder.write("cut.gz", Array(packed.prefix(length)), isPacked: false)
            #expect(throws: DatasetError.self, "cut to \(length) bytes") { try IDXFile.read(cut, dimensions: 1) }
        }
    }

    @Test func aDamagedGzipFileFailsItsChecksum() throws {
        let file = try folder.write("images.gz", Self.images)
        var packed = try Array(Data(contentsOf: URL(fileURLWithPath: file)))
        packed[packed.count - 6] ^= 1
        let damaged = try folder.write("damaged.gz", packed, isPacked: false)
        #expect { try IDXFile.read(damaged, dimensions: 3) } throws: { "\($0)".contains("the gzip file is damaged") }
    }
}
