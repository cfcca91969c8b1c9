internal import CZlib

/// The container of `.npz` files: named members, uncompressed or deflated.
enum ZipArchive {
    private static let localHeader: UInt32 = 0x0403_4b50, centralHeader: UInt32 = 0x0201_4b50, end: UInt32 = 0x0605_4b50
    /// 1980-01-01 for every member, so that the same tensors give the same file.
    private static let date: UInt16 = 0x21

    /// An archive of these members, uncompressed.
    static func archive(_ members: [(name: String, contents: [UInt8])], _ path: String) throws -> [UInt8] {
        var file = Bytes(), directory = Bytes()
        for (name, contents) in members {
            let text = Array(name.utf8)
            guard contents.count < Int(UInt32.max), file.bytes.count + contents.count < Int(UInt32.max) else {
                throw NumPyFileError(
                    path: path, message: "would exceed the 4 GiB of a plain archive; use Safetensors for it")
            }
            let checksum = contents.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
            // Version 2.0, names in UTF-8, method 0.
            var common = Bytes()
            common.append(20 as UInt16, 0x800 as UInt16, 0 as UInt16, 0 as UInt16, date)
            common.append(checksum, UInt32(contents.count), UInt32(contents.count))
            common.append(UInt16(text.count), 0 as UInt16)
            let offset = UInt32(file.bytes.count)
            file.append(localHeader)
            file.bytes += common.bytes + text + contents
            directory.append(centralHeader)
            directory.append(20 as UInt16)
            directory.bytes += common.bytes
            directory.append(0 as UInt16, 0 as UInt16, 0 as UInt16)
            directory.append(0 as UInt32, offset)
            directory.bytes += text
        }
        let start = UInt32(file.bytes.count), size = UInt32(directory.bytes.count)
        file.bytes += directory.bytes
        file.append(end)
        file.append(0 as UInt16, 0 as UInt16, UInt16(members.count), UInt16(members.count))
        file.append(size, start)
        file.append(0 as UInt16)
        return file.bytes
    }

    /// The members of an archive, decompressed.
    static func members(of bytes: [UInt8], _ path: String) throws -> [(name: String, contents: [UInt8])] {
        func fail(_ message: String) -> NumPyFileError { NumPyFileError(path: path, message: message) }
        let file = Bytes(bytes: bytes)
        // The end record of the directory is last, followed only by a comment of at most 64 KiB.
        let last = bytes.count - 22
        guard last >= 0,
            let tail = (Swift.max(0, last - 65535)...last).reversed().first(where: { file.uint32($0) == end })
        else { throw fail("is no archive, or cut off: its directory is missing") }
        var place = Int(file.uint32(tail + 16)!)
        var members: [(String, [UInt8])] = []
        for _ in 0..<Int(file.uint16(tail + 10)!) {
            guard file.uint32(place) == centralHeader, let method = file.uint16(place + 10),
                let nameLength = file.uint16(place + 28), let extraLength = file.uint16(place + 30),
                let commentLength = file.uint16(place + 32), let checksum = file.uint32(place + 16),
                let name = file.slice(place + 46, Int(nameLength)),
                let extra = file.slice(place + 46 + Int(nameLength), Int(extraLength)),
                let sizes = wideSizes(
                    [file.uint32(place + 24)!, file.uint32(place + 20)!, file.uint32(place + 42)!],
                    Bytes(bytes: Array(extra)))
            else { throw fail("has a damaged directory") }
            let (size, packedSize, offset) = (sizes[0], sizes[1], sizes[2])
            let text = String(decoding: name, as: UTF8.self)
            guard file.uint32(offset) == localHeader, let ownName = file.uint16(offset + 26),
                let ownExtra = file.uint16(offset + 28),
                let packed = file.slice(offset + 30 + Int(ownName) + Int(ownExtra), packedSize)
            else { throw fail("is cut off within \(text)") }
            guard method == 0 || method == 8 else { throw fail("has \(text) packed in an unknown way (\(method))") }
            guard let contents = method == 0 ? Array(packed) : inflated(packed, size), contents.count == size,
                contents.withUnsafeBufferPointer({ UInt32(crc32_z(0, $0.baseAddress, $0.count)) }) == checksum
            else { throw fail("is damaged within \(text)") }
            members.append((text, contents))
            place += 46 + Int(nameLength) + Int(extraLength) + Int(commentLength)
        }
        return members
    }

    /// Sizes of more than 32 bits are in an extra field (Zip64), in this order.
    private static func wideSizes(_ narrow: [UInt32], _ extra: Bytes) -> [Int]? {
        var place = 0
        var wide: [Int] = []
        while let kind = extra.uint16(place), let length = extra.uint16(place + 2) {
            if kind == 1 {
                wide = stride(from: place + 4, to: place + 4 + Int(length), by: 8).compactMap { at in
                    guard let low = extra.uint32(at), let high = extra.uint32(at + 4), high < 1 << 31 else {
                        return nil
                    }
                    return Int(high) << 32 | Int(low)
                }
            }
            place += 4 + Int(length)
        }
        var rest = wide[...]
        var sizes: [Int] = []
        for size in narrow {
            guard let value = size == .max ? rest.popFirst() : Int(size) else { return nil }
            sizes.append(value)
        }
        return sizes
    }

    private static func inflated(_ packed: ArraySlice<UInt8>, _ size: Int) -> [UInt8]? {
        // Deflate compresses by a factor of about a thousand at most: a larger size is wrong, and no memory is
        // allocated for it.
        guard size <= 1100 * (packed.count + 64), packed.count < Int(UInt32.max), size < Int(UInt32.max) else {
            return nil
        }
        var packed = Array(packed)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var stream = z_stream()
            guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                return
            }
            packed.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(size)
                if inflate(&stream, Z_FINISH) == Z_STREAM_END { count = size - Int(stream.avail_out) }
            }
            inflateEnd(&stream)
        }
    }
}

/// Bytes that contain little-endian integers.
private struct Bytes {
    var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ numbers: T...) {
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
    }

    func slice(_ start: Int, _ count: Int) -> ArraySlice<UInt8>? {
        start >= 0 && count >= 0 && start <= bytes.count - count ? bytes[start..<start + count] : nil
    }

    func uint16(_ place: Int) -> UInt16? { slice(place, 2).map { $0.reversed().reduce(0) { $0 << 8 | UInt16($1) } } }
    func uint32(_ place: Int) -> UInt32? { slice(place, 4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } } }
}
