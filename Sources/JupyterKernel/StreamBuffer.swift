import JupyterWire

/// Printed text that has not left yet, by cell and stream.
struct StreamBuffer {
    /// Text that can leave as one message.
    struct Chunk: Equatable {
        var parent: JSON
        var stream: StandardStream
        var text: String
    }

    private struct Pending {
        var parent: JSON
        var stream: StandardStream
        var bytes: [UInt8]
    }

    private var pending: [Pending] = []

    /// How many bytes wait.
    var count: Int { pending.reduce(0) { $0 + $1.bytes.count } }

    var isEmpty: Bool { pending.isEmpty }

    mutating func append(_ bytes: some Sequence<UInt8>, to stream: StandardStream, of parent: JSON) {
        if let index = pending.firstIndex(where: { $0.stream == stream && $0.parent == parent }) {
            pending[index].bytes += bytes
        } else {
            pending.append(Pending(parent: parent, stream: stream, bytes: Array(bytes)))
        }
    }

    /// Takes everything but characters that have only begun; these wait for their other bytes, unless their cell ends.
    mutating func takeAll(ending parent: JSON? = nil) -> [Chunk] {
        var chunks: [Chunk] = []
        var rest: [Pending] = []
        for var part in pending {
            let tail = part.parent == parent ? 0 : Self.incompleteTail(of: part.bytes)
            let text = String(decoding: part.bytes.dropLast(tail), as: UTF8.self)
            if !text.isEmpty { chunks.append(Chunk(parent: part.parent, stream: part.stream, text: text)) }
            part.bytes.removeFirst(part.bytes.count - tail)
            if tail > 0 { rest.append(part) }
        }
        pending = rest
        return chunks
    }

    /// How many bytes at the end are the beginning of a character in UTF-8.
    private static func incompleteTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where bytes.count >= length {
            let byte = bytes[bytes.count - length]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let expected = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return expected > length ? length : 0
        }
        return 0
    }
}
