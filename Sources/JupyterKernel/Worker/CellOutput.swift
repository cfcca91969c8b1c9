import JupyterWire
import Synchronization
import WorkerProtocol

/// The output of a cell, sent as messages about the request that runs it.
final class CellOutput: OutputSink {
    private struct Kept {
        var payload: [JSON] = []
        var resultText: String?
        var metadata: [String: JSON] = [:]
    }

    private let outbox: Outbox
    private let comms: Comms
    private let standardInput: StandardInput
    /// The request that runs the cell; `nil` for what belongs to none.
    private let request: Request?
    private let executionCount: Int
    private let isSilent: Bool
    private let allowsInput: Bool
    private let kept = Mutex(Kept())

    private var parent: JSON { request?.parent ?? [:] }

    init(
        request: Request?, executionCount: Int = 0, isSilent: Bool = false, allowsInput: Bool = false, outbox: Outbox,
        comms: Comms, standardInput: StandardInput
    ) {
        self.request = request
        self.executionCount = executionCount
        self.isSilent = isSilent
        self.allowsInput = allowsInput
        self.outbox = outbox
        self.comms = comms
        self.standardInput = standardInput
    }

    /// The value of the cell as plain text, for the history.
    var resultText: String? { kept.withLock { $0.resultText } }

    /// The payload of the `execute_reply`: text for a pager, text for the next cell.
    var payload: JSON { .array(kept.withLock { $0.payload }) }

    /// The metadata of the `execute_reply`; `nil` if there is none.
    var metadata: JSON? {
        let noted = kept.withLock { $0.metadata }
        return noted.isEmpty ? nil : .object(noted)
    }

    /// Waits until everything has been sent that the cell has printed and shown.
    func end() { outbox.drain(parent, isEnd: true) }

    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream) {
        if !isSilent { outbox.write(bytes, to: stream, of: parent) }
    }

    func display(_ bundle: MimeBundle, id: String?) {
        show("display_data", Content.display(data: bundle.data, metadata: bundle.metadata, id: id), as: .display)
    }

    func update(_ bundle: MimeBundle, id: String) {
        show(
            "update_display_data", Content.display(data: bundle.data, metadata: bundle.metadata, id: id),
            as: .update(id: id))
    }

    func result(_ bundle: MimeBundle) {
        kept.withLock { $0.resultText = bundle.plainText }
        show(
            "execute_result",
            Content.executeResult(data: bundle.data, metadata: bundle.metadata, executionCount: executionCount),
            as: .display)
    }

    func clearOutput(wait: Bool) { show("clear_output", Content.clearOutput(wait: wait), as: .clear(wait: wait)) }

    func page(_ bundle: MimeBundle) {
        kept.withLock { $0.payload.append(["source": "page", "data": bundle.data, "start": 0]) }
    }

    func setNextInput(_ text: String) {
        kept.withLock { $0.payload.append(["source": "set_next_input", "text": .string(text), "replace": false]) }
    }

    func note(metadata: [String: JSON]) {
        kept.withLock { $0.metadata.merge(metadata) { $1 } }
    }

    func send(_ message: CommMessage) {
        comms.note(message)
        outbox.show(
            message.type, message.content, as: .other, parent: parent, metadata: message.metadataObject,
            buffers: message.buffers.map(Array.init))
    }

    func drain() { outbox.drain(parent, isEnd: false) }

    func workGoesOn() {
        if let request { request.responder.activity.begin(request) }
    }

    func workEnded() {
        if let request { request.responder.activity.end(request) }
    }

    func input(prompt: String, isPassword: Bool) throws(InputError) -> String {
        guard allowsInput, let request else { throw .notAllowed }
        drain()
        return try standardInput.ask(prompt: prompt, isPassword: isPassword, for: request.message)
    }

    private func show(_ type: String, _ content: JSON, as role: Outbox.Role) {
        if !isSilent { outbox.show(type, content, as: role, parent: parent) }
    }
}
