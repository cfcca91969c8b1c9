/// A slider for a number.
///
/// ```swift
/// let rate = Slider("learning rate", 0.0001...0.1, value: 0.01, log: true)
/// rate.value                                      // 0.01, or where the slider stands now
/// ```
/// It can also stand before a variable. The slider is shown there, and the variable is what it says; `$rate` is the slider:
/// ```swift
/// @Slider("learning rate", 0.0001...0.1, log: true) var rate = 0.01
/// ```
@propertyWrapper
public class Slider<Number: SliderNumber>: ValueWidget<Number>, @unchecked Sendable {
    /// The numbers from end to end.
    public final let range: ClosedRange<Number>

    package init(_ label: String, scale: SliderScale<Number>, value: Number) {
        range = scale.range
        super.init(
            .control(scale.name + "Slider"), Self.described(label).merging(scale.state) { $1 }, style: .slider(),
            value: value, encode: scale.encode, decode: scale.decode, tidy: scale.tidy)
    }

    /// A slider.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - range: The numbers from end to end.
    ///   - value: Where it stands first; at its lower end without one.
    ///   - step: How far it moves at a time. Without one, whole numbers move by 1, others by a power of ten that suits the range.
    public convenience init(
        _ label: String = "", _ range: ClosedRange<Number>, value: Number? = nil, step: Number? = nil
    ) {
        self.init(label, scale: .linear(range, step: step), value: value ?? range.lowerBound)
    }

    /// The slider of a variable, shown where the variable is declared.
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

    /// The slider of a variable: `$rate`.
    public final var projectedValue: Slider { self }
}

extension Slider where Number == Double {
    /// A slider whose steps are equal factors, for numbers such as learning rates.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - range: The numbers from end to end: positive ones.
    ///   - value: Where it stands first; at its lower end without one.
    ///   - log: Whether steps are equal factors.
    public convenience init(_ label: String = "", _ range: ClosedRange<Double>, value: Double? = nil, log: Bool) {
        self.init(
            label, scale: log ? .logarithmic(range, step: nil) : .linear(range, step: nil),
            value: value ?? range.lowerBound)
    }

    /// The slider of a variable, shown where the variable is declared.
    public convenience init(wrappedValue: Double, _ label: String = "", _ range: ClosedRange<Double>, log: Bool) {
        self.init(label, range, value: wrappedValue, log: log)
        showDeclared()
    }
}

/// A slider for whole numbers.
public typealias IntSlider = Slider<Int>
/// A slider for numbers.
public typealias FloatSlider = Slider<Double>

/// A slider for numbers whose steps are equal factors.
public final class FloatLogSlider: Slider<Double>, @unchecked Sendable {
    /// A slider.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - range: The numbers from end to end: positive ones.
    ///   - value: Where it stands first; at its lower end without one.
    ///   - step: The step of the power of ten.
    public init(_ label: String = "", _ range: ClosedRange<Double>, value: Double? = nil, step: Double? = nil) {
        super.init(label, scale: .logarithmic(range, step: step), value: value ?? range.lowerBound)
    }
}

/// A slider with two handles, for a part of a range.
public final class RangeSlider<Number: SliderNumber>: ValueWidget<ClosedRange<Number>>, @unchecked Sendable {
    /// The numbers from end to end.
    public let range: ClosedRange<Number>

    /// A slider with two handles.
    ///
    /// - Parameters:
    ///   - label: What is written before it.
    ///   - range: The numbers from end to end.
    ///   - value: The part that is chosen first; all of it without one.
    ///   - step: How far a handle moves at a time.
    public init(
        _ label: String = "", _ range: ClosedRange<Number>, value: ClosedRange<Number>? = nil, step: Number? = nil
    ) {
        self.range = range
        let scale = SliderScale.linear(range, step: step)
        super.init(
            .control(scale.name + "RangeSlider"), Self.described(label).merging(scale.state) { $1 }, style: .slider(),
            value: value ?? range,
            encode: { .list([scale.encode($0.lowerBound), scale.encode($0.upperBound)]) },
            decode: { value in
                guard let ends = value.list, ends.count == 2, let low = scale.decode(ends[0]),
                    let high = scale.decode(ends[1]), low <= high
                else { return nil }
                return low...high
            }, tidy: { scale.tidy($0.lowerBound)...scale.tidy($0.upperBound) })
    }
}
