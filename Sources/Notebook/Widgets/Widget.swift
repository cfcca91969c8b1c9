/// A control in a notebook: a slider, a button, a box of them.
///
/// The last expression of a cell shows it, and so does ``display(_:)``. It may be shown several times: all are one. In an ordinary
/// program, a widget is only its value.
public class Widget: WidgetModel, Displayable, CustomStringConvertible, @unchecked Sendable {
    /// How it fits into its surroundings.
    public let layout = Layout()
    private let ownStyle: Style?

    /// - Parameters:
    ///   - kind: What stands for it at the front end.
    ///   - state: What is special about it.
    ///   - style: Its looks; `nil` for what has none.
    package init(_ kind: Kind, _ state: [String: StateValue], style: Style? = nil) {
        ownStyle = style
        var common: [String: StateValue] = [
            "_dom_classes": [], "layout": layout.reference, "tabbable": .null, "tooltip": .null,
        ]
        common["style"] = style?.reference
        super.init(kind, common.merging(state) { $1 })
    }

    /// The state of a label, which most controls have.
    package static func described(_ label: String) -> [String: StateValue] {
        ["description": .text(label), "description_allow_html": false]
    }

    package override var parts: [WidgetModel] { [layout] + (ownStyle.map { [$0] } ?? []) }

    /// Removes the widget from the notebook. Its value can still be read.
    public override func close() {
        super.close()
        layout.close()
        ownStyle?.close()
    }

    /// What is written beside or on it; empty for nothing, and for what has no description.
    public var label: String {
        get { self["description"].text ?? "" }
        set { if self["description"] != .null { set(["description": .text(newValue)]) } }
    }

    /// What appears when the mouse rests on it.
    public var tooltip: String? {
        get { self["tooltip"].text }
        set { set(["tooltip": newValue.map(StateValue.text) ?? .null]) }
    }

    /// Whether it cannot be moved. Boxes and texts cannot be disabled.
    public var isDisabled: Bool {
        get { self["disabled"].bool ?? false }
        set { if self["disabled"] != .null { set(["disabled": .bool(newValue)]) } }
    }

    /// The looks of a control; those of boxes cannot be changed.
    public var style: Style { ownStyle ?? .description() }

    /// What it is, in plain text.
    public var description: String { label.isEmpty ? "\(Self.self)".prefix { $0 != "<" }.description : label }

    /// The control itself for a notebook, and text.
    public var mimeBundle: MimeBundle {
        guard FrontEnd.isNotebook else { return .text(description) }
        open()
        let view: StateValue = ["model_id": .text(id), "version_major": 2, "version_minor": 0]
        return MimeBundle([
            "application/vnd.jupyter.widget-view+json": .json(view.json), "text/plain": .text(description),
        ])
    }
}

/// A widget with a value that both the person in front of it and the code behind it can change.
///
/// A value that is changed at the front end is the new one at once, also while a cell runs: a training that reads it at each step
/// takes it at the next.
public class ValueWidget<Value: Equatable>: Widget, @unchecked Sendable {
    private let key: String
    private let encode: (Value) -> StateValue
    private let decode: (StateValue) -> Value?
    private let tidy: (Value) -> Value
    private let handlers = Handlers<(Value) throws -> Void>()

    /// - Parameters:
    ///   - value: The first value.
    ///   - key: The member of the state that holds the value.
    ///   - encode: The value as state: one that the widget allows.
    ///   - decode: The value of a state, if the widget allows it.
    ///   - tidy: What is meant by a value that the front end has computed.
    package init(
        _ kind: Kind, _ state: [String: StateValue], style: Style? = nil, value: Value, key: String = "value",
        encode: @escaping (Value) -> StateValue, decode: @escaping (StateValue) -> Value?,
        tidy: @escaping (Value) -> Value = { $0 }
    ) {
        self.key = key
        self.encode = encode
        self.decode = decode
        self.tidy = tidy
        super.init(kind, state.merging([key: encode(value)]) { $1 }, style: style)
    }

    /// The value. Setting one that the widget does not allow sets the nearest that it does.
    public final var value: Value {
        get { decode(self[key])! }
        set { didChange(set([key: encode(newValue)])) }
    }

    /// Has code run with the new value whenever it has changed, at the front end or here.
    ///
    /// Such code runs on a thread of its own: soon when no cell runs; else when the training that runs has finished a step, or the
    /// cell has ended. Of several changes meanwhile it sees the last. What it prints and shows, and its errors, appear in the output
    /// of the cell that called `onChange`.
    public final func onChange(_ body: @escaping (_ value: Value) throws -> Void) { handlers.add(body) }

    package final override func accept(_ value: StateValue, for key: String) -> StateValue? {
        key == self.key ? decode(value).map { encode(tidy($0)) } : super.accept(value, for: key)
    }

    package final override func didChange(_ keys: Set<String>) {
        guard keys.contains(key) else { return }
        handlers.post(subject: id) { [self] body in try body(value) }
    }

    /// Has code run at every change that shows what it prints in an area.
    final func onChange(subject: String, output: Output, _ body: @escaping () throws -> Void) {
        handlers.add(subject: subject, output: output) { _ in try body() }
    }

    /// What it is, and its value.
    public override var description: String { "\(super.description): \(value)" }

    /// Shows the widget of a variable where the variable is declared.
    final func showDeclared() { if FrontEnd.isNotebook { display(self) } }
}
