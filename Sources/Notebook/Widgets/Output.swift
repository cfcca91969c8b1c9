import Foundation
import Synchronization

/// A widget that shows the output of code: what it prints and displays.
///
/// ```swift
/// let area = Output()
/// display(area)
/// area.capture { print("here"); display(Chart { Line([3, 2, 1.5], "loss") }) }
/// ```
public final class Output: Widget, @unchecked Sendable {
    /// The number of characters of printed text that are kept: each update sends all of them.
    private static let textLimit = 50_000
    /// The minimum time between two updates, except for the last.
    private static let interval = Duration.milliseconds(50)
    /// How long replaced output stays: usually until all of the new output is there.
    private static let patience = Duration.milliseconds(300)

    private enum Item {
        case stream(name: String, text: String)
        case shown(MimeBundle, identifier: String?)
        case failure(name: String, message: String, traceback: [String])

        var state: StateValue {
            switch self {
            case .stream(let name, let text): ["output_type": "stream", "name": .text(name), "text": .text(text)]
            case .shown(let bundle, _):
                [
                    "output_type": "display_data", "data": .object(bundle.contents.mapValues(\.state)),
                    "metadata": .object(
                        bundle.sizes.mapValues { ["width": .int($0.width), "height": .int($0.height)] }),
                ]
            case .failure(let name, let message, let traceback):
                [
                    "output_type": "error", "ename": .text(name), "evalue": .text(message),
                    "traceback": .list(traceback.map(StateValue.text)),
                ]
            }
        }
    }

    private struct Contents {
        var items: [Item] = []
        /// Whether the next item replaces all before it.
        var isReplacing = false
        var lastSent = ContinuousClock.now - Output.interval
        /// The number of the run whose output is shown.
        var run = 0
    }

    /// The run for which the calling thread or task works; `nil` for none.
    @TaskLocal private static var run: (output: ObjectIdentifier, number: Int)?

    /// Whether the calling thread works for a run of this widget's code that another one has replaced.
    private func isDismissed(_ contents: Contents) -> Bool {
        guard let run = Self.run, run.output == ObjectIdentifier(self) else { return false }
        return run.number != contents.run
    }

    /// Drops what the running code shows from now on: it is about to run anew.
    func dismissRun() { contents.withLock { $0.run += 1 } }

    private let contents = Mutex(Contents())

    /// Creates an empty output widget.
    public init() { super.init(.output, ["msg_id": "", "outputs": []]) }

    /// The widget's description.
    public override var description: String { "Output" }

    // MARK: Adding output

    /// Runs code, and shows its output in the widget.
    ///
    /// - Parameters:
    ///   - replacing: Whether the output replaces the earlier one, without flicker.
    ///   - body: The code.
    public func capture<Result>(replacing: Bool = false, _ body: () throws -> Result) rethrows -> Result {
        let number = contents.withLock { $0.run }
        if replacing { clear(wait: true) }
        let outside = FrontEnd.connection
        return try Self.$run.withValue((ObjectIdentifier(self), number)) {
            defer { complete() }
            return try FrontEnd.$taskConnection.withValue(OutputConnection(output: self, outside: outside)) {
                try outside.capturingPrints({ self.append($0, name: $1, run: number) }, of: body)
            }
        }
    }

    /// Shows a value below the earlier output.
    public func append(_ value: Any) {
        show(MimeBundle(describing: value), identifier: nil)
        send()
    }

    /// Removes all output.
    ///
    /// - Parameter wait: Whether to wait for the next output, so that an animation does not flicker.
    public func clear(wait: Bool = false) {
        contents.withLock { contents in
            if isDismissed(contents) { return }
            contents.isReplacing = wait
            if wait { contents.lastSent = .now + Self.patience } else { contents.items = [] }
        }
        if !wait { send() }
    }

    /// Shows an error.
    package func fail(name: String, message: String, traceback: [String]) {
        add { $0.append(.failure(name: name, message: message, traceback: traceback)) }
        send()
    }

    func show(_ bundle: MimeBundle, identifier: String?) {
        add { $0.append(.shown(bundle, identifier: identifier)) }
    }

    /// Replaces the display with an identifier.
    ///
    /// - Returns: Whether there is such a display.
    func update(_ bundle: MimeBundle, identifier: String) -> Bool {
        func isMeant(_ item: Item) -> Bool { if case .shown(_, identifier) = item { true } else { false } }
        guard contents.withLock({ !$0.isReplacing && $0.items.contains(where: isMeant) }) else { return false }
        add { items in
            items = items.map { isMeant($0) ? .shown(bundle, identifier: identifier) : $0 }
        }
        return true
    }

    private func append(_ text: String, name: String, run: Int) {
        // Text may come from any thread that the run has started.
        guard contents.withLock({ $0.run == run }) else { return }
        add { items in
            if case .stream(name, let before)? = items.last {
                items[items.count - 1] = .stream(name: name, text: String((before + text).suffix(Self.textLimit)))
            } else {
                items.append(.stream(name: name, text: text))
            }
        }
    }

    private func add(_ change: (inout [Item]) -> Void) {
        let isDue = contents.withLock { contents in
            if isDismissed(contents) { return false }
            if contents.isReplacing { contents.items = [] }
            contents.isReplacing = false
            change(&contents.items)
            return ContinuousClock.now - contents.lastSent >= Self.interval
        }
        if isDue { send() }
    }

    // MARK: Sending output

    /// Removes output that was to be replaced and was not, and sends the rest.
    private func complete() {
        let isCurrent = contents.withLock { contents in
            if isDismissed(contents) { return false }
            if contents.isReplacing { contents.items = [] }
            contents.isReplacing = false
            return true
        }
        if isCurrent { send() }
    }

    private func send() {
        let outputs = contents.withLock { contents in
            contents.lastSent = .now
            return contents.items.map(\.state)
        }
        set(["outputs": .list(outputs)])
    }
}

extension MimeBundle.Content {
    /// The content in the form of a notebook's output.
    fileprivate var state: StateValue {
        switch self {
        case .text(let text): .text(text)
        case .binary(let data): .text(data.base64EncodedString())
        case .json(let text): StateValue(json: text) ?? .text(text)
        }
    }
}

/// Shows output in an output widget, and passes everything else on.
struct OutputConnection: FrontEndConnection {
    let output: Output
    let outside: any FrontEndConnection

    func display(_ bundle: MimeBundle, identifier: String?) { output.show(bundle, identifier: identifier) }
    func update(_ bundle: MimeBundle, identifier: String) {
        if !output.update(bundle, identifier: identifier) { outside.update(bundle, identifier: identifier) }
    }
    func result(_ bundle: MimeBundle) { output.show(bundle, identifier: nil) }
    func clearOutput(wait: Bool) { output.clear(wait: wait) }
    func send(_ message: CommMessage) { outside.send(message) }
    func input(prompt: String, isPassword: Bool) -> String? { outside.input(prompt: prompt, isPassword: isPassword) }
    var origin: Int { outside.origin }
    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try outside.capturingPrints(take, of: body)
    }
}
