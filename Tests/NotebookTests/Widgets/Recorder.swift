import Foundation
import Notebook
import Synchronization

/// A front end that notes what is said to it, in brief.
final class Recorder: FrontEndConnection {
    private let noted = Mutex<[String]>([])

    /// What was said since this was last asked.
    func take() -> [String] {
        noted.withLock { noted in
            defer { noted = [] }
            return noted
        }
    }

    private func note(_ line: String) { noted.withLock { $0.append(line) } }

    func display(_ bundle: MimeBundle, identifier: String?) {
        let isView = bundle.contents["application/vnd.jupyter.widget-view+json"] != nil
        note((isView ? "display view of " : "display ") + (bundle.plainText ?? "-"))
    }
    func update(_ bundle: MimeBundle, identifier: String) { note("update \(bundle.plainText ?? "-")") }
    func result(_ bundle: MimeBundle) { note("result \(bundle.plainText ?? "-")") }
    func clearOutput(wait: Bool) { note("clear") }

    func send(_ message: CommMessage) {
        let content = StateValue(json: message.data)
        let buffers = message.buffers.map { " + \($0.count) bytes" }.joined()
        switch message.kind {
        case .open(let target): note("open \(target) \(content?["state"]?["_model_name"]?.text ?? "-")\(buffers)")
        case .close: note("close")
        case .message:
            let state = content?["state"] ?? content?["states"].map { .int($0.object?.count ?? 0) } ?? .null
            note("\(content?["method"]?.text ?? "-") \(state.json)\(buffers)")
        }
    }

    /// What a body says to a front end of its own.
    static func record(_ body: (Recorder) throws -> Void) rethrows -> [String] {
        let recorder = Recorder()
        try FrontEnd.$taskConnection.withValue(recorder) { try body(recorder) }
        return recorder.take()
    }

    /// The front end says something to a widget.
    func say(_ content: StateValue, to widget: WidgetModel, buffers: [Data] = []) {
        OpenWidgets.receive(CommMessage(.message, id: widget.id, data: content.json, buffers: buffers))
    }

    /// The front end changes a widget's state.
    func change(_ state: StateValue, of widget: WidgetModel) {
        say(["method": "update", "state": state, "buffer_paths": []], to: widget)
    }
}
