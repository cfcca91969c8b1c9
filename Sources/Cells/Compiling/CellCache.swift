import Foundation
import Glibc
import Synchronization
import WorkerProtocol

/// Compiled cells that outlive their session, by the key of what they were compiled from.
///
/// Each is one file, written atomically, since several kernels share the folder. A damaged file counts as missing, and
/// so does a folder that cannot be written.
package final class CellCache: Sendable {
    /// The files of a compiled cell.
    struct Artifacts: Equatable {
        /// The `.swiftmodule`.
        var module: Data
        /// The `.swiftdoc` with the documentation comments.
        var documentation: Data
        /// The shared object.
        var object: Data
        /// What the compiler remarks on the source.
        var notes: [WorkerNote] = []
    }

    /// The cache's folder, which only the user can access.
    package let folder: String
    /// Its greatest size, in bytes.
    private let capacity: Int
    /// The number of bytes stored since it was last tidied.
    private let growth = Mutex(0)

    /// A cache in a folder, which is created if necessary.
    ///
    /// - Parameter capacity: Its greatest size, in bytes; beyond that, the least recently used cells are removed.
    package init?(folder: String, capacity: Int = 256 << 20) {
        self.folder = folder
        self.capacity = capacity
        let parent = (folder as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        mkdir(folder, 0o700)
        // Whoever can write here can make the user run anything.
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { return nil }
    }

    /// The user's cache, in `$XDG_CACHE_HOME/swiftlet/cells`; `nil` if it cannot be created.
    package static func user() -> CellCache? {
        CacheFolder.named("cells").flatMap { CellCache(folder: $0) }
    }

    /// The cell of a key.
    func artifacts(for key: ContentKey) -> Artifacts? {
        let path = path(of: key)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let artifacts = Entry.read(data) else {
            unlink(path)
            return nil
        }
        // Mark it as recently used.
        utimensat(AT_FDCWD, path, nil, 0)
        return artifacts
    }

    /// Stores a compiled cell, if there is space on the disk.
    func store(_ artifacts: Artifacts, for key: ContentKey) {
        let data = Entry.write(artifacts)
        let temporary = "\(folder)/\(getpid())-\(key).new"
        guard FileManager.default.createFile(atPath: temporary, contents: data, attributes: [.posixPermissions: 0o600]),
            rename(temporary, path(of: key)) == 0
        else {
            unlink(temporary)
            return
        }
        let isDue = growth.withLock { growth in
            growth += data.count
            return growth > capacity / 16
        }
        if isDue { tidy() }
    }

    private func path(of key: ContentKey) -> String { "\(folder)/\(key)" }

    // MARK: Size

    private struct File {
        var path: String
        var bytes: Int
        var lastUse: Date
    }

    private func files() -> [File] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            let path = "\(folder)/\(name)"
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let bytes = attributes[.size] as? Int, let lastUse = attributes[.modificationDate] as? Date
            else { return nil }
            return File(path: path, bytes: bytes, lastUse: lastUse)
        }
    }

    /// The number of cells and of their bytes.
    package var size: (cells: Int, bytes: Int) {
        let files = files()
        return (files.count, files.reduce(0) { $0 + $1.bytes })
    }

    /// Removes the least recently used cells until the rest fits, and unfinished files of kernels that were killed.
    package func tidy() {
        growth.withLock { $0 = 0 }
        let files = files().sorted { $0.lastUse < $1.lastUse }
        var excess = files.reduce(0) { $0 + $1.bytes } - capacity
        for file in files {
            if excess > 0 || file.path.hasSuffix(".new") && file.lastUse.timeIntervalSinceNow < -3600 {
                unlink(file.path)
                excess -= file.bytes
            }
        }
    }
}

/// The file of one cell: a checksum, then module, documentation, object and notes, each after its size.
private enum Entry {
    static func write(_ artifacts: CellCache.Artifacts) -> Data {
        var body = Data()
        let notes = (try? JSONEncoder().encode(artifacts.notes)) ?? Data()
        for part in [artifacts.module, artifacts.documentation, artifacts.object, notes] {
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { body.append(contentsOf: $0) }
            body += part
        }
        return Data(ContentKey(of: body).description.utf8) + body
    }

    static func read(_ data: Data) -> CellCache.Artifacts? {
        let checksum = data.prefix(64)
        var rest = data.dropFirst(64)
        guard Data(ContentKey(of: rest).description.utf8) == checksum else { return nil }
        var parts: [Data] = []
        while rest.count >= 8 {
            let count = rest.prefix(8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
            guard count <= rest.count - 8 else { return nil }
            parts.append(rest.dropFirst(8).prefix(Int(count)))
            rest = rest.dropFirst(8 + Int(count))
        }
        guard parts.count == 4, rest.isEmpty,
            let notes = try? JSONDecoder().decode([WorkerNote].self, from: parts[3])
        else { return nil }
        return .init(module: parts[0], documentation: parts[1], object: parts[2], notes: notes)
    }
}

/// The folders of the user's caches.
package enum CacheFolder {
    /// The path of a cache; `nil` for a user without a home folder.
    package static func named(_ name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        // The XDG standard says to ignore relative paths.
        let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (named ?? environment["HOME"].map { $0 + "/.cache" }).map { "\($0)/swiftlet/\(name)" }
    }
}
