internal import Glibc

/// Files that are replaced atomically: if writing fails, an earlier file stays unchanged.
enum WholeFile {
    /// The system's description of an error.
    struct Failure: Error {
        let message: String

        fileprivate static var last: Failure { Failure(message: String(cString: strerror(errno))) }
    }

    /// Writes the parts, in order, to a temporary file in the same folder, which is renamed when complete.
    static func write(_ parts: [UnsafeRawBufferPointer], to path: String) throws(Failure) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).part"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
            throw errno == ENOENT ? Failure(message: "the folder \(folder) does not exist; create it first") : .last
        }
        do throws(Failure) {
            defer { close(file) }
            for part in parts { try write(part, to: file) }
            guard fsync(file) == 0 else { throw Failure.last }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = Failure.last
            unlink(temporary)
            throw error
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws(Failure) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(file, base, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .last }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
