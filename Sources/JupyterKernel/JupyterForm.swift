import Foundation
package import JupyterWire
package import WorkerProtocol

// What a kernel and its worker exchange, in the form of Jupyter's messages.

extension MimeBundle {
    /// The forms by MIME type, as `display_data` and its relatives have them: binary data in base64, JSON as values.
    var data: JSON {
        .object(
            contents.mapValues { content in
                switch content {
                case .text(let text): .string(text)
                case .binary(let bytes): .string(bytes.base64EncodedString())
                case .json(let text): (try? JSON(parsing: Array(text.utf8))) ?? .string(text)
                }
            })
    }

    /// What is known of the forms beside their contents: the sizes of pictures.
    var metadata: JSON {
        .object(sizes.mapValues { ["width": .int($0.width), "height": .int($0.height)] })
    }

    /// Text that reads well with and without its Markdown rendered.
    static func markdown(_ text: String) -> MimeBundle {
        MimeBundle(["text/markdown": .text(text), "text/plain": .text(text)])
    }
}

extension CommMessage {
    /// Reads a `comm_open`, `comm_msg` or `comm_close`; `nil` if the message is none of them or names no comm.
    package init?(_ message: Message) {
        guard let id = message.content["comm_id"]?.string else { return nil }
        let kind: Kind
        switch message.type {
        case "comm_open": kind = .open(target: message.content["target_name"]?.string ?? "")
        case "comm_msg": kind = .message
        case "comm_close": kind = .close
        default: return nil
        }
        self.init(
            kind, id: id, data: (message.content["data"] ?? [:]).description, metadata: message.metadata.description,
            buffers: message.buffers.map { Data($0) })
    }

    /// The message's type: `comm_open`, `comm_msg` or `comm_close`.
    package var type: String {
        switch kind {
        case .open: "comm_open"
        case .message: "comm_msg"
        case .close: "comm_close"
        }
    }

    /// The message's content.
    package var content: JSON {
        var content: [String: JSON] = ["comm_id": .string(id), "data": dataObject]
        if case .open(let target) = kind { content["target_name"] = .string(target) }
        return .object(content)
    }

    /// The data as a JSON object.
    var dataObject: JSON { Self.object(data) }

    /// The metadata as a JSON object.
    package var metadataObject: JSON { Self.object(metadata) }

    private static func object(_ text: String) -> JSON { (try? JSON(parsing: Array(text.utf8))) ?? [:] }
}
