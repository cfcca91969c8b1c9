import Foundation
import Synchronization

/// An area for what code prints and shows.
///
/// ```swift
/// let area = Output()
/// display(area)
/// area.capture { print("here"); display(chart) }
/// ```
public final class Output: Widget, @unchecked Sendable {
    /// How much printed text is kept: a front end gets all of it with each change.
    private static let textLimit = 50_000
    /// The least time between two changes that a front end is told of, unless the last one is complete.
    private static let interval = Duration.milliseconds(50)
    /// How long what is replaced stays: as a rule until all is there that takes its place.
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
        /// Whether the next item takes the place of all before.
        var isReplacing = false
        var lastSent = ContinuousClock.now - Output.interval
    }

    private let contents = Mutex(Contents())

    /// An empty area.
    public init() { super.init(.output, ["msg_id": "", "outputs": []]) }

    /// What it is, in plain text.
    public override var description: String { "Output" }

    // MARK: What comes in

    /// Runs code whose output appears in the area.
    ///
    /// - Parameters:
    ///   - replacing: Whether it takes the place of what is there, without flicker.
    ///   - body: The code.
    public func capture<Result>(replacing: Bool = false, _ body: () throws -> Result) rethrows -> Result {
        if replacing { clear(wait: true) }
        defer { complete() }
        let outside = FrontEnd.connection
        return try FrontEnd.$taskConnection.withValue(OutputConnection(output: self, outside: outside)) {
            try outside.capturingPrints({ self.append($0, name: $1) }, of: body)
        }
    }

    /// Shows a value at the area's end.
    public func append(_ value: Any) {
        show(MimeBundle(describing: value), identifier: nil)
        send()
    }

    /// Removes what is there.
    ///
    /// - Parameter wait: Whether to wait until the next output comes, so that an animation does not flicker.
    public func clear(wait: Bool = false) {
        contents.withLock { contents in
            contents.isReplacing = wait
            if wait { contents.lastSent = .now + Self.patience } else { contents.items = [] }
        }
        if !wait { send() }
    }

    /// Shows what went wrong.
    package func fail(name: String, message: String, traceback: [String]) {
        add { $0.append(.failure(name: name, message: message, traceback: traceback)) }
        send()
    }

    func show(_ bundle: MimeBundle, identifier: String?) {
        add { $0.append(.shown(bundle, identifier: identifier)) }
    }

    /// Replaces what is shown under an identifier, and answers whether anything is.
    func update(_ bundle: MimeBundle, identifier: String) -> Bool {
        func isMeant(_ item: Item) -> Bool { if case .shown(_, identifier) = item { true } else { false } }
        guard contents.withLock({ !$0.isReplacing && $0.items.contains(where: isMeant) }) else { return false }
        add { items in
            items = items.map { isMeant($0) ? .shown(bundle, identifier: identifier) : $0 }
        }
        return true
    }

    private func append(_ text: String, name: String) {
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
            if contents.isReplacing { contents.items = [] }
            contents.isReplacing = false
            change(&contents.items)
            return ContinuousClock.now - contents.lastSent >= Self.interval
        }
        if isDue { send() }
    }

    // MARK: What goes out

    /// What was to be replaced and was not is gone; what waited is sent.
    private func complete() {
        contents.withLock { contents in
            if contents.isReplacing { contents.items = [] }
            contents.isReplacing = false
        }
        send()
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
    /// As a front end keeps it in a notebook.
    fileprivate var state: StateValue {
        switch self {
        case .text(let text): .text(text)
        case .binary(let data): .text(data.base64EncodedString())
        case .json(let text): StateValue(json: text) ?? .text(text)
        }
    }
}

/// Shows in an area what code shows, and hands on everything else.
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
    var origin: Int { outside.origin }
    func capturingPrints<Result>(
        _ take: @escaping @Sendable (_ text: String, _ stream: String) -> Void, of body: () throws -> Result
    ) rethrows -> Result {
        try outside.capturingPrints(take, of: body)
    }
}
