import CZlib
import Glibc

/// A file that is read from the start and unpacked on the way; files that are not packed are read as they are.
struct GzipFile: ~Copyable {
    let path: String
    private let file: gzFile

    init(path: String) throws(DatasetError) {
        guard let file = gzopen(path, "rb") else {
            throw DatasetError(
                file: path, message: "the file cannot be opened (\(String(cString: strerror(errno))))",
                hint: "Check its name and permissions.")
        }
        gzbuffer(file, 1 << 18)
        self.path = path
        self.file = file
    }

    deinit { gzclose(file) }

    /// Reads on until the buffer is full or the file ends; the number of bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        var position = 0
        while position < buffer.count {
            let wanted = UInt32(min(buffer.count - position, 1 << 30))
            let count = gzread(file, buffer.baseAddress! + position, wanted)
            var code: Int32 = 0
            let message = gzerror(file, &code)
            // A cut-off file ends like a whole one, except for this code.
            guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
                let isCut = code == Z_BUF_ERROR
                throw DatasetError(
                    file: path,
                    message: isCut
                        ? "the gzip file is cut off after \(position + Int(max(count, 0))) unpacked bytes of this part, where \(buffer.count) were expected"
                        : "the gzip file is broken (\(message.map { String(cString: $0) } ?? "zlib error \(code)"))",
                    hint: "Install or download it again.")
            }
            if count == 0 { break }
            position += Int(count)
        }
        return position
    }
}
