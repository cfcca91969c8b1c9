import CZlib
import Glibc

/// A file that is decompressed while it is read from start to end; files that are not compressed are read as they are.
struct GzipFile: ~Copyable {
    let path: String
    private let file: gzFile

    init(path: String) throws(DatasetError) {
        guard let file = gzopen(path, "rb") else {
            throw DatasetError(
                file: path, message: "the file cannot be opened (\(String(cString: strerror(errno))))",
                hint: "Check its path and permissions.")
        }
        gzbuffer(file, 1 << 18)
        self.path = path
        self.file = file
    }

    deinit { gzclose(file) }

    /// Reads until the buffer is full or the file ends, and returns the number of bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        var position = 0
        while position < buffer.count {
            let wanted = UInt32(min(buffer.count - position, 1 << 30))
            let count = gzread(file, buffer.baseAddress! + position, wanted)
            var code: Int32 = 0
            let message = gzerror(file, &code)
            // A truncated file ends like a complete one, except for this code.
            guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
                let isTruncated = code == Z_BUF_ERROR
                throw DatasetError(
                    file: path,
                    message: isTruncated
                        ? "the gzip file is truncated: expected \(buffer.count) more bytes, "
                            + "got \(position + Int(max(count, 0)))"
                        : "the gzip file is damaged (\(message.map { String(cString: $0) } ?? "zlib error \(code)"))",
                    hint: "Install or download it again.")
            }
            if count == 0 { break }
            position += Int(count)
        }
        return position
    }
}
