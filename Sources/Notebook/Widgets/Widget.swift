/// A control in a notebook: a slider, a button, or a box of widgets.
///
/// It is shown as the value of a cell's last expression, or by ``display(_:)``. It may be shown several times; all
/// views have the same state. In an ordinary program, a widget is only its value.
public class Widget: WidgetModel, Displayable, CustomStringConvertible, @unchecked Sendable {
    /// The widget's layout.
    public let layout = Layout()
    private let ownStyle: Style?

    /// Creates a widget.
    ///
    /// - Parameters:
    ///   - kind: The widget's class at the front end.
    ///   - state: The part of the state that is special to the class.
    ///   - style: The appearance; `nil` for widgets without a style.
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

    /// The text beside or on the widget; empty for widgets without one.
    public var label: String {
        get { self["description"].text ?? "" }
        set { if self["description"] != .null { set(["description": .text(newValue)]) } }
    }

    /// The text that appears when the mouse rests on the widget.
    public var tooltip: String? {
        get { self["tooltip"].text }
        set { set(["tooltip": newValue.map(StateValue.text) ?? .null]) }
    }

    /// Whether the control ignores the user. Boxes, labels and HTML cannot be disabled.
    public var isDisabled: Bool {
        get { self["disabled"].bool ?? false }
        set { if self["disabled"] != .null { set(["disabled": .bool(newValue)]) } }
    }

    /// The appearance of a control; that of boxes cannot be changed.
    public var style: Style { ownStyle ?? .description() }

    /// The widget's description in plain text.
    public var description: String { label.isEmpty ? "\(Self.self)".prefix { $0 != "<" }.description : label }

    /// The control for a notebook, and plain text.
    public var mimeBundle: MimeBundle {
        guard FrontEnd.isNotebook else { return .text(description) }
        open()
        let view: StateValue = ["model_id": .text(id), "version_major": 2, "version_minor": 0]
        return MimeBundle([
            "application/vnd.jupyter.widget-view+json": .json(view.json), "text/plain": .text(description),
        ])
    }
}

/// A widget with a value that both the user and code can change.
///
/// A change at the front end takes effect at once, even while a cell runs: training that reads the value at each step
/// uses the new one at the next step.
public class ValueWidget<Value: Equatable>: Widget, @unchecked Sendable {
    private let key: String
    private let encode: (Value) -> StateValue
    private let decode: (StateValue) -> Value?
    private let tidy: (Value) -> Value
    private let handlers = Handlers<(Value) throws -> Void>()

    /// Creates a widget with a value.
    ///
    /// - Parameters:
    ///   - value: The initial value.
    ///   - key: The member of the state that holds the value.
    ///   - encode: Returns the state of a value, clamped to those that the widget allows.
    ///   - decode: Returns the value of a state, if the widget allows it.
    ///   - tidy: Removes the rounding errors of a value that the front end has computed.
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

    /// The value. Setting a value that the widget does not allow sets the nearest one that it does.
    public final var value: Value {
        get { decode(self[key])! }
        set { didChange(set([key: encode(newValue)])) }
    }

    /// Calls a function with the new value whenever the value has changed, at the front end or in code.
    ///
    /// The function runs on a separate thread: at once if no cell runs, otherwise after the current step of the running
    /// training, or after the cell. Of several changes meanwhile only the last is reported. The function's output and
    /// errors appear in the output of the cell that called `onChange`.
    public final func onChange(_ body: @escaping (_ value: Value) throws -> Void) { handlers.add(body) }

    package final override func accept(_ value: StateValue, for key: String) -> StateValue? {
        key == self.key ? decode(value).map { encode(tidy($0)) } : super.accept(value, for: key)
    }

    package final override func didChange(_ keys: Set<String>) {
        guard keys.contains(key) else { return }
        handlers.post(subject: id) { [self] body in try body(value) }
    }

    /// Calls a function at every change, and shows its output in an output widget.
    final func onChange(subject: String, output: Output, _ body: @escaping () throws -> Void) {
        handlers.add(subject: subject, output: output) { _ in try body() }
    }

    /// The widget's description, and its value.
    public override var description: String { "\(super.description): \(value)" }

    /// Shows the widget of a variable where the variable is declared.
    final func showDeclared() { if FrontEnd.isNotebook { display(self) } }
}
