import Glibc
public import Tensors

/// Numbers that a chart can show: an array of numbers, a range of integers, or a tensor.
public protocol Numbers {
    /// The numbers, in order.
    var numbers: [Double] { get }
}

/// A number type whose arrays a chart can show.
public protocol Plottable {
    /// The position on an axis.
    var plotted: Double { get }
}

extension Double: Plottable {
    /// The number itself.
    public var plotted: Double { self }
}

extension Float: Plottable {
    /// The number in double precision.
    public var plotted: Double { Double(self) }
}

extension Int: Plottable {
    /// The number in double precision.
    public var plotted: Double { Double(self) }
}

extension Int32: Plottable {
    /// The number in double precision.
    public var plotted: Double { Double(self) }
}

extension Array: Numbers where Element: Plottable {
    /// The elements, in order.
    public var numbers: [Double] { map(\.plotted) }
}

extension Range: Numbers where Bound == Int {
    /// The integers of the range.
    public var numbers: [Double] { map(Double.init) }
}

extension ClosedRange: Numbers where Bound == Int {
    /// The integers of the range.
    public var numbers: [Double] { map(Double.init) }
}

extension Tensor: Numbers {
    /// The elements in row-major order.
    public var numbers: [Double] { doubles }
}

func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
func logarithm10(_ x: Double) -> Double { Glibc.log10(x) }
func cosine(_ angle: Double) -> Double { Glibc.cos(angle) }
func sine(_ angle: Double) -> Double { Glibc.sin(angle) }

/// `value · 10^exponent`, also beyond the powers of ten that a number can hold.
///
/// It divides by 10 rather than multiplying by 0.1: 3 / 10 is 0.3, and 3 · 0.1 is not.
func scaled(_ value: Double, byPowerOfTen exponent: Int) -> Double {
    let size = Int(exponent.magnitude)
    let (first, second) = (power(10, Double(min(size, 300))), power(10, Double(max(size - 300, 0))))
    return exponent < 0 ? value / first / second : value * first * second
}

/// The position of a number between two others: 0 at the lower, 1 at the upper.
func share(of value: Double, from low: Double, to high: Double) -> Double {
    let extent = high - low
    // The difference of the greatest numbers is infinite, that of their halves is not.
    return extent.isFinite ? (value - low) / extent : (value / 2 - low / 2) / (high / 2 - low / 2)
}

/// Formats numbers for charts, without Foundation's formatters: every chart would load Foundation.
package enum NumberText {
    /// A number with a fixed number of decimals and, from 10,000 on, commas between thousands: "12,500", "−0.25".
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
        let text = withVaList([value.magnitude]) { arguments in
            String(unsafeUninitializedCapacity: 400) { buffer in
                buffer.withMemoryRebound(to: CChar.self) { characters in
                    Int(vsnprintf(characters.baseAddress, characters.count, "%.\(max(decimals, 0))f", arguments))
                }
            }
        }
        let parts = text.split(separator: ".")
        var whole = Array(parts[0])
        if whole.count > 4 {
            for position in stride(from: whole.count - 3, to: 0, by: -3) { whole.insert(",", at: position) }
        }
        let isZero = !text.contains { $0 != "0" && $0 != "." }
        return (value < 0 && !isZero ? "−" : "") + String(whole) + (parts.count > 1 ? "." + parts[1] : "")
    }

    /// A loss or another metric: with a fixed number of decimals, or with a power of ten where those would show
    /// nothing, or many digits that mean nothing.
    package static func metric(_ value: Double, decimals: Int) -> String {
        let isPlain =
            value == 0 || !value.isFinite
            || (value.magnitude * power(10, Double(decimals)) >= 10
                && value.magnitude < 1e7)
        return isPlain ? fixed(value, decimals: decimals) : short(value, digits: decimals + 1)
    }

    /// A count with a noun: "1 bar", "2 bars".
    package static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(fixed(Double(number), decimals: 0)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// A power of ten: "10⁻³".
    package static func powerOfTen(_ exponent: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return "10" + (exponent < 0 ? "⁻" : "")
            + String(String(exponent.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] })
    }

    /// A number with about `digits` significant digits, without trailing zeros: "0.873", "12", "3.2×10⁻⁵".
    package static func short(_ value: Double, digits: Int = 3) -> String {
        guard value != 0, value.isFinite else { return fixed(value, decimals: 0) }
        var exponent = Int(logarithm10(value.magnitude).rounded(.down))
        guard (-4...6).contains(exponent) else {
            var mantissa = trimmed(fixed(scaled(value, byPowerOfTen: -exponent), decimals: digits - 1))
            if mantissa.hasSuffix("10") {
                // 9.9996 was rounded up.
                mantissa.removeLast()
                exponent += 1
            }
            return mantissa + "×" + powerOfTen(exponent)
        }
        return trimmed(fixed(value, decimals: digits - 1 - exponent))
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = Substring(text)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
