import Glibc

/// A PNG file read by the letter of the PNG specification, without libpng: the tests' own eye.
struct PNGFile {
    var chunks: [(type: String, content: [UInt8])] = []
    var width = 0
    var height = 0
    var colorType = 0

    /// Splits a file into chunks, and checks the signature, every length and every checksum.
    init?(_ file: [UInt8]) {
        guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { return nil }
        var position = 8
        while position < file.count {
            guard position + 12 <= file.count else { return nil }
            let length = Self.number(file[position..<position + 4])
            guard position + 12 + length <= file.count else { return nil }
            let body = file[position + 4..<position + 8 + length]
            guard Self.number(file[position + 8 + length..<position + 12 + length]) == Int(Self.checksum(body)) else {
                return nil
            }
            chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            position += 12 + length
        }
        guard chunks.first?.type == "IHDR", chunks.last?.type == "IEND", chunks[0].content.count == 13 else {
            return nil
        }
        width = Self.number(chunks[0].content[0..<4])
        height = Self.number(chunks[0].content[4..<8])
        colorType = Int(chunks[0].content[9])
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    /// CRC-32 by its polynomial division, bit by bit, most significant first: not the way the library computes it.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        func reversed(_ value: UInt32) -> UInt32 {
            (0..<32).reduce(0) { $0 | (value >> UInt32($1) & 1) << UInt32(31 - $1) }
        }
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= reversed(UInt32(byte))
            for _ in 0..<8 { register = register & 0x8000_0000 != 0 ? register << 1 ^ 0x04C1_1DB7 : register << 1 }
        }
        return ~reversed(register)
    }
}
