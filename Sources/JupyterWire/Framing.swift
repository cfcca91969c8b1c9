/// Why frames are not a message.
package enum FramingError: Error, Hashable {
    /// There is no `<IDS|MSG>` frame.
    case noDelimiter
    /// Fewer than a signature and four dictionaries follow the delimiter.
    case tooFewFrames
    /// The signature is not ours: not a message from someone who knows the key.
    case wrongSignature
    /// A signed part is not JSON.
    case notJSON(JSONError)
    /// A signed part is JSON but no dictionary.
    case notADictionary(part: String)
    /// The header has no `msg_id` or no `msg_type`.
    case incompleteHeader
}

extension Message {
    /// What stands between the routing identities and the message.
    private static let delimiter = Array("<IDS|MSG>".utf8)

    /// Reads a message from the frames of a multipart ZeroMQ message, checking its signature before anything else.
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

    /// The frames to send: identities, delimiter, signature, the four signed dictionaries, buffers.
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
