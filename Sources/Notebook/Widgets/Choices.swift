/// A list of which one is chosen.
///
/// ```swift
/// let activation = Dropdown("activation", ["relu", "tanh", "sigmoid"])
/// let optimizer = Dropdown("optimizer", ["careful": 1e-4, "bold": 1e-1])
/// ```
@propertyWrapper
public final class Dropdown<Option: Equatable>: ValueWidget<Option>, @unchecked Sendable {
    /// What can be chosen.
    public let options: [Option]

    /// A list in which options have names of their own.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - options: Names, and what they stand for.
    ///   - value: What is chosen first; the first option without one.
    public convenience init(_ label: String = "", _ options: KeyValuePairs<String, Option>, value: Option? = nil) {
        self.init(label, names: options.map(\.key), options: options.map(\.value), value: value)
    }

    /// A list of values, which name themselves.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - options: What can be chosen.
    ///   - value: What is chosen first; the first option without one.
    public convenience init(_ label: String = "", _ options: [Option], value: Option? = nil) {
        self.init(label, names: options.map { "\($0)" }, options: options, value: value)
    }

    private init(_ label: String, names: [String], options: [Option], value: Option?) {
        guard let first = options.first else { fatalError("a dropdown needs something to choose from") }
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

    /// The list of a variable, shown where the variable is declared.
    public convenience init(wrappedValue: Option, _ label: String = "", _ options: [Option]) {
        self.init(label, options, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: Option {
        get { value }
        set { value = newValue }
    }

    /// The list of a variable: `$activation`.
    public var projectedValue: Dropdown { self }
}

/// A box that is ticked or not.
@propertyWrapper
public final class Checkbox: ValueWidget<Bool>, @unchecked Sendable {
    /// A box.
    ///
    /// - Parameters:
    ///   - label: What is written beside it.
    ///   - value: Whether it is ticked first.
    public init(_ label: String = "", value: Bool = false) {
        super.init(
            .control("Checkbox"), Self.described(label).merging(["disabled": false, "indent": false]) { $1 },
            style: .checkbox(), value: value, encode: { .bool($0) }, decode: { $0.bool })
    }

    /// The box of a variable, shown where the variable is declared.
    public convenience init(wrappedValue: Bool, _ label: String = "") {
        self.init(label, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: Bool {
        get { value }
        set { value = newValue }
    }

    /// The box of a variable: `$isBiased`.
    public var projectedValue: Checkbox { self }
}

/// A button that stays down until it is pressed again.
public final class ToggleButton: ValueWidget<Bool>, @unchecked Sendable {
    /// A button.
    ///
    /// - Parameters:
    ///   - label: What is written on it.
    ///   - value: Whether it is down first.
    ///   - icon: The name of a Font Awesome icon, such as `"pause"`.
    public init(_ label: String = "", value: Bool = false, icon: String = "") {
        super.init(
            .control("ToggleButton"),
            Self.described(label).merging(["disabled": false, "button_style": "", "icon": .text(icon)]) { $1 },
            style: .toggleButton(), value: value, encode: { .bool($0) }, decode: { $0.bool })
    }
}

/// A button that has code run when it is pressed.
///
/// ```swift
/// Button("Train") { try network.fit(train, epochs: 1, loss: .crossEntropy) }
/// ```
public final class Button: Widget, @unchecked Sendable {
    private let handlers = Handlers<() throws -> Void>()

    /// A button.
    ///
    /// - Parameters:
    ///   - label: What is written on it.
    ///   - icon: The name of a Font Awesome icon, such as `"play"`.
    ///   - action: What is run when it is pressed: see ``onClick(_:)``.
    public init(_ label: String, icon: String = "", action: (() throws -> Void)? = nil) {
        super.init(
            .control("Button"),
            ["description": .text(label), "disabled": false, "button_style": "", "icon": .text(icon)],
            style: .button())
        if let action { onClick(action) }
    }

    /// Has code run whenever the button is pressed.
    ///
    /// It runs on a thread of its own: soon when no cell runs; else when the training that runs has finished a step, or the cell has
    /// ended. What it prints and shows, and its errors, appear in the output of the cell that called `onClick`.
    public func onClick(_ action: @escaping () throws -> Void) { handlers.add(action) }

    /// Presses the button.
    public func click() { handlers.post(subject: nil) { try $0() } }

    package override func receiveCustom(_ content: StateValue) {
        if content["event"]?.text == "click" { click() }
    }
}
