/// A line that can be written into.
@propertyWrapper
public final class Text: ValueWidget<String>, @unchecked Sendable {
    /// A line.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - value: What stands in it first.
    ///   - placeholder: What is shown while it is empty.
    public init(_ label: String = "", value: String = "", placeholder: String = "\u{200b}") {
        super.init(
            .control("Text"),
            Self.described(label).merging([
                "disabled": false, "continuous_update": true, "placeholder": .text(placeholder),
            ]) { $1 }, style: .textField(), value: value, encode: { .text($0) }, decode: { $0.text })
    }

    /// The line of a variable, shown where the variable is declared.
    public convenience init(wrappedValue: String, _ label: String = "") {
        self.init(label, value: wrappedValue)
        showDeclared()
    }

    /// The variable's value.
    public var wrappedValue: String {
        get { value }
        set { value = newValue }
    }

    /// The line of a variable: `$name`.
    public var projectedValue: Text { self }
}

/// Text that code can change.
public final class Label: ValueWidget<String>, @unchecked Sendable {
    /// Text.
    public init(_ value: String = "") {
        super.init(
            .control("Label"), Self.described("").merging(["placeholder": "\u{200b}"]) { $1 }, style: .label(),
            value: value, encode: { .text($0) }, decode: { $0.text })
    }
}

/// HTML that code can change.
public final class HTML: ValueWidget<String>, @unchecked Sendable {
    /// HTML.
    public init(_ value: String = "") {
        super.init(
            .control("HTML"), Self.described("").merging(["placeholder": "\u{200b}"]) { $1 }, style: .html(),
            value: value, encode: { .text($0) }, decode: { $0.text })
    }
}

/// A bar that fills as a number grows. ``ProgressBar`` tells more of work that is being done.
public final class IntProgress: ValueWidget<Int>, @unchecked Sendable {
    /// A bar.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - range: The numbers from empty to full.
    ///   - value: Where it stands first; empty without one.
    public init(_ label: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil) {
        let scale = SliderScale.linear(range, step: 1)
        super.init(
            .control("IntProgress", view: "Progress"),
            Self.described(label).merging([
                "min": .int(range.lowerBound), "max": .int(range.upperBound), "orientation": "horizontal",
                "bar_style": "",
            ]) { $1 }, style: .progress(), value: value ?? range.lowerBound, encode: scale.encode, decode: scale.decode)
    }
}
