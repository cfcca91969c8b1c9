/// Why frames are not a valid message.
package enum FramingError: Error, Hashable {
    /// The delimiter `<IDS|MSG>` is missing.
    case noDelimiter
    /// Fewer than five frames, a signature and four JSON objects, follow the delimiter.
    case tooFewFrames
    /// The signature is wrong: the sender does not have the key.
    case wrongSignature
    /// A signed part is not JSON.
    case notJSON(JSONError)
    /// A signed part is JSON, but not an object.
    case notADictionary(part: String)
    /// The header lacks `msg_id` or `msg_type`.
    case incompleteHeader
}

extension Message {
    /// The frame between the routing identities and the message.
    private static let delimiter = Array("<IDS|MSG>".utf8)

    /// Reads a message from the frames of a multipart ZeroMQ message, after checking its signature.
    package init(frames: [[UInt8]], signer: Signer) throws(FramingError) {
        guard let delimiter = frames.firstIndex(of: Self.delimiter) else { throw .noDelimiter }
        let parts = frames[(delimiter + 1)...]
        guard let signature = parts.first, parts.count >= 5 else { throw .tooFewFrames }
        let signed = Array(parts.dropFirst().prefix(4))
        guard signer.verifies(signature, of: signed) else { throw .wrongSignature }
        self.init(
            identities: Array(frames[..<delimiter]),
            header: try Header(json: Self.dictionary(signed[0], part: "header")),
            parentHeader: try Self.dictionary(signed[1], part: "parent_header"),
            metadata: try Self.dictionary(signed[2], part: "metadata"),
            content: try Self.dictionary(signed[3], part: "content"),
            buffers: Array(parts.dropFirst(5)))
    }

    /// The frames to send: identities, delimiter, signature, the four signed objects, buffers.
    package func frames(signer: Signer) -> [[UInt8]] {
        let signed = [header.json.utf8, parentHeader.utf8, metadata.utf8, content.utf8]
        return identities + [Self.delimiter, signer.signature(of: signed)] + signed + buffers
    }

    private static func dictionary(_ frame: [UInt8], part: String) throws(FramingError) -> JSON {
        let json: JSON
        do { json = try JSON(parsing: frame) } catch { throw .notJSON(error) }
        guard json.object != nil else { throw .notADictionary(part: part) }
        return json
    }
}
