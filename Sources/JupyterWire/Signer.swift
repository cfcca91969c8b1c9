import CSodium

/// Signs messages with HMAC-SHA256, and checks the signatures of received ones.
///
/// With an empty key, signatures are empty and every message is accepted, as the protocol says.
package struct Signer: Sendable {
    private let key: [UInt8]

    /// Creates a signer with the key of a connection file.
    package init(key: String) { self.key = Array(key.utf8) }

    /// The signature of the concatenated frames: 64 lowercase hexadecimal digits.
    package func signature(of frames: some Sequence<[UInt8]>) -> [UInt8] {
        guard !key.isEmpty else { return [] }
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        for frame in frames { crypto_auth_hmacsha256_update(&state, frame, UInt64(frame.count)) }
        var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_final(&state, &code)
        let digits = Array("0123456789abcdef".utf8)
        return code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// Whether the frames were signed with this key. The comparison takes constant time.
    package func verifies(_ signature: [UInt8], of frames: some Sequence<[UInt8]>) -> Bool {
        guard !key.isEmpty else { return true }
        let expected = self.signature(of: frames)
        return signature.count == expected.count && sodium_memcmp(signature, expected, expected.count) == 0
    }
}
