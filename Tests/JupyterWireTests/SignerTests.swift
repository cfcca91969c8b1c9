import JupyterWire
import Testing

@Suite struct SignerTests {
    /// Computed with Python: `hmac.new(key.encode(), "".join(frames).encode(), "sha256").hexdigest()`.
    @Test(arguments: [
        (
            "a0436f6c-1916-498b-8eb9-e81ab9368e84", [#"{"msg_id":"1"}"#, "{}", "{}", #"{"code":"1 + 1"}"#],
            "d3c99d67933892712e457ad78a2f875ebc30dd19138702a41ac312f86de8e702"
        ),
        (
            "key", ["The quick brown fox jumps over the lazy dog"],
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        ),
        (
            String(repeating: "k", count: 100), ["{}", "{}", "{}", #"{"text":"größer ≥ 🐦"}"#],
            "a9efe0956f5120b250b6736476d5e6da7c610e60e5f843de5312ded16d770b10"
        ),
    ])
    func signsAsPythonDoes(key: String, frames: [String], signature: String) {
        let frames = frames.map { Array($0.utf8) }
        #expect(String(decoding: Signer(key: key).signature(of: frames), as: UTF8.self) == signature)
        #expect(Signer(key: key).verifies(Array(signature.utf8), of: frames))
    }

    @Test func refusesEverySignatureButItsOwn() {
        let frames = [Array("{}".utf8)]
        let signer = Signer(key: "right")
        let signature = signer.signature(of: frames)
        for position in signature.indices {
            var wrong = signature
            wrong[position] ^= 1
            #expect(!signer.verifies(wrong, of: frames))
        }
        #expect(!signer.verifies([], of: frames))
        #expect(!signer.verifies(Array(signature.dropLast()), of: frames))
        #expect(!signer.verifies(signature + [48], of: frames))
        #expect(!Signer(key: "wrong").verifies(signature, of: frames))
    }

    @Test func anEmptyKeySignsNothing() {
        #expect(Signer(key: "").signature(of: [[1, 2, 3]]).isEmpty)
        #expect(Signer(key: "").verifies([], of: [[1, 2, 3]]))
    }
}
