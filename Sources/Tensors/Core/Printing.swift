internal import Glibc

/// A number through one of C's formats: `format(x, "%.3f")`.
func format(_ value: Double, _ format: String) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        let count = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
        return String(decoding: buffer.prefix(Int(count)).lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension Tensor: CustomStringConvertible {
    /// The elements as NumPy prints them: columns aligned, at most eight decimals, the middle of large tensors omitted.
    /// For all digits take ``doubles``.
    ///
    /// ```swift
    /// print(Tensor([[1, 0.5], [-2, 10]]).description)  // [[ 1.   0.5] [-2.  10. ]]
    /// ```
    public var description: String {
        if rank == 0 { return dtype.isFloatingPoint ? scalarDescription : elementTexts([0])[0] }
        if count == 0 { return "[]" }
        let isShort = count > 1000
        let shown = shape.map { length in
            isShort && length > 6 ? [0, 1, 2, length - 3, length - 2, length - 1] : Array(0..<length)
        }
        let strides = shape.strides
        var places = [0]
        for axis in 0..<rank { places = places.flatMap { place in shown[axis].map { place + $0 * strides[axis] } } }
        var texts = elementTexts(places)[...]
        return rows(axis: 0, width: 75, shown: shown, texts: &texts)
    }

    private var scalarDescription: String {
        let value = item()
        // NumPy's nan has no sign.
        return value.isNaN ? "nan" : dtype == .float32 ? "\(Float(value))" : "\(value)"
    }

    private func rows(axis: Int, width: Int, shown: [[Int]], texts: inout ArraySlice<String>) -> String {
        let indent = String(repeating: " ", count: axis + 1)
        let hasGap = shown[axis].count < shape[axis]
        if axis == rank - 1 {
            var result = "", line = indent
            func add(_ word: String) {
                if line.count + word.count > width - 1 && line.count > indent.count {
                    result += line.prefix { _ in true }.trimmingTrailingSpaces + "\n"
                    line = indent
                }
                line += word
            }
            for position in shown[axis].indices {
                if hasGap && position == 3 {
                    add("...")
                    line += " "
                }
                add(texts.removeFirst())
                if position < shown[axis].count - 1 { line += " " }
            }
            return "[" + (result + line).dropFirst(indent.count) + "]"
        }
        let separator = String(repeating: "\n", count: rank - axis - 1)
        var parts = shown[axis].map { _ in indent + rows(axis: axis + 1, width: width - 1, shown: shown, texts: &texts)
        }
        if hasGap { parts.insert(indent + "...", at: 3) }
        return "[" + parts.joined(separator: separator).dropFirst(indent.count) + "]"
    }

    /// The elements at these positions, formatted alike and padded to one width.
    private func elementTexts(_ places: [Int]) -> [String] {
        let chosen = reshaped(to: [count]).detached().gathered(Tensor(places))
        switch dtype {
        case .float32:
            return NumberColumn(chosen.scalars.map { ($0.magnitude.description, Double($0)) }, largestPlain: 1e6).texts
        case .float64:
            return NumberColumn(chosen.doubles.map { ($0.magnitude.description, $0) }, largestPlain: 1e8).texts
        case .int32, .int64, .uint8: return chosen.ints.map(String.init).paddedLeft
        case .bool: return chosen.ints.map { $0 == 0 ? "false" : "true" }.paddedLeft
        }
    }
}

extension Substring {
    fileprivate var trimmingTrailingSpaces: Substring { last == " " ? dropLast().trimmingTrailingSpaces : self }
}

extension [String] {
    fileprivate var paddedLeft: [String] {
        let width = lazy.map(\.count).max() ?? 0
        return map { String(repeating: " ", count: width - $0.count) + $0 }
    }
}

/// Floating-point numbers in the notation of NumPy 2: the fewest digits that distinguish a number from its neighbors,
/// at most eight decimals, and powers of ten where the numbers are very large, very small or far apart.
private struct NumberColumn {
    let texts: [String]
    private static let decimals = 8

    /// Each number with the shortest text of its magnitude.
    init(_ numbers: [(shortest: String, value: Double)], largestPlain: Double) {
        let magnitudes = numbers.lazy.map(\.value.magnitude).filter { $0.isFinite && $0 != 0 }
        let (smallest, largest) = (magnitudes.min() ?? 1, magnitudes.max() ?? 1)
        let isScientific = largest >= largestPlain || smallest < 0.0001 || largest / smallest > 1000
        var parts = numbers.map { isScientific ? NumberColumn.scientific($0) : NumberColumn.plain($0) }
        if isScientific {
            let count = zip(numbers, parts).lazy.filter { $0.0.value.isFinite }.map(\.1.fraction.count).max() ?? 0
            let width = parts.map(\.exponent.count).max() ?? 0
            parts = numbers.map { NumberColumn.scientific($0, decimals: count, exponentWidth: width) }
        }
        let finite = zip(numbers, parts).filter { $0.0.value.isFinite }.map(\.1)
        let right = finite.map(\.fraction.count).max() ?? 0
        let exponent = finite.map(\.exponent.count).max() ?? 0
        var left = finite.map(\.whole.count).max() ?? 0
        if finite.count < numbers.count {
            let tail = right + exponent + 1
            left = max(left, 3 - tail, numbers.contains { $0.value == -.infinity } ? 4 - tail : 0)
        }
        for i in parts.indices { parts[i].fraction += String(repeating: " ", count: right - parts[i].fraction.count) }
        texts = zip(numbers, parts).map { number, part in
            let text =
                number.value.isFinite
                ? part.whole + "." + part.fraction + part.exponent : NumberColumn.word(number.value)
            return String(repeating: " ", count: max(0, left + 1 + right + exponent - text.count)) + text
        }
    }

    private typealias Parts = (whole: String, fraction: String, exponent: String)

    private static func word(_ value: Double) -> String { value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }

    /// Significant digits and the power of ten of the first of them.
    private static func digits(_ shortest: String) -> (digits: [Character], power: Int) {
        let halves = shortest.split(separator: "e")
        let mantissa = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = Array(mantissa.joined())
        var power = mantissa[0].count - 1 + (halves.count > 1 ? Int(halves[1])! : 0)
        while digits.count > 1 && digits.first == "0" {
            digits.removeFirst()
            power -= 1
        }
        while digits.count > 1 && digits.last == "0" { digits.removeLast() }
        return digits == ["0"] ? (digits, 0) : (digits, power)
    }

    private static func split(_ text: String) -> (String, String) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        var fraction = halves.count > 1 ? halves[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        return (String(halves[0]), String(fraction))
    }

    private static func plain(_ number: (shortest: String, value: Double)) -> Parts {
        guard number.value.isFinite else { return ("", "", "") }
        let sign = number.value.sign == .minus ? "-" : ""
        let (digits, power) = digits(number.shortest)
        if digits.count - 1 - power > decimals {
            let (whole, fraction) = split(format(number.value.magnitude, "%.\(decimals)f"))
            return (sign + whole, fraction, "")
        }
        let padded =
            Array(repeating: "0", count: max(0, -power)) + digits
            + Array(repeating: "0", count: max(0, power + 1 - digits.count))
        let wholeCount = max(power, 0) + 1
        let (whole, fraction) = split(String(padded.prefix(wholeCount)) + "." + String(padded.dropFirst(wholeCount)))
        return (sign + whole, fraction, "")
    }

    private static func scientific(_ number: (shortest: String, value: Double)) -> Parts {
        guard number.value.isFinite else { return ("", "", "") }
        let parts = scientific(
            number, decimals: min(decimals, digits(number.shortest).digits.count - 1), exponentWidth: 0)
        return (parts.whole, split("." + parts.fraction).1, parts.exponent)
    }

    private static func scientific(
        _ number: (shortest: String, value: Double), decimals: Int, exponentWidth: Int
    ) -> Parts {
        guard number.value.isFinite else { return ("", "", "") }
        let halves = format(number.value, "%.\(decimals)e").split(separator: "e")
        let mantissa = halves[0].split(separator: ".")
        let fill = String(repeating: "0", count: max(0, exponentWidth - 1 - halves[1].count))
        return (
            String(mantissa[0]), mantissa.count > 1 ? String(mantissa[1]) : "",
            "e\(halves[1].prefix(1))\(fill)\(halves[1].dropFirst())"
        )
    }
}
