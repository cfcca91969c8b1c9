import Tensors

/// A list from which one option is selected.
///
/// ```swift
/// let activation = Dropdown("activation", ["relu", "tanh", "sigmoid"])
/// let optimizer = Dropdown("optimizer", ["careful": 1e-4, "bold": 1e-1])
/// ```
@propertyWrapper
public final class Dropdown<Option: Equatable>: ValueWidget<Option>, @unchecked Sendable {
    /// The options.
    public let options: [Option]

    /// Creates a list of named options.
    ///
    /// - Parameters:
    ///   - label: The text before the list.
    ///   - options: The names of the options, and their values; at least one.
    ///   - value: The option selected initially; by default the first.
    public convenience init(_ label: String = "", _ options: KeyValuePairs<String, Option>, value: Option? = nil) {
        self.init(label, names: options.map(\.key), options: options.map(\.value), value: value)
    }

    /// Creates a list of values, named by their descriptions.
    ///
    /// - Parameters:
    ///   - label: The text before the list.
    ///   - options: The values; at least one.
    ///   - value: The option selected initially; by default the first.
    public convenience init(_ label: String = "", _ options: [Option], value: Option? = nil) {
        self.init(label, names: options.map { "\($0)" }, options: options, value: value)
    }

    private init(_ label: String, names: [String], options: [Option], value: Option?) {
        guard let first = options.first else {
            Failure.raise(
                ValueError(
                    operation: "Dropdown", message: "a Dropdown must have at least 1 option, got 0",
                    hint: "give a list of values, or of names and values"))
        }
        if let value, !options.contains(value) {
            Failure.raise(
                ValueError(
                    operation: "Dropdown", message: "the value must be one of the options, got \(value)",
                    hint: "the options are \(names.prefix(10).joined(separator: ", "))"))
        }
        self.options = options
        super.init(
            .control("Dropdown"),
            Self.described(label).merging(["_options_labels": .list(names.map(StateValue.text)), "disabled": false]) {
                $1
            },
            style: .description(), value: value ?? first, key: "index",
            encode: { .int(options.firstIndex(of: $0) ?? 0) },
            decode: { $0.int.flatMap { options.indices.contains($0) ? options[$0] : nil } })
    }

    /// Creates the list of a variable; it is shown where the variable is declared.
    public convenience init(wrappedValue: Option, _ label: String = "", _ options: [Option]) {
        self.init(label, options, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: Option {
        get { value }
        set { value = newValue }
    }

    /// The variable's list: `$activation`.
    public var projectedValue: Dropdown { self }
}

/// A checkbox.
@propertyWrapper
public final class Checkbox: ValueWidget<Bool>, @unchecked Sendable {
    /// Creates a checkbox.
    ///
    /// - Parameters:
    ///   - label: The text beside the box.
    ///   - value: Whether the box is checked initially.
    public init(_ label: String = "", value: Bool = false) {
        super.init(
            .control("Checkbox"), Self.described(label).merging(["disabled": false, "indent": false]) { $1 },
            style: .checkbox(), value: value, encode: { .bool($0) }, decode: { $0.bool })
    }

    /// Creates the checkbox of a variable; it is shown where the variable is declared.
    public convenience init(wrappedValue: Bool, _ label: String = "") {
        self.init(label, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: Bool {
        get { value }
        set { value = newValue }
    }

    /// The variable's checkbox: `$isBiased`.
    public var projectedValue: Checkbox { self }
}

/// A button that stays pressed until it is pressed again.
public final class ToggleButton: ValueWidget<Bool>, @unchecked Sendable {
    /// Creates a button.
    ///
    /// - Parameters:
    ///   - label: The text on the button.
    ///   - value: Whether it is pressed initially.
    ///   - icon: The name of a Font Awesome icon, such as `"pause"`.
    public init(_ label: String = "", value: Bool = false, icon: String = "") {
        super.init(
            .control("ToggleButton"),
            Self.described(label).merging(["disabled": false, "button_style": "", "icon": .text(icon)]) { $1 },
            style: .toggleButton(), value: value, encode: { .bool($0) }, decode: { $0.bool })
    }
}

/// A button that runs code when it is pressed.
///
/// ```swift
/// let network = try Sequential(input: [2]) { Dense(16, activation: .relu); Dense(2) }
/// Button("Train") { try network.fit(Toys.moons(), epochs: 1, loss: .crossEntropy) }
/// ```
public final class Button: Widget, @unchecked Sendable {
    private let handlers = Handlers<() throws -> Void>()

    /// Creates a button.
    ///
    /// - Parameters:
    ///   - label: The text on the button.
    ///   - icon: The name of a Font Awesome icon, such as `"play"`.
    ///   - action: The code to run when it is pressed: see ``onClick(_:)``.
    public init(_ label: String, icon: String = "", action: (() throws -> Void)? = nil) {
        super.init(
            .control("Button"),
            ["description": .text(label), "disabled": false, "button_style": "", "icon": .text(icon)],
            style: .button())
        if let action { onClick(action) }
    }

    /// Runs code whenever the button is pressed.
    ///
    /// The code runs on a separate thread: at once if no cell runs, otherwise after the current step of the running
    /// training, or after the cell. Its output and errors appear in the output of the cell that called `onClick`.
    public func onClick(_ action: @escaping () throws -> Void) { handlers.add(action) }

    /// Presses the button.
    public func click() { handlers.post(subject: nil) { try $0() } }

    package override func receiveCustom(_ content: StateValue) {
        if content["event"]?.text == "click" { click() }
    }
}
