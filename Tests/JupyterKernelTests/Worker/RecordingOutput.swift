import Foundation
import JupyterWire
import Processes
import WorkerProtocol

@testable import JupyterKernel

/// Writes down what several outputs are told, in one order.
final class OutputLog: Sendable {
    private let lines = Monitor<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    /// What was written down so far. Nothing is forgotten.
    var all: [String] { lines.withLock { $0 } }

    /// Waits until there are this many lines; fewer after a long time.
    func wait(for count: Int) -> [String] { lines.wait(seconds: 20) { $0.count >= count ? $0 : nil } ?? all }
}

/// An output that writes down what it is told, under a name.
final class RecordingOutput: OutputSink {
    private let name: String
    private let log: OutputLog
    private let answer: Result<String, InputError>

    init(_ name: String, _ log: OutputLog, answer: Result<String, InputError> = .failure(.notAllowed)) {
        self.name = name
        self.log = log
        self.answer = answer
    }

    private func add(_ line: String) { log.add("\(name): \(line)") }

    func write(_ bytes: some Sequence<UInt8>, to stream: StandardStream) {
        add("\(stream.rawValue) \(String(decoding: Array(bytes), as: UTF8.self))")
    }

    func display(_ bundle: MimeBundle, id: String?) {
        add("display \(Self.text(bundle))\(id.map { " as \($0)" } ?? "")")
    }

    func update(_ bundle: MimeBundle, id: String) { add("update \(id) \(Self.text(bundle))") }
    func result(_ bundle: MimeBundle) { add("result \(Self.text(bundle))") }
    func clearOutput(wait: Bool) { add(wait ? "clear later" : "clear") }
    func page(_ bundle: MimeBundle) { add("page \(Self.text(bundle))") }
    func setNextInput(_ text: String) { add("next \(text)") }
    func note(metadata: [String: JSON]) { add("note \(metadata.keys.sorted())") }
    func send(_ message: CommMessage) { add("\(message.type) \(message.id) \(message.data)") }
    func drain() { add("drain") }
    func workGoesOn() { add("busy") }
    func workEnded() { add("idle") }

    func input(prompt: String, isPassword: Bool) throws(InputError) -> String {
        add("asks \(prompt)")
        return try answer.get()
    }

    private static func text(_ bundle: MimeBundle) -> String { bundle.plainText ?? "" }
}
