/// A text field of one line.
@propertyWrapper
public final class Text: ValueWidget<String>, @unchecked Sendable {
    /// Creates a text field.
    ///
    /// - Parameters:
    ///   - label: The text before the field.
    ///   - value: The initial text.
    ///   - placeholder: The text shown while the field is empty.
    public init(_ label: String = "", value: String = "", placeholder: String = "\u{200b}") {
        super.init(
            .control("Text"),
            Self.described(label).merging([
                "disabled": false, "continuous_update": true, "placeholder": .text(placeholder),
            ]) { $1 }, style: .textField(), value: value, encode: { .text($0) }, decode: { $0.text })
    }

    /// Creates the text field of a variable; it is shown where the variable is declared.
    public convenience init(wrappedValue: String, _ label: String = "") {
        self.init(label, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: String {
        get { value }
        set { value = newValue }
    }

    /// The variable's text field: `$name`.
    public var projectedValue: Text { self }
}

/// Text that code can change.
public final class Label: ValueWidget<String>, @unchecked Sendable {
    /// Creates a label.
    public init(_ value: String = "") {
        super.init(
            .control("Label"), Self.described("").merging(["placeholder": "\u{200b}"]) { $1 }, style: .label(),
            value: value, encode: { .text($0) }, decode: { $0.text })
    }
}

/// HTML that code can change.
public final class HTML: ValueWidget<String>, @unchecked Sendable {
    /// Creates a widget that shows HTML.
    public init(_ value: String = "") {
        super.init(
            .control("HTML"), Self.described("").merging(["placeholder": "\u{200b}"]) { $1 }, style: .html(),
            value: value, encode: { .text($0) }, decode: { $0.text })
    }
}

/// A bar that shows an integer. ``ProgressBar`` adds the rate and the remaining time.
public final class IntProgress: ValueWidget<Int>, @unchecked Sendable {
    /// Creates a bar.
    ///
    /// - Parameters:
    ///   - label: The text before the bar.
    ///   - range: The range of the values, from empty to full.
    ///   - value: The initial value; by default the range's lower bound.
    public init(_ label: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil) {
        let scale = SliderScale.linear(range, step: 1)
        super.init(
            .control("IntProgress", view: "Progress"),
            Self.described(label).merging([
                "min": .int(range.lowerBound), "max": .int(range.upperBound), "orientation": "horizontal",
                "bar_style": "",
            ]) { $1 }, style: .progress(), value: scale.initial(value ?? range.lowerBound),
            encode: scale.encode, decode: scale.decode)
    }
}
