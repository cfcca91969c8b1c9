import JupyterWire
import Synchronization
import WorkerProtocol

/// Captures the results of a hidden cell. Its other output goes to another sink, or nowhere.
final class CapturedOutput: OutputSink {
    private let base: (any OutputSink)?
    private let captured = Mutex<[MimeBundle]>([])

    /// An output whose prints and displays go to another sink; `nil` drops them.
    init(base: (any OutputSink)? = nil) { self.base = base }

    /// The results of the hidden cell, in order.
    var results: [MimeBundle] { captured.withLock { $0 } }

    func result(_ bundle: MimeBundle) { captured.withLock { $0.append(bundle) } }
    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream) { base?.write(bytes, to: stream) }
    func display(_ bundle: MimeBundle, id: String?) { base?.display(bundle, id: id) }
    func update(_ bundle: MimeBundle, id: String) { base?.update(bundle, id: id) }
    func clearOutput(wait: Bool) { base?.clearOutput(wait: wait) }
    func page(_ bundle: MimeBundle) { base?.page(bundle) }
    func setNextInput(_ text: String) { base?.setNextInput(text) }
    func note(metadata: [String: JSON]) { base?.note(metadata: metadata) }
    func send(_ message: CommMessage) { base?.send(message) }
    func drain() { base?.drain() }
    func workGoesOn() {}
    func workEnded() {}

    /// A hidden cell must not ask for input.
    func input(prompt: String, isPassword: Bool) throws(InputError) -> String { throw .notAllowed }
}
