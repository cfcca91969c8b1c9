/// A slider for a number.
///
/// A `ValueError` ends the cell if the initial value is outside of the range, or the step is not above zero.
///
/// ```swift
/// let rate = Slider("learning rate", 0.0001...0.1, value: 0.01, log: true)
/// rate.value                                      // 0.01, or the slider's present value
/// ```
/// As a property wrapper, it is shown where the variable is declared, and the variable has its value; `$rate` is the
/// slider:
/// ```swift
/// @Slider("learning rate", 0.0001...0.1, log: true) var rate = 0.01
/// ```
@propertyWrapper
public class Slider<Number: SliderNumber>: ValueWidget<Number>, @unchecked Sendable {
    /// The range of the values.
    public final let range: ClosedRange<Number>

    package init(_ label: String, scale: SliderScale<Number>, value: Number) {
        range = scale.range
        super.init(
            .control(scale.name + "Slider"), Self.described(label).merging(scale.state) { $1 }, style: .slider(),
            value: scale.initial(value), encode: scale.encode, decode: scale.decode, tidy: scale.tidy)
    }

    /// Creates a slider.
    ///
    /// - Parameters:
    ///   - label: The text before the slider.
    ///   - range: The range of the values.
    ///   - value: The initial value; by default the range's lower bound.
    ///   - step: The step between values; by default 1 for integers, otherwise a power of ten that suits the range.
    public convenience init(
        _ label: String = "", _ range: ClosedRange<Number>, value: Number? = nil, step: Number? = nil
    ) {
        self.init(label, scale: .linear(range, step: step), value: value ?? range.lowerBound)
    }

    /// Creates the slider of a variable; it is shown where the variable is declared.
    public convenience init(
        wrappedValue: Number, _ label: String = "", _ range: ClosedRange<Number>, step: Number? = nil
    ) {
        self.init(label, range, value: wrappedValue, step: step)
        showDeclared()
    }

    /// The variable's value.
    public final var wrappedValue: Number {
        get { value }
        set { value = newValue }
    }

    /// The variable's slider: `$rate`.
    public final var projectedValue: Slider { self }
}

extension Slider where Number == Double {
    /// Creates a slider that can be logarithmic: its steps are equal factors, as for learning rates.
    ///
    /// - Parameters:
    ///   - label: The text before the slider.
    ///   - range: The range of the values, which must be positive.
    ///   - value: The initial value; by default the range's lower bound.
    ///   - log: Whether the scale is logarithmic.
    public convenience init(_ label: String = "", _ range: ClosedRange<Double>, value: Double? = nil, log: Bool) {
        self.init(
            label, scale: log ? .logarithmic(range, step: nil) : .linear(range, step: nil),
            value: value ?? range.lowerBound)
    }

    /// Creates the slider of a variable; it is shown where the variable is declared.
    public convenience init(wrappedValue: Double, _ label: String = "", _ range: ClosedRange<Double>, log: Bool) {
        self.init(label, range, value: wrappedValue, log: log)
        showDeclared()
    }
}

/// A slider for integers.
public typealias IntSlider = Slider<Int>
/// A slider for floating-point numbers.
public typealias FloatSlider = Slider<Double>

/// A logarithmic slider.
public final class FloatLogSlider: Slider<Double>, @unchecked Sendable {
    /// Creates a slider.
    ///
    /// - Parameters:
    ///   - label: The text before the slider.
    ///   - range: The range of the values, which must be positive.
    ///   - value: The initial value; by default the range's lower bound.
    ///   - step: The step of the exponent to base 10.
    public init(_ label: String = "", _ range: ClosedRange<Double>, value: Double? = nil, step: Double? = nil) {
        super.init(label, scale: .logarithmic(range, step: step), value: value ?? range.lowerBound)
    }
}

/// A slider with two handles, which select a part of a range.
public final class RangeSlider<Number: SliderNumber>: ValueWidget<ClosedRange<Number>>, @unchecked Sendable {
    /// The range of the values.
    public let range: ClosedRange<Number>

    /// Creates a slider with two handles.
    ///
    /// - Parameters:
    ///   - label: The text before the slider.
    ///   - range: The range of the values.
    ///   - value: The part that is selected initially; by default the whole range.
    ///   - step: The step between values.
    public init(
        _ label: String = "", _ range: ClosedRange<Number>, value: ClosedRange<Number>? = nil, step: Number? = nil
    ) {
        self.range = range
        let scale = SliderScale.linear(range, step: step)
        let value = value ?? range
        super.init(
            .control(scale.name + "RangeSlider"), Self.described(label).merging(scale.state) { $1 }, style: .slider(),
            value: scale.initial(value.lowerBound)...scale.initial(value.upperBound),
            encode: { .list([scale.encode($0.lowerBound), scale.encode($0.upperBound)]) },
            decode: { value in
                guard let ends = value.list, ends.count == 2, let low = scale.decode(ends[0]),
                    let high = scale.decode(ends[1]), low <= high
                else { return nil }
                return low...high
            }, tidy: { scale.tidy($0.lowerBound)...scale.tidy($0.upperBound) })
    }
}
