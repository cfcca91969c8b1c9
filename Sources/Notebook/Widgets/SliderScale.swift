import Foundation
import Tensors

/// A number type that a slider can have: `Int` or `Double`.
public protocol SliderNumber: SignedNumeric, Comparable, Sendable {
    /// How numbers of this type are written in a slider's state.
    static var sliderCoding: SliderCoding<Self> { get }
}

/// How numbers are written in a slider's state.
public struct SliderCoding<Number: Comparable & Sendable>: Sendable {
    /// The front end's name of the type: `Int` or `Float`.
    let name: String
    let isFinite: @Sendable (Number) -> Bool
    let encode: @Sendable (Number) -> StateValue
    let decode: @Sendable (StateValue) -> Number?
    /// The step that suits a range.
    let step: @Sendable (ClosedRange<Number>) -> Number
    /// Removes the rounding errors of a number that is the sum of many steps.
    let tidy: @Sendable (Number) -> Number
    /// The format of the number beside a slider with a step.
    let format: @Sendable (_ step: Number) -> String
}

extension Int: SliderNumber {
    /// Integers in steps of 1.
    public static let sliderCoding = SliderCoding<Int>(
        name: "Int", isFinite: { _ in true }, encode: { .int($0) }, decode: \.int, step: { _ in 1 }, tidy: { $0 },
        format: { _ in "d" })
}

extension Double: SliderNumber {
    /// Numbers in steps of a power of ten: 100 to 1000 steps in the range.
    public static let sliderCoding = SliderCoding<Double>(
        name: "Float", isFinite: { $0.isFinite }, encode: { .number($0) }, decode: \.number,
        step: { range in
            let span = range.upperBound - range.lowerBound
            return span > 0 ? Foundation.pow(10, (Foundation.log10(span / 100) + 1e-9).rounded(.down)) : 0.1
        },
        // 0.5 and 150 steps of 0.01 are 1.9999999999999998 at the front end.
        tidy: { Double(String(format: "%.12g", $0)) ?? $0 },
        format: { step in ".\(Swift.max(0, Int((-Foundation.log10(step) - 1e-9).rounded(.up))))f" })
}

/// A slider's bounds and steps in the front end's form.
package struct SliderScale<Number: SliderNumber>: Sendable {
    let range: ClosedRange<Number>
    /// The front end's name for such a slider, without the suffix `Slider`.
    let name: String
    let state: [String: StateValue]

    private init(
        _ range: ClosedRange<Number>, name: String, min: StateValue, max: StateValue, step: StateValue, format: String,
        base: StateValue? = nil
    ) {
        self.range = range
        self.name = name
        var state: [String: StateValue] = [
            "min": min, "max": max, "step": step, "readout_format": .text(format), "behavior": "drag-tap",
            "continuous_update": true, "disabled": false, "orientation": "horizontal", "readout": true,
        ]
        state["base"] = base
        self.state = state
    }

    /// A scale with equal steps.
    static func linear(_ range: ClosedRange<Number>, step: Number?) -> SliderScale {
        let coding = Number.sliderCoding
        check(range, step: step, isFinite: coding.isFinite)
        let step = step ?? coding.step(range)
        return SliderScale(
            range, name: coding.name, min: coding.encode(range.lowerBound), max: coding.encode(range.upperBound),
            step: coding.encode(step), format: coding.format(step))
    }

    /// A `ValueError` unless the ends are finite and the step is above zero.
    private static func check(_ range: ClosedRange<Number>, step: Number?, isFinite: (Number) -> Bool) {
        guard isFinite(range.lowerBound), isFinite(range.upperBound) else {
            Failure.raise(
                ValueError(
                    operation: "Slider", message: "the ends of the range must be finite, got \(range)",
                    hint: "write numbers, such as 0.0...1.0"))
        }
        // A step that is not a number is not above zero.
        if let step, !(step > 0 && isFinite(step)) {
            Failure.raise(
                ValueError(
                    operation: "Slider", message: "step must be above 0 and finite, got \(step)",
                    hint: "leave it out for a step that suits the range"))
        }
    }

    /// The value that a new slider begins with. A `ValueError` unless it is within the range.
    func initial(_ value: Number) -> Number {
        guard range.contains(value) else {
            Failure.raise(
                ValueError(
                    operation: "Slider",
                    message: "the value must be within \(range.lowerBound)...\(range.upperBound), got \(value)",
                    hint: "widen the range, or begin with a value within it"))
        }
        return value
    }

    /// The nearest number in the range.
    func clamp(_ value: Number) -> Number { min(max(value, range.lowerBound), range.upperBound) }

    /// The number in a state, if it is one.
    func decode(_ value: StateValue) -> Number? { Number.sliderCoding.decode(value) }
    /// Removes the rounding errors of a number that the front end has computed.
    func tidy(_ value: Number) -> Number { Number.sliderCoding.tidy(value) }
    /// A number as state, clamped to the range.
    func encode(_ value: Number) -> StateValue { Number.sliderCoding.encode(clamp(value)) }
}

extension SliderScale<Double> {
    /// A scale with equal factors.
    ///
    /// - Parameter step: The step of the exponent to base 10.
    static func logarithmic(_ range: ClosedRange<Double>, step: Double?) -> SliderScale {
        check(range, step: step, isFinite: \.isFinite)
        guard range.lowerBound > 0 else {
            Failure.raise(
                ValueError(
                    operation: "Slider",
                    message: "the range of a logarithmic slider must start above 0, got \(range)",
                    hint: "start it at a small number, such as 0.0001"))
        }
        let (low, high) = (Foundation.log10(range.lowerBound), Foundation.log10(range.upperBound))
        return SliderScale(
            range, name: "FloatLog", min: .number(low), max: .number(high),
            step: .number(step ?? Double.sliderCoding.step(low...high)), format: ".3g", base: 10.0)
    }
}
