import CSodium

/// A cryptographic hash of contents.
package struct ContentKey: Hashable, Sendable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    package let description: String

    /// The key of several texts, each hashed with its length.
    package init(of parts: some Sequence<String>) {
        var bytes: [UInt8] = []
        for part in parts {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { bytes += $0 }
            bytes += part.utf8
        }
        self.init(of: bytes)
    }

    /// The SHA-256 of bytes.
    package init(of bytes: some Collection<UInt8>) {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        let isContiguous = bytes.withContiguousStorageIfAvailable {
            crypto_hash_sha256(&digest, $0.baseAddress, UInt64($0.count))
        }
        if isContiguous == nil { crypto_hash_sha256(&digest, Array(bytes), UInt64(bytes.count)) }
        let digits = Array("0123456789abcdef".utf8)
        description = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
